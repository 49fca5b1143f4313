"""The engine's loop: takes commands from a channel, drives a backend, sends events."""

import gc
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar, cast

import msgspec

from inglenook.chat.message import Timings
from inglenook.core.errors import InglenookError, Problem
from inglenook.engine.backend import Backend
from inglenook.engine.channel import Channel, ChannelError
from inglenook.engine.inbox import Inbox, Job
from inglenook.engine.outbox import Outbox
from inglenook.engine.protocol import (
    VERSION,
    Answer,
    Command,
    Detokenise,
    Detokenised,
    Done,
    Embed,
    Event,
    Failed,
    Finding,
    Forget,
    Front,
    Inquiry,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    ProtocolError,
    Rank,
    Ready,
    Render,
    Rendered,
    SetThreads,
    Shutdown,
    TakeLeading,
    Tokenise,
    Tokenised,
    Unload,
    Unloaded,
    Weigh,
    Work,
    command_from,
)
from inglenook.engine.rhythm import Rhythm

BAD_COMMAND = 2
"""Exit status after bytes that are not a command."""

BAD_STATE = 4
"""Exit status when answers can neither go on nor be ended."""

_PROGRESS_S = 0.05
_LONG_CALL_S = 1.0
_REST_S = 2.0
"""So long after the last answer, housekeeping begins: somebody may want to go on at once."""
_REST_AGAIN_S = 0.1

T = TypeVar("T")
MakeBackend = Callable[[Channel, Callable[[str], None]], Backend]


