"""The engine as the rest of the application sees it: one model, a queue of answers, one state."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import EngineStoppedError, InglenookError, Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.death import Death
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    CancelLoad,
    Command,
    Delta,
    Done,
    Event,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    PromptProgress,
    Started,
    Turn,
    Unload,
)
from inglenook.models.fit import Plan
from inglenook.services.bus import Bus
from inglenook.services.events import (
    EngineChanged,
    EnginePhase,
    EngineState,
    InstalledModel,
)
from inglenook.services.tasks import Worker

log = logging.getLogger(__name__)

AnswerEvent = Started | PromptProgress | Delta | Done | Failed | Problem
"""What happens to an answer; a Problem means that it ended without the engine's word."""

AnswerListener = Callable[[RequestId, AnswerEvent], None]

NO_MODEL = Problem("No model is loaded", "Open a model file, then ask again.")

_UNAVAILABLE = {EnginePhase.NO_MODEL, EnginePhase.FAILED, EnginePhase.BROKEN}


class Client(Protocol):
    """What is used of engine/client.py."""

    def start(self) -> None:
        """Start the process and keep it alive; once."""
        ...

    def retry(self) -> None:
        """Start again after too many deaths; harmless otherwise."""
        ...

    def send(self, command: Command) -> None:
        """Send a command; raises EngineStoppedError when none will start by itself."""
        ...

    def close(self) -> None:
        """End the process and the client's threads."""
        ...


MakeClient = Callable[[Callable[[Event], None], Callable[[Death, bool], None]], Client]


class EngineService:
    """Loads models by plan and routes answers.

    Threads: every public method returns at once and may be called from any thread. Loading
    is prepared on the worker "engine"; events arrive on the client's reader thread.
    """

    def __init__(
        self,
        bus: Bus,
        make_client: MakeClient,
        plan: Callable[[str], tuple[InstalledModel, Plan]],
        remember: Callable[[str], None],
    ) -> None:
        """Start the worker, not the process: that starts with the first model.

        Args:
            plan: Reads a model file's header and plans for this machine; may take a moment.
            remember: Told the path of each model that has loaded.
        """
        self._bus, self._plan, self._remember = bus, plan, remember
        self._lock = threading.Lock()
        self._state = EngineState()
        self._listeners: dict[RequestId, AnswerListener] = {}
        self._waiting: list[Answer] = []
        self._worker = Worker("engine", self._fail_load)
        self._client = make_client(self._on_event, self._on_death)
        self._is_started = False

    @property
    def state(self) -> EngineState:
        """The state that was announced last."""
        return self._state

    def load(self, path: str) -> None:
        """Plan and load a model; an earlier one is freed."""
        self._worker.post(partial(self._load, path))

    def cancel_load(self) -> None:
        """Give up the load in progress."""
        self._worker.post(lambda: self._client.send(CancelLoad()))

    def retry(self) -> None:
        """Try the model again that failed or died too often."""
        model = self._state.model
        if model is not None:
            self.load(model.path)

    def unload(self) -> None:
        """Free the model's memory."""
        self._worker.post(self._unload)

    def answer(
        self,
        request: RequestId,
        chat: ChatId,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        listener: AnswerListener,
    ) -> None:
        """Have turns answered; waits for a model that is still loading.

        Args:
            listener: Told what happens, on the reader thread or (when it cannot be answered
                at all) on the caller's.
        """
        command = Answer(request, chat, turns, sampling)
        with self._lock:
            phase, problem = self._state.phase, self._state.problem
            if phase not in _UNAVAILABLE:
                self._listeners[request] = listener
                if phase is not EnginePhase.READY:
                    self._waiting.append(command)
        if phase in _UNAVAILABLE:
            listener(request, problem or NO_MODEL)
        elif phase is EnginePhase.READY:
            self._send(command)
        self._count_answers()

    def cancel(self, request: RequestId) -> None:
        """Stop one answer, running or waiting."""
        with self._lock:
            waited = [each for each in self._waiting if each.request == request]
            self._waiting = [each for each in self._waiting if each.request != request]
        if waited:
            self._tell(request, Done(request, "stopped", Timings()))
        elif request in self._listeners:
            with suppress(EngineStoppedError):  # then its death is on the way
                self._client.send(Cancel(request))

    def close(self) -> None:
        """End the engine process and the worker."""
        self._worker.close()
        if self._is_started:
            self._client.close()

    # --- loading ---

    def _load(self, path: str) -> None:
        model, plan = self._plan(path)
        self._become(EngineState(EnginePhase.LOADING, model, plan))
        if not self._is_started:
            self._is_started = True
            self._client.start()
        self._client.retry()
        self._client.send(Load(path, plan.settings))

    def _unload(self) -> None:
        self._client.send(Unload())
        self._become(EngineState())

    def _send(self, command: Answer) -> None:
        try:
            self._client.send(command)
        except InglenookError as error:
            self._tell(RequestId(command.request), error.problem)

    def _fail_load(self, problem: Problem) -> None:
        self._become(replace(self._state, phase=EnginePhase.FAILED, problem=problem))
        self._give_up_waiting(problem)

    def _give_up_waiting(self, problem: Problem) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for command in waiting:
            self._tell(RequestId(command.request), problem)

    # --- on the reader thread ---

    def _on_event(self, event: Event) -> None:
        match event:
            case Started() | PromptProgress() | Delta() | Done() | Failed():
                self._tell(RequestId(event.request), event)
            case LoadProgress(fraction=fraction):
                self._become(replace(self._state, fraction=fraction))
            case Loaded():
                self._loaded(event)
            case LoadFailed(cancelled=True):
                self._become(EngineState())
                self._give_up_waiting(NO_MODEL)
            case LoadFailed(problem=problem):
                self._fail_load(problem)
            case _:
                pass

    def _loaded(self, event: Loaded) -> None:
        # One step under the lock: an answer asked for in between would wait for ever.
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._state = replace(
                self._state, phase=EnginePhase.READY, fraction=1.0, problem=None
            )
        self._become(self._state)
        for command in waiting:
            self._send(command)
        self._remember(event.path)

    def _on_death(self, death: Death, restarting: bool) -> None:  # noqa: FBT001 (the client's callback)
        with self._lock:
            unsent = {each.request for each in self._waiting}
            lost = [request for request in self._listeners if request not in unsent]
        problem = death.problem(restarting=restarting)
        phase = EnginePhase.RESTARTING if restarting else EnginePhase.BROKEN
        if restarting and death.loading:
            phase = EnginePhase.FAILED  # what died while it was loaded is not loaded again
        self._become(replace(self._state, phase=phase, problem=problem, fraction=0.0))
        for request in lost:
            self._tell(request, problem)
        if phase is not EnginePhase.RESTARTING:
            self._give_up_waiting(problem)

    def _tell(self, request: RequestId, event: AnswerEvent) -> None:
        with self._lock:
            listener = self._listeners.get(request)
            if isinstance(event, Done | Failed | Problem):
                self._listeners.pop(request, None)
        if listener is not None:
            listener(request, event)
        if isinstance(event, Done | Failed | Problem):
            self._count_answers()

    def _count_answers(self) -> None:
        with self._lock:
            answering = len(self._listeners)
        if answering != self._state.answering:
            self._become(replace(self._state, answering=answering))

    def _become(self, state: EngineState) -> None:
        with self._lock:
            self._state = replace(state, answering=len(self._listeners))
        self._bus.publish(EngineChanged(self._state))
