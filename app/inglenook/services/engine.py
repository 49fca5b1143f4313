"""The engine as faces and chats see it: one model, answers in a queue, one state."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Event,
    Failed,
    Loaded,
    LoadFailed,
    LoadProgress,
    PromptOptions,
    PromptProgress,
    Queued,
    SnapshotSaved,
    Started,
    ToolCalled,
    Turn,
)
from inglenook.models.fit import Plan, Wish
from inglenook.models.name import parse_name
from inglenook.models.stepdown import Trouble
from inglenook.services.alarm import Countdown, SetAlarm, set_alarm
from inglenook.services.bus import Bus
from inglenook.services.engineclient import MakeClient
from inglenook.services.events import (
    EngineChanged,
    EnginePhase,
    EngineState,
    InstalledModel,
    ProblemArose,
)
from inglenook.services.loads import Loads
from inglenook.services.modelcheck import require_room, require_text, size_bytes
from inglenook.services.orders import Orders
from inglenook.services.planner import NO_WISH, Planner
from inglenook.services.requests import AnswerEvent, AnswerListener, Requests
from inglenook.services.stops import Stops
from inglenook.services.tasks import Worker
from inglenook.services.tries import Tries

__all__ = ["AnswerEvent", "AnswerListener", "EngineService"]

NO_MODEL = Problem("No model is loaded", "Open a model file, then ask again.")

USUAL = PromptOptions()

_PATIENCE_S = 1.0

_COMING = {EnginePhase.LOADING, EnginePhase.RESTARTING}
_LOADING = "loading"
"""Names a load among what was told to stop; no request is called so."""


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
        rest_after_s: Callable[[], float] = lambda: 0.0,
        set_alarm: SetAlarm = set_alarm,
        clock: Callable[[], float] = time.monotonic,
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
            rest_after_s: How long nothing must be asked for a model to be freed until the
                next question, asked for whenever that begins to count; 0 for never.
            set_alarm: Sets an alarm.
            clock: Seconds that never go back.
        """
        self._bus, self._plan, self._remember = bus, plan, remember
        self._on_saved, self._rest_after_s, self._clock = on_saved, rest_after_s, clock
        self._lock = threading.RLock()
        # The lock guards what follows.
        self._state = EngineState()
        self._loads = Loads()
        self._requests = Requests()
        self._idle = Countdown(set_alarm, self._rest)
        self._stops = Stops(set_alarm, self._end_if_stuck)
        self._tries = Tries()
        self._last_death: Death | None = None
        self._wish = NO_WISH
        self._worker = Worker("model planner", _say_nothing)
        self._client = make_client(self._on_event, self._on_death)
        self._orders = Orders(self._client, snapshots)

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
            self._wish, self._tries = wish, Tries()
            if wish.threads is not None:
                self._orders.threads = None
            self._stops.end(_LOADING)
            self._become(EngineState(EnginePhase.LOADING, model))
            self._begin_load(path)

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
            if self._loads.is_open:
                self._stops.ask(_LOADING)
            self._orders.free()
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
            self._requests.open(request, listener)
            self._become(self._state)
            if self._state.phase is EnginePhase.RESTING:
                self._wake()
            if self._state.phase in _COMING:
                self._requests.wait(command)
                return
            problem = self._state.problem or NO_MODEL
            if self._state.phase is EnginePhase.READY:
                problem_of_sending = self._orders.answer(command)
                if problem_of_sending is None:
                    return
                problem = problem_of_sending
        self._tell(request, Failed(request, problem))

    def cancel(self, request: RequestId) -> None:
        """Stop one answer, running or waiting."""
        with self._lock:
            is_waiting = self._requests.withdraw(request)
            if request in self._requests and not is_waiting:
                self._orders.cancel(request)
                self._stops.ask(request)
        if is_waiting:
            self._tell(request, Done(request, "stopped", Timings()))

    def front(self, chat: ChatId | None) -> None:
        """Let the answers of the chat on screen go first; None for none."""
        with self._lock:
            self._orders.front(chat)

    def forget(self, chat: ChatId) -> None:
        """Have the engine free what it keeps of a chat that is gone."""
        with self._lock:
            self._orders.forget(chat)

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from now on, at least 1; later loads use them too."""
        with self._lock:
            self._orders.set_threads(threads)
            if self._state.plan is not None:
                plan = self._orders.threaded(self._state.plan)
                self._become(replace(self._state, plan=plan))

    def close(self) -> None:
        """End the engine process and the worker."""
        with self._lock:
            self._loads.forget()
            self._rest_after_s = float
            self._idle.cancel()
            self._stops.clear()
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
            plan = self._orders.threaded(self._tries.applied(plan))
            self._become(EngineState(EnginePhase.LOADING, model, plan))
            self._send_load(path, plan, number)

    def _give_up_load(self, number: int, problem: Problem) -> None:
        """Fail a load that was not sent; an earlier model is freed as for any load."""
        with self._lock:
            if self._loads.is_wanted(number):
                self._orders.free()
        self._fail_load(number, problem)

    # --- on the client's threads ---

    def _on_event(self, event: Event) -> None:
        with self._lock:
            self._stops.hear()
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
                self._load_failed(problem)
            case SnapshotSaved(chat, bytes_):
                self._on_saved(chat, bytes_)
            case _:
                pass

    def _loaded(self, event: Loaded) -> None:
        refused = []
        with self._lock:
            if not self._loads.is_wanted(self._load_ended()):
                return
            # The waiting ones go out under the lock: one that is asked for now comes after.
            waiting = self._requests.take_waiting()
            notice, self._tries.notice = self._tries.notice, None
            ready = replace(self._state, phase=EnginePhase.READY, fraction=1.0, problem=None)
            self._become(ready)
            for command in waiting:
                problem = self._orders.answer(command)
                if problem is not None:
                    refused.append(Failed(command.request, problem))
        for failure in refused:
            self._tell(RequestId(failure.request), failure)
        if notice is not None:
            self._bus.publish(ProblemArose(notice))
        self._worker.post(partial(self._remember, event.path))

    def _load_failed(self, problem: Problem) -> None:
        with self._lock:
            number = self._load_ended()
            if self._loads.is_wanted(number) and self._try_again(problem):
                return
            problem = self._tries.in_the_end(problem)
        self._fail_load(number, problem)

    def _load_ended(self) -> int:
        """Return the number of the load that ended; the lock is held."""
        number = self._loads.ended()
        if not self._loads.is_open:
            self._stops.end(_LOADING)
        return number

    def _on_death(self, death: Death, restarting: bool) -> None:
        with self._lock:
            stopped = {each for each in death.requests if each in self._stops}
            self._stops.clear()
            self._last_death = death
            self._follow_death(death, restarting=restarting)
            is_lost = self._state.phase is EnginePhase.BROKEN
        for request in death.requests:
            # One that was to stop has stopped, if not as gently as it should.
            is_asked = death.cause is Cause.KILLED and request in stopped
            end = Done(request, "stopped", Timings()) if is_asked else death.problem
            self._tell(RequestId(request), end)
        if is_lost:
            self._give_up_waiting(death.problem)

    def _follow_death(self, death: Death, *, restarting: bool) -> None:
        problem = death.problem
        if restarting:
            if self._loads.is_wanted(self._loads.again()):
                phase = EnginePhase.RESTARTING
                self._become(replace(self._state, phase=phase, problem=problem, fraction=0.0))
                if death.cause is not Cause.KILLED and self._tries.died(self._clock()):
                    self._try_smaller(death.trouble, death.in_words())
        # A load under way is about to fail with a word of its own.
        elif self._state.phase is EnginePhase.READY:
            self._become(replace(self._state, phase=EnginePhase.BROKEN, problem=problem))

    def _try_again(self, problem: Problem) -> bool:
        """Load once more what has failed, if that can help; the lock is held."""
        death, self._last_death = self._last_death, None
        model, plan = self._state.model, self._state.plan
        if death is not None and death.problem == problem and model and plan:
            if death.loading != model.path:
                # It waited behind the one that ended the engine, and was not tried at all.
                self._send_load(model.path, plan, self._loads.ask())
                return True
            return self._try_smaller(death.trouble, death.in_words())
        lacks = problem.facts.get("lacks", Trouble.HOPELESS)
        return self._try_smaller(Trouble(lacks), "memory was short")

    def _try_smaller(self, trouble: Trouble, why: str) -> bool:
        """Load the model by a smaller plan, if there is one; the lock is held."""
        model, plan = self._state.model, self._state.plan
        smaller = plan and self._tries.next(plan, trouble, why)
        if model is None or smaller is None:
            return False
        self._become(replace(self._state, plan=smaller, fraction=0.0))
        self._send_load(model.path, smaller, self._loads.ask())
        return True

    # --- on an alarm's thread ---

    def _rest(self, number: int) -> None:
        """Free a model that nobody asks; only the end of its process gives all memory back."""
        with self._lock:
            if self._idle.is_due(number):
                self._loads.forget()
                self._client.stop()
                self._become(replace(self._state, phase=EnginePhase.RESTING))

    def _end_if_stuck(self, number: int) -> None:
        """End an engine that was told to stop something and has said nothing since."""
        with self._lock:
            if self._stops.is_stuck(number):
                self._client.kill()

    # --- on any thread ---

    def _begin_load(self, path: str) -> None:
        """Have the worker plan and load it; the lock is held."""
        number = self._loads.ask()
        self._worker.post(
            partial(self._load, path, number, self._wish), partial(self._give_up_load, number)
        )

    def _send_load(self, path: str, plan: Plan, number: int) -> None:
        """Have the engine load it, whatever it does now; the lock is held."""
        self._orders.load(path, plan, overtakes=self._loads.sent(number))

    def _wake(self) -> None:
        """Load the model that rests; the lock is held."""
        if self._state.model is not None:
            self._tries = Tries(self._tries.smaller)
            self._become(replace(self._state, phase=EnginePhase.LOADING, fraction=0.0))
            self._begin_load(self._state.model.path)

    def _fail_load(self, number: int, problem: Problem) -> None:
        with self._lock:
            if not self._loads.is_wanted(number):
                return
            self._become(replace(self._state, phase=EnginePhase.FAILED, problem=problem))
        self._give_up_waiting(problem)

    def _give_up_waiting(self, problem: Problem) -> None:
        with self._lock:
            waiting = self._requests.take_waiting()
        for command in waiting:
            self._tell(RequestId(command.request), Failed(command.request, problem))

    def _tell(self, request: RequestId, event: AnswerEvent) -> None:
        is_last = isinstance(event, Done | Failed | Problem)
        with self._lock:
            listener = self._requests.listener(request)
            if is_last and listener is not None:
                self._requests.close(request)
                self._stops.end(request)
                self._become(self._state)
        if listener is not None:
            listener(request, event)

    def _become(self, state: EngineState) -> None:
        """Announce a state, if it is another one; the lock is held."""
        now = replace(state, answering=len(self._requests))
        if now != self._state:
            self._state = now
            self._bus.publish(EngineChanged(now))
            self._follow_idleness(now)

    def _follow_idleness(self, now: EngineState) -> None:
        is_idle = now.phase is EnginePhase.READY and not now.answering
        if not is_idle:
            self._idle.cancel()
        elif not self._idle.is_running and (limit_s := self._rest_after_s()) > 0:
            self._idle.start(limit_s)


def _say_nothing(_problem: Problem) -> None:
    """Leave a fault of remembering a model to the log."""
