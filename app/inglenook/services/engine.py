"""The engine as faces and chats see it: one model, answers in a queue, one state."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.death import Death
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    CancelLoad,
    Delta,
    Done,
    Event,
    Failed,
    Forget,
    Front,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    PromptOptions,
    PromptProgress,
    Queued,
    SetThreads,
    SnapshotSaved,
    Started,
    ToolCalled,
    Turn,
    Unload,
)
from inglenook.models.fit import Plan, Wish
from inglenook.models.name import parse_name
from inglenook.services.bus import Bus
from inglenook.services.engineclient import MakeClient
from inglenook.services.events import (
    EngineChanged,
    EnginePhase,
    EngineState,
    InstalledModel,
)
from inglenook.services.loads import Loads
from inglenook.services.modelcheck import require_room, require_text, size_bytes
from inglenook.services.planner import NO_WISH, Planner
from inglenook.services.tasks import Worker

AnswerEvent = Queued | Started | PromptProgress | Delta | ToolCalled | Done | Failed | Problem
"""What happens to an answer; a Problem means that the engine died while it wrote."""

AnswerListener = Callable[[RequestId, AnswerEvent], None]

NO_MODEL = Problem("No model is loaded", "Open a model file, then ask again.")

USUAL = PromptOptions()

_PATIENCE_S = 1.0

_COMING = {EnginePhase.LOADING, EnginePhase.RESTARTING}


class EngineService:
    """Loads models by plan and routes answers.

    Threads: every public method returns at once and may be called from any thread. Models
    are planned on the worker "model planner"; events arrive on the client's threads. States are
    announced under the lock, so that the one announced last is the present one; a listener
    on the bus must not wait for another thread.
    """

    def __init__(
        self,
        bus: Bus,
        make_client: MakeClient,
        plan: Planner,
        remember: Callable[[str], None],
        *,
        snapshots: str = "",
        on_saved: Callable[[str, int], None] = lambda _chat, _size_bytes: None,
    ) -> None:
        """Start the worker, not the process: that starts with the first model.

        Args:
            bus: Told each state.
            make_client: Makes the handle on the engine, given its two callbacks.
            plan: Reads a model file's header and plans for this machine; may take a moment.
            remember: Told the path of each model that has loaded, on the worker.
            snapshots: Folder where the engine keeps what it has read; ``""`` to keep nothing.
            on_saved: Told the chat and the size in bytes of each snapshot, on the client's
                threads.
        """
        self._bus, self._plan, self._remember = bus, plan, remember
        self._snapshots, self._on_saved = snapshots, on_saved
        self._lock = threading.RLock()
        # The lock guards what follows.
        self._state = EngineState()
        self._loads = Loads()
        self._listeners: dict[RequestId, AnswerListener] = {}
        self._waiting: list[Answer] = []
        self._front = ChatId("")
        self._threads: int | None = None
        self._wish = NO_WISH
        self._is_started = False
        self._worker = Worker("model planner", _say_nothing)
        self._client = make_client(self._on_event, self._on_death)

    @property
    def state(self) -> EngineState:
        """The state that was announced last."""
        return self._state

    def load(self, path: str, wish: Wish = NO_WISH) -> None:
        """Plan and load a model; an earlier one is freed.

        Args:
            path: The file.
            wish: What the person has set by hand for this load, and for trying it again.
        """
        name = parse_name(Path(path).name).title
        model = InstalledModel(path, name, "", size_bytes(path), "", 0)
        with self._lock:
            number, self._wish = self._loads.ask(), wish
            self._become(EngineState(EnginePhase.LOADING, model))
        self._worker.post(
            partial(self._load, path, number, wish), partial(self._give_up_load, number)
        )

    def cancel_load(self) -> None:
        """Give up the load in progress, if there is one."""
        with self._lock:
            if self._state.phase in _COMING:
                self.unload()

    def retry(self) -> None:
        """Try the model again that failed or died too often."""
        model = self._state.model
        if model is not None:
            self.load(model.path, self._wish)

    def unload(self) -> None:
        """Free the model's memory, or give up the load in progress."""
        with self._lock:
            self._loads.forget()
            self._free()
            self._become(EngineState())
        self._give_up_waiting(NO_MODEL)

    def answer(
        self,
        request: RequestId,
        chat: ChatId,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        listener: AnswerListener,
        *,
        options: PromptOptions = USUAL,
        continues: bool = False,
        background: bool = False,
    ) -> None:
        """Have turns answered; waits for a model that is still loading.

        Args:
            request: Names this answer; never used before.
            chat: Whose memory in the engine to continue.
            turns: The branch, oldest first.
            sampling: How to pick words.
            listener: Told what happens, on the client's threads or (when it cannot be
                answered at all) on the caller's.
            options: What the chat template is told besides the turns.
            continues: The last turn is the beginning of the answer, to be gone on with.
            background: Nobody waits for it; it gives way to every other answer.
        """
        command = Answer(request, chat, turns, sampling, options, continues, background)
        with self._lock:
            self._listeners[request] = listener
            self._become(self._state)
            if self._state.phase in _COMING:
                self._waiting.append(command)
                return
            problem = self._state.problem or NO_MODEL
            if self._state.phase is EnginePhase.READY:
                problem_of_sending = self._send(command)
                if problem_of_sending is None:
                    return
                problem = problem_of_sending
        self._tell(request, Failed(request, problem))

    def cancel(self, request: RequestId) -> None:
        """Stop one answer, running or waiting."""
        with self._lock:
            kept = [each for each in self._waiting if each.request != request]
            is_waiting = len(kept) < len(self._waiting)
            self._waiting = kept
            if request in self._listeners and not is_waiting:
                self._client.send(Cancel(request))
        if is_waiting:
            self._tell(request, Done(request, "stopped", Timings()))

    def front(self, chat: ChatId | None) -> None:
        """Let the answers of the chat on screen go first; None for none."""
        with self._lock:
            self._front = chat or ChatId("")
            self._command(Front(self._front))

    def forget(self, chat: ChatId) -> None:
        """Have the engine free what it keeps of a chat that is gone."""
        with self._lock:
            self._command(Forget(chat))

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from now on, at least 1; later loads use them too."""
        with self._lock:
            self._threads = max(1, threads)
            if self._state.plan is not None:
                self._become(replace(self._state, plan=self._threaded(self._state.plan)))
            self._command(SetThreads(self._threads))

    def close(self) -> None:
        """End the engine process and the worker."""
        with self._lock:
            self._loads.forget()
        self._client.close()
        # Who plans may wait for a graphics driver; the thread does not keep the process.
        self._worker.close(_PATIENCE_S)

    # --- on the worker ---

    def _load(self, path: str, number: int, wish: Wish) -> None:
        if not self._loads.is_wanted(number):
            return
        require_text(path)
        model, plan = self._plan(path) if wish == NO_WISH else self._plan(path, wish)
        require_room(model, plan)
        with self._lock:
            if not self._loads.is_wanted(number):
                return
            plan = self._threaded(plan)
            self._become(EngineState(EnginePhase.LOADING, model, plan))
            if self._loads.sent(number):
                self._client.send(CancelLoad())
            self._is_started = True
            self._client.start()
            self._client.send(Load(path, plan.settings, self._snapshots))
            if self._front:
                self._client.send(Front(self._front))

    def _give_up_load(self, number: int, problem: Problem) -> None:
        """Fail a load that was not sent; an earlier model is freed as for any load."""
        with self._lock:
            if self._loads.is_wanted(number):
                self._free()
        self._fail_load(number, problem)

    # --- on the client's threads ---

    def _on_event(self, event: Event) -> None:
        match event:
            case Queued() | Started() | PromptProgress() | Delta() | ToolCalled():
                self._tell(RequestId(event.request), event)
            case Done() | Failed():
                self._tell(RequestId(event.request), event)
            case LoadProgress(fraction=fraction):
                with self._lock:
                    if self._state.phase in _COMING:
                        self._become(replace(self._state, fraction=fraction))
            case Loaded():
                self._loaded(event)
            case LoadFailed(problem=problem):
                with self._lock:
                    number = self._loads.ended()
                self._fail_load(number, problem)
            case SnapshotSaved(chat, bytes_):
                self._on_saved(chat, bytes_)
            case _:
                pass

    def _loaded(self, event: Loaded) -> None:
        refused = []
        with self._lock:
            if not self._loads.is_wanted(self._loads.ended()):
                return
            # The waiting ones go out under the lock: one that is asked for now comes after.
            waiting, self._waiting = self._waiting, []
            ready = replace(self._state, phase=EnginePhase.READY, fraction=1.0, problem=None)
            self._become(ready)
            for command in waiting:
                problem = self._send(command)
                if problem is not None:
                    refused.append(Failed(command.request, problem))
        for failure in refused:
            self._tell(RequestId(failure.request), failure)
        self._worker.post(partial(self._remember, event.path))

    def _on_death(self, death: Death, restarting: bool) -> None:
        with self._lock:
            self._follow_death(death.problem, restarting=restarting)
            is_lost = self._state.phase is EnginePhase.BROKEN
        for request in death.requests:
            self._tell(RequestId(request), death.problem)
        if is_lost:
            self._give_up_waiting(death.problem)

    def _follow_death(self, problem: Problem, *, restarting: bool) -> None:
        if restarting:
            if self._loads.is_wanted(self._loads.again()):
                phase = EnginePhase.RESTARTING
                self._become(replace(self._state, phase=phase, problem=problem, fraction=0.0))
        # A load under way is about to fail with a word of its own.
        elif self._state.phase is EnginePhase.READY:
            self._become(replace(self._state, phase=EnginePhase.BROKEN, problem=problem))

    # --- on any thread ---

    def _fail_load(self, number: int, problem: Problem) -> None:
        with self._lock:
            if not self._loads.is_wanted(number):
                return
            self._become(replace(self._state, phase=EnginePhase.FAILED, problem=problem))
        self._give_up_waiting(problem)

    def _give_up_waiting(self, problem: Problem) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for command in waiting:
            self._tell(RequestId(command.request), Failed(command.request, problem))

    def _free(self) -> None:
        """Have the engine free what it has or is loading; the lock is held."""
        if self._is_started:
            # A load that ends before it hears of the first command is undone by the second.
            self._client.send(CancelLoad())
            self._client.send(Unload())

    def _command(self, command: Front | Forget | SetThreads) -> None:
        """Tell a running engine, which has its own memory of it; the lock is held."""
        if self._is_started:
            self._client.send(command)

    def _threaded(self, plan: Plan) -> Plan:
        """Return the plan with the threads that were set by hand; the lock is held."""
        if self._threads is None:
            return plan
        return replace(plan, settings=replace(plan.settings, threads=self._threads))

    def _send(self, command: Answer) -> Problem | None:
        """Send it; return what is wrong with it, or None."""
        try:
            self._client.send(command)
        except InglenookError as error:
            return error.problem
        return None

    def _tell(self, request: RequestId, event: AnswerEvent) -> None:
        is_last = isinstance(event, Done | Failed | Problem)
        with self._lock:
            listener = self._listeners.get(request)
            if is_last and listener is not None:
                del self._listeners[request]
                self._become(self._state)
        if listener is not None:
            listener(request, event)

    def _become(self, state: EngineState) -> None:
        """Announce a state, if it is another one; the lock is held."""
        now = replace(state, answering=len(self._listeners))
        if now != self._state:
            self._state = now
            self._bus.publish(EngineChanged(now))


def _say_nothing(_problem: Problem) -> None:
    """Leave a fault of remembering a model to the log."""