class Loop:
    """Serves one channel until Shutdown, the end of the channel or a bad command.

    All answers are worked on together. A Load or Unload ends those that came before it.

    Threads: ``run`` on one, which alone touches the backend (except ``Backend.abort``); it
    has a reader and a sender of its own.
    """

    def __init__(
        self,
        channel: Channel,
        make: MakeBackend,
        *,
        leave: Callable[[int], None] | None = None,
    ) -> None:
        """Make the backend; start nothing yet.

        Args:
            channel: Where the commands come from.
            make: Makes the backend; is given the channel and what to call before an abort.
            leave: Ends the process with a status, from any thread. None when the process is
                not ours to end; then ``run`` returns.
        """
        self._channel = channel
        self._leave = leave
        self._outbox = Outbox(channel, busy=self._is_busy, on_closed=self._parent_is_gone)
        self._backend = make(channel, self._outbox.last_words)
        self._inbox = Inbox(self._backend)
        self._answers: dict[str, Job] = {}
        self._rhythm = Rhythm()
        self._rest_s: float | None = None
        self._serving = True
        self._in_call_since_s: float | None = None

    def run(self) -> int:
        """Serve; return the exit status."""
        self._outbox.put(Ready(VERSION, self._backend.name, os.getpid()))
        self._outbox.start()
        reader = threading.Thread(target=self._read, name="engine commands", daemon=True)
        reader.start()
        while self._serving:
            self._take_jobs()
            self._stop_given_up()
            if self._backend.is_busy:
                self._step()
        self._outbox.close()
        return 0

    # --- reader thread ---

    def _read(self) -> None:
        status = 0
        try:
            while (data := self._channel.receive()) is not None:
                self._inbox.put(command_from(data))
        except (ChannelError, ProtocolError) as cause:
            status = BAD_COMMAND
            self._outbox.last_words(f"The engine was sent what is not a command: {cause}"[:500])
        finally:
            self._go(status)

    def _parent_is_gone(self) -> None:
        self._go(0)

    def _go(self, status: int) -> None:
        if self._leave is not None:
            self._leave(status)
        self._inbox.put(Shutdown())

    # --- main thread ---

    def _is_busy(self) -> bool:
        since_s = self._in_call_since_s
        return since_s is not None and time.monotonic() - since_s > _LONG_CALL_S

    def _take_jobs(self) -> None:
        """Take what has come; wait for something to come if there is nothing to do."""
        wait_s = 0.0 if self._backend.is_busy else self._rest_s
        job = self._inbox.take(wait_s=wait_s)
        if job is None and wait_s:
            self._rest()
        while job is not None:
            self._accept(job)
            job = self._inbox.take(wait_s=0.0)

    def _rest(self) -> None:
        """Let the backend tidy up, until it has nothing more to tell."""
        events = self._attempt(self._backend.rest)
        if events is None or isinstance(events, Problem):
            self._rest_s = None
        else:
            self._send(events)
            self._rest_s = _REST_AGAIN_S

    def _accept(self, job: Job) -> None:
        match job.command:
            case Answer() | Weigh() | Embed() | Rank():
                self._begin(job, job.command)
                return
            case Load():
                self._end_answers()
                self._load(job, job.command)
            case Unload():
                self._end_answers()
                self._unload()
                self._outbox.put(Unloaded())
            case Shutdown():
                self._end_answers()
                self._unload()
                self._serving = False
            case command:
                self._adjust(command)
        self._inbox.finish(job)

    def _adjust(self, command: Command) -> None:
        """Do what neither begins nor ends anything."""
        match command:
            case Front(chat):
                self._attempt(lambda: self._backend.front(chat))
            case Forget(chat):
                self._stop_given_up()  # what is worked on could not be forgotten
                self._attempt(lambda: self._backend.forget(chat))
            case TakeLeading(request):
                self._take_leading(request)
            case Render() | Tokenise() | Detokenise():
                self._inquire(command)
            case SetThreads(threads):
                self._attempt(lambda: self._backend.set_threads(threads))
            case _:
                pass

    def _inquire(self, command: Inquiry) -> None:
        outcome = self._attempt(lambda: self._backend.inquire(command))
        if isinstance(outcome, Problem):
            outcome = _nothing_found(command, outcome)
        self._outbox.put(outcome)

    def _begin(self, job: Job, command: Work) -> None:
        self._answers[command.request] = job
        if isinstance(command, Answer):
            self._rhythm.begin(command.request, command.chat)
        self._inbox.begin(job)
        problem = self._attempt(lambda: self._hand_over(command))
        if problem is not None:
            self._end(job, problem)

    def _hand_over(self, command: Work) -> None:
        match command:
            case Answer():
                self._backend.accept(command)
            case Weigh():
                self._backend.weigh(command)
            case Embed() | Rank():
                self._backend.embed(command)

    def _step(self) -> None:
        events = self._attempt(self._backend.step)
        if isinstance(events, Problem):
            self._fail_all(events)
        else:
            self._send(events)

    def _fail_all(self, problem: Problem) -> None:
        """End every answer after a step that went wrong in a way nobody foresaw."""
        events = self._attempt(lambda: self._backend.fail_all(problem))
        if not isinstance(events, Problem):
            self._send(events)
        for job in list(self._answers.values()):
            self._end(job, problem)
        if self._backend.is_busy:  # it would go wrong again at once, and for ever
            self._outbox.last_words(f"{problem.title} ({problem.facts.get('where', '')})")
            self._go(BAD_STATE)

    def _send(self, events: Iterable[Event]) -> None:
        told = [
            event
            for event in events
            if not isinstance(event, Done | Failed) or self._has_finished(event)
        ]
        if told:
            urgent = self._rhythm.is_urgent(told)
            self._outbox.send(told, gap_s=self._rhythm.gap_s, urgent=urgent)

    def _stop_given_up(self) -> None:
        for job in self._inbox.given_up():
            if isinstance(job.command, Work):
                self._stop(job, job.command.request)

    def _stop(self, job: Job, request: str, reason: str = "stopped") -> None:
        events = self._attempt(lambda: self._backend.stop(request))
        if isinstance(events, Problem):
            self._end(job, events)
            return
        self._send(
            [
                msgspec.structs.replace(each, reason=reason) if isinstance(each, Done) else each
                for each in events
            ]
        )
        if request in self._answers:  # the backend does not know it
            self._finish(Done(request, reason, Timings()))

    def _take_leading(self, request: str) -> None:
        events = self._attempt(lambda: self._backend.take_leading(request))
        if isinstance(events, Problem):
            self._fail_all(events)
        else:
            self._send(events)

    def _end(self, job: Job, problem: Problem) -> None:
        """End an answer that failed, or that was given up before it could fail."""
        request = cast("Answer", job.command).request
        if job.given_up:
            self._finish(Done(request, "stopped", Timings()))
        else:
            self._finish(Failed(request, problem))

    def _finish(self, event: Done | Failed) -> None:
        self._send((event,))

    def _has_finished(self, event: Done | Failed) -> bool:
        """Note the end of an answer; False if it has ended before."""
        job = self._answers.pop(event.request, None)
        if job is None:
            return False
        self._inbox.finish(job)
        self._rhythm.end(event.request)
        self._rest_s = _REST_S
        return True

    def _end_answers(self) -> None:
        for request, job in list(self._answers.items()):
            self._stop(job, request, "unloaded" if not job.given_up else "stopped")

    def _load(self, job: Job, command: Load) -> None:
        progress = _Progress(job, self._outbox)
        self._inbox.begin(job)
        outcome: Loaded | Problem = _STOPPED
        if not job.given_up:
            outcome = self._attempt(lambda: self._backend.load(command, progress.report))
        self._inbox.finish(job)
        # Given up while the last bytes were read: it must still end as given up.
        if isinstance(outcome, Problem) or job.given_up:
            problem = _STOPPED if isinstance(outcome, Loaded) else outcome
            self._unload()
            cancelled = job.given_up or problem.facts.get("cancelled") == "True"
            self._outbox.put(LoadFailed(problem, cancelled=cancelled))
            return
        if self._leave is not None:
            _settle_memory()
        self._outbox.put(outcome)
        self._rest_s = _REST_S

    def _unload(self) -> None:
        events = self._attempt(self._backend.unload)
        if not isinstance(events, Problem):
            self._send(events)

    def _attempt(self, call: Callable[[], T]) -> T | Problem:
        """Call the backend; return what went wrong as a value."""
        self._in_call_since_s = time.monotonic()
        try:
            return call()
        except InglenookError as cause:
            return cause.problem
        except Exception as cause:  # noqa: BLE001 -- worker loop: a bug must not end the process
            return _unexpected(cause)
        finally:
            self._in_call_since_s = None


