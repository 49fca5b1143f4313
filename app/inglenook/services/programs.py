"""What other programs have asked: who waits for which model, and when it is loaded."""

import time
from collections.abc import Callable, Iterable

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Delta, Done, Failed, Finding, ToolCalled, Weighed
from inglenook.services.alarm import Countdown, SetAlarm, set_alarm
from inglenook.services.apiline import Ask, Line
from inglenook.services.apiproblems import (
    CLOSING,
    ENGINE_STOPPED,
    LOADING_FAILED,
    NEEDED_HERE,
    TOO_MANY,
    of_kind,
    told,
)
from inglenook.services.engine import EngineService
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.loading import COMING
from inglenook.services.requests import AnswerEvent, AnswerListener

MOST_ASKS = 512
SPARE_S = 30.0
"""Who has just chosen a model, or read its answer, is about to ask it something."""

_FAILED = {EnginePhase.FAILED, EnginePhase.BROKEN}
Post = Callable[[Callable[[], None]], None]


class Programs:
    """Shares one engine among programs that want different models, and with the window.

    A model is exchanged for a program only when no answer is under way, and not while a
    person has just used it. What a person loads comes first: answers of programs that have
    not begun are asked again later, and those in the middle end.

    Threads: one worker's, but for what the engine writes, which goes straight to the listener
    on the engine client's thread.

    Attributes:
        spare_s: How long a model is left to a person who has just used it; 0 where there is
            no window.
    """

    def __init__(
        self,
        engine: EngineService,
        post: Post,
        *,
        clock: Callable[[], float] = time.monotonic,
        set_alarm: SetAlarm = set_alarm,
    ) -> None:
        """Know of no question.

        Args:
            engine: Answers, and loads.
            post: Runs something on the worker; may be called from any thread.
            clock: Seconds that never go back.
            set_alarm: Sets an alarm.
        """
        self._engine, self._post, self._clock = engine, post, clock
        self.spare_s = SPARE_S
        self._line = Line(clock)
        self._alarm = Countdown(set_alarm, lambda _number: post(self._settle))
        self._touched_s = float("-inf")
        self._lent = ""
        self._ready = ""
        self._is_closed = False

    def enter(self, ask: Ask) -> None:
        """Take a question; it is sent to the engine as soon as its model is there."""
        if self._is_closed or len(self._line) >= MOST_ASKS:
            refusal = CLOSING if self._is_closed else TOO_MANY
            ask.listener(ask.request, Failed(ask.request, refusal))
            return
        self._line.join(ask)
        self._settle()

    def cancel(self, request: RequestId) -> None:
        """End a question, wherever it is."""
        ask = self._line.take_one(request)
        if ask is not None:
            ask.listener(request, Done(request, "stopped", Timings()))
            self._settle()
        elif request in self._line.running:
            self._line.running[request].is_unwanted = True
            self._engine.cancel(request)

    def follow(self, seen: EngineState) -> None:
        """Go by what the engine has announced.

        Args:
            seen: As it was announced; the engine may be further by now.
        """
        self._note_person(seen)
        now = self._engine.state
        path = _path(now)
        if now.phase in _FAILED:
            kind = LOADING_FAILED if now.phase is EnginePhase.FAILED else ENGINE_STOPPED
            self._fail(self._line.take_tried(path), now.problem, kind)
            if path == self._lent:
                self._engine.come_home()
        is_new = now.phase is EnginePhase.READY and path != self._ready
        self._ready = path if now.phase is EnginePhase.READY else ""
        if is_new:
            self._send(self._line.is_ready(path))
        self._settle()

    def close(self) -> None:
        """End everybody's questions, and take none any more."""
        self._is_closed = True
        self._alarm.cancel()
        for ask in self._line.take_all():
            self._engine.cancel(ask.request)
            ask.listener(ask.request, Failed(ask.request, CLOSING))

    # --- turns ---

    def _settle(self) -> None:
        """Send who may go, or load what is next."""
        now = self._engine.state
        path = _path(now)
        if now.phase is EnginePhase.READY:
            self._send(self._line.may_go(path, is_open=not self._is_free(now)))
        if now.phase in COMING:
            self._line.try_all(path)
            return
        wanted = self._line.next_path(path if now.phase is EnginePhase.READY else "")
        if wanted and self._is_free(now):
            self._lent = wanted
            self._line.try_all(wanted)
            self._engine.lend(wanted)

    def _is_free(self, now: EngineState) -> bool:
        """Whether the model is not a person's at the moment; looks again when it may be."""
        if now.phase in COMING or now.answering > len(self._line.running):
            return False
        left_s = self._touched_s + self.spare_s - self._clock()
        if left_s > 0.0 and self._line.waiting:
            self._alarm.start(left_s)
        return left_s <= 0.0

    def _note_person(self, seen: EngineState) -> None:
        is_loading = seen.phase in COMING and _path(seen) != self._lent
        if is_loading or seen.answering > len(self._line.running):
            self._touched_s = self._clock()
            self._lent = "" if is_loading else self._lent

    # --- questions ---

    def _send(self, asks: Iterable[Ask]) -> None:
        for ask in asks:
            self._line.running[ask.request] = ask
            if not self._engine.ask(ask.command, ask.path, self._listener(ask)):
                del self._line.running[ask.request]  # another model came in between
                self._line.join(ask)

    def _listener(self, ask: Ask) -> AnswerListener:
        def hear(request: RequestId, event: AnswerEvent) -> None:
            if isinstance(event, Done | Failed | Finding | Problem):
                self._post(lambda: self._ended(ask, event))
                return
            ask.has_spoken = ask.has_spoken or isinstance(event, Delta | ToolCalled | Weighed)
            ask.listener(request, event)

        return hear

    def _ended(self, ask: Ask, event: AnswerEvent) -> None:
        if self._line.running.pop(ask.request, None) is None:
            return  # it was told when all was closed
        if isinstance(event, Done) and event.reason == "unloaded":
            self._left_alone(ask)
        else:
            ask.listener(ask.request, told(event))
        self._settle()

    def _left_alone(self, ask: Ask) -> None:
        """Take a question back whose model has gone."""
        if ask.is_unwanted:
            ask.listener(ask.request, Done(ask.request, "stopped", Timings()))
        elif ask.has_spoken:
            ask.listener(ask.request, Failed(ask.request, NEEDED_HERE))
        else:
            self._line.join(ask)

    @staticmethod
    def _fail(asks: Iterable[Ask], problem: Problem | None, kind: str) -> None:
        for ask in asks:
            why = of_kind(problem or CLOSING, kind)
            ask.listener(ask.request, Failed(ask.request, why))


def _path(state: EngineState) -> str:
    return state.model.path if state.model is not None else ""
