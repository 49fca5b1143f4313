"""Our engine as the window has it: in a process of its own, at the end of a pipe."""

import itertools
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.engine.client import Death, EngineClient
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    Command,
    Delta,
    Done,
    Event,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    Ready,
    SnapshotSaved,
    Started,
)
from inglenook.models.settings import EngineSettings
from peers.side import Question, Reply, Setup

PATIENCE_S = 180.0
"""Nothing heard for so long is an error."""

Kind = TypeVar("Kind", bound=Event)


@dataclass
class OurAsked:
    """One answer of ours, filled by the client's reader thread.

    Threads: any.
    """

    request: str
    client: EngineClient
    asked_s: float
    heard_s: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    started: Started | None = None
    timings: Timings = field(default_factory=Timings)
    reason: str = ""
    problem: str = ""
    ended_s: float = 0.0
    news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, event: Event) -> None:
        """Take an event of this answer."""
        now = time.perf_counter()
        with self.news:
            if isinstance(event, Delta):
                self.heard_s.append(now)
                self.texts.append(event.text)
            elif isinstance(event, Started):
                self.started = event
            elif isinstance(event, Done):
                self.timings, self.reason, self.ended_s = event.timings, event.reason, now
            elif isinstance(event, Failed):
                self.problem, self.ended_s = str(event.problem), now
            self.news.notify_all()

    def die(self, death: Death) -> None:
        """Note that the engine is gone."""
        with self.news:
            self.problem, self.ended_s = str(death), time.perf_counter()
            self.news.notify_all()

    def wait(self) -> Reply:
        """Return the whole answer, once it has ended."""
        with self.news:
            assert self.news.wait_for(lambda: bool(self.ended_s), PATIENCE_S), "no end came"
        assert not self.problem, self.problem
        timings = self.timings
        return Reply(
            self.asked_s,
            tuple(self.heard_s) or (self.ended_s,),
            self.ended_s,
            timings.answer_tokens,
            timings.prompt_tokens,
            timings.reused_tokens,
            timings.tokens_per_s,
            text="".join(self.texts),
        )

    def wait_for(self, pieces: int) -> None:
        """Return when so many pieces of text have come, or the answer has ended."""
        with self.news:
            assert self.news.wait_for(
                lambda: len(self.heard_s) >= pieces or bool(self.ended_s), PATIENCE_S
            )

    def heard_until_stopped(self) -> tuple[float, ...]:
        """Return when each piece of text came, once the answer has ended."""
        self.has_ended(PATIENCE_S)
        return tuple(self.heard_s)

    def wait_for_reading(self) -> None:
        """Return when the prompt is being read."""
        with self.news:
            assert self.news.wait_for(lambda: self.started is not None, PATIENCE_S)

    def has_ended(self, timeout_s: float) -> bool:
        """Tell whether the answer has ended; waits for its end as long as allowed."""
        with self.news:
            return self.news.wait_for(lambda: bool(self.ended_s), timeout_s)

    def stop(self) -> float:
        """Ask for the end of the answer; return when that was."""
        now_s = time.perf_counter()
        self.client.send(Cancel(self.request))
        return now_s


class OurEngine:
    """The engine process of the app, and its client.

    Threads: any; events are routed on the client's reader thread.
    """

    name = "ours"

    def __init__(
        self,
        setup: Setup,
        *,
        snapshots: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the process and load the model.

        Args:
            setup: As for the other side.
            snapshots: Folder for what was read of each chat.
            clock: The client's, for counting deaths.
        """
        self._numbers = itertools.count()
        self._asked: dict[str, OurAsked] = {}
        self._other: queue.SimpleQueue[tuple[Event | Death, float]] = queue.SimpleQueue()
        self._client = EngineClient(self._route, self._died, clock=clock)
        self._client.start()
        self.pid = self._next(Ready)[0].pid
        self._client.send(load_command(setup, snapshots))
        self._next(Loaded)

    def ask(self, question: Question) -> OurAsked:
        """Send a question; does not wait."""
        request = f"r{next(self._numbers)}"
        asked = OurAsked(request, self._client, time.perf_counter())
        self._asked[request] = asked
        sampling = limited(question)
        self._client.send(Answer(request, question.chat, question.turns, sampling))
        return asked

    def send(self, command: Command) -> None:
        """Send a command that is no question."""
        self._client.send(command)

    def wait_for_snapshot(self, chat: str) -> tuple[SnapshotSaved, float]:
        """Return the news that what was read of a chat is on the disk, and when it came."""
        while (found := self._next(SnapshotSaved))[0].chat != chat:
            pass
        return found

    def wait_for_death(self) -> float:
        """Return when the client noticed that the process is gone."""
        while True:
            news, when_s = self._other.get(timeout=PATIENCE_S)
            if isinstance(news, Death):
                return when_s

    def wait_until_back(self) -> float:
        """Return when the engine and its model were there again."""
        self.pid = self._next(Ready)[0].pid
        return self._next(Loaded)[1]

    def close(self) -> None:
        """End the process."""
        self._client.close()

    def _next(self, wanted: type[Kind]) -> tuple[Kind, float]:
        """Return the next event of a kind that belongs to no answer, and when it came."""
        while True:
            news, when_s = self._other.get(timeout=PATIENCE_S)
            if isinstance(news, wanted):
                return news, when_s
            assert not isinstance(news, LoadFailed | Death), news

    def _route(self, event: Event) -> None:
        asked = self._asked.get(getattr(event, "request", ""))
        if asked is None:
            self._other.put((event, time.perf_counter()))
            return
        asked.hear(event)
        if isinstance(event, Done | Failed):
            self._asked.pop(asked.request, None)

    def _died(self, death: Death, _is_coming_back: bool) -> None:
        gone, self._asked = self._asked, {}
        for asked in gone.values():
            asked.die(death)
        self._other.put((death, time.perf_counter()))


def load_command(setup: Setup, snapshots: Path | None) -> Load:
    """Return the command that loads a model as the other side is started."""
    settings = EngineSettings(
        context_tokens=setup.context_tokens, threads=setup.threads, guesses=setup.guesses
    )
    return Load(str(setup.model), settings, str(snapshots or ""))


def limited(question: Question) -> Sampling:
    """Return the question's sampling, with its length as the limit."""
    return replace(question.sampling, answer_limit_tokens=question.tokens)