class _Progress:
    """Reports of a load, not more often than a bar can show.

    Threads: the loop's.
    """

    def __init__(self, job: Job, outbox: Outbox) -> None:
        self._job = job
        self._outbox = outbox
        self._next_s = 0.0

    def report(self, fraction: float) -> bool:
        """Tell the window; False when the load was given up."""
        now_s = time.monotonic()
        if now_s >= self._next_s or fraction >= 1.0:
            self._next_s = now_s + _PROGRESS_S
            self._outbox.put(LoadProgress(fraction))
        return not self._job.given_up


_STOPPED = Problem("Loading was stopped", "Choose a model to go on.", {"cancelled": "True"})


def _nothing_found(command: Inquiry, problem: Problem) -> Finding:
    match command:
        case Render(request):
            return Rendered(request, problem=problem)
        case Tokenise(request):
            return Tokenised(request, problem=problem)
        case Detokenise(request):
            return Detokenised(request, problem=problem)


def _unexpected(cause: Exception) -> Problem:
    """Return a bug as a problem: where it happened, but no text that may hold a message."""
    frames = traceback.extract_tb(cause.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return Problem(
        "The engine made a mistake",
        "Try again; if it happens again, load the model anew.",
        {"error": type(cause).__name__, "where": where},
    )


def _settle_memory() -> None:
    """Keep the collector away from what lives as long as the model, so that no token waits."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
