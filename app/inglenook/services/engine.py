"""The engine as faces and chats see it: one model, answers in a queue, one state."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.effort.strategy import PLAIN, Strategy
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Answer,
    Done,
    Event,
    Failed,
    Finding,
    Loaded,
    LoadFailed,
    LoadProgress,
    Look,
    PromptOptions,
    SnapshotSaved,
    Turn,
)
from inglenook.models.fit import EngineSettings, MemoryPart, Wish
from inglenook.services.alarm import Countdown, SetAlarm, set_alarm
from inglenook.services.appraised import Appraiser, Unappraised
from inglenook.services.board import Board
from inglenook.services.bus import Bus
from inglenook.services.engineclient import MakeClient
from inglenook.services.events import (
    EnginePhase,
    EngineState,
    ProblemArose,
)
from inglenook.services.loading import COMING, Loading
from inglenook.services.modelcheck import template_notice
from inglenook.services.orders import Orders
from inglenook.services.planner import NO_WISH, Planner
from inglenook.services.requests import AnswerEvent, AnswerListener, Requests
from inglenook.services.stops import Stops

__all__ = ["AnswerEvent", "AnswerListener", "EngineService"]

NO_MODEL = Problem("No model is loaded", "Open a model file, then ask again.")

NOT_READY = Problem("The model is not loaded now", "Load it, then try again.")

USUAL = PromptOptions()


log = logging.getLogger(__name__)


class EngineService:
    """Loads models by plan and routes answers.

    Threads: every public method returns at once and may be called from any thread. Models
    are planned on the worker "model planner"; events arrive on the client's threads. States are
    announced under the lock, so that the one announced last is the present one; a listener
    on the bus must not wait for another thread.

    Attributes:
        appraiser: Has drafts scored by other models where a strategy asks for it.
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
        on_loaded: Callable[[Sequence[MemoryPart]], None] = lambda _memory: None,
        on_proved: Callable[[str, Wish, EngineSettings], None] = lambda *_found: None,
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
            on_loaded: Told what each model took of each device, on the client's threads.
            on_proved: Told, on the worker, of a model that loaded after its plan had failed:
                its path, what was set by hand for the load, and the settings that worked.
            rest_after_s: How long nothing must be asked for a model to be freed until the
                next question, asked for whenever that begins to count; 0 for never.
            set_alarm: Sets an alarm.
            clock: Seconds that never go back.
        """
        self._bus, self._remember, self._on_saved = bus, remember, on_saved
        self._on_loaded = on_loaded
        self._clock = clock
        self.appraiser: Appraiser = Unappraised()
        self._lock = threading.RLock()
        # The lock guards what follows.
        self._requests = Requests()
        self._idle = Countdown(set_alarm, self._rest)
        self._stops = Stops(set_alarm, self._end_if_stuck)
        self._board = Board(bus, self._requests, self._idle, rest_after_s)
        self._client = make_client(self._on_event, self._on_death)
        self._orders = Orders(self._client, snapshots)
        self._loading = Loading(
            self._lock, self._board, self._orders, self._stops,
            plan, self._give_up_waiting, on_proved,
        )  # fmt: skip

    @property
    def state(self) -> EngineState:
        """The state that was announced last."""
        return self._board.now

    def load(self, path: str, wish: Wish = NO_WISH) -> None:
        """Plan and load a model; an earlier one is freed.

        Args:
            path: The file.
            wish: What is set by hand for this load, and for trying it again; it comes before
                what is kept for the model.
        """
        with self._lock:
            self._loading.load(path, wish)

    def lay_by(self, path: str) -> None:
        """Have the next question load a model, and nothing before it."""
        with self._lock:
            self._loading.lay_by(path)

    def lend(self, path: str) -> None:
        """Load a model for other programs; the person's comes back with their next question."""
        with self._lock:
            self._loading.lend(path)

    def come_home(self) -> None:
        """Load the person's model again, if another one was lent."""
        with self._lock:
            self._loading.come_home()

    def cancel_load(self) -> None:
        """Give up the load in progress, if there is one."""
        with self._lock:
            if self.state.phase in COMING:
                self.unload()

    def retry(self) -> None:
        """Try the model again that failed or died too often."""
        with self._lock:
            self._loading.retry()

    def unload(self) -> None:
        """Free the model's memory, or give up the load in progress."""
        with self._lock:
            self._loading.unload()
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
        last_start: int = 0,
        strategy: Strategy = PLAIN,
        raw: bool = False,
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
            last_start: Which turn came first when the branch was answered before.
            strategy: How many drafts there are, and which of them is the answer.
            raw: The text of the first turn is the prompt as it stands, without a template.
        """
        command = Answer(
            request, chat, turns, sampling, options,
            continues, background, last_start, strategy, raw,
        )  # fmt: skip
        listener = self.appraiser.listening(command, listener)
        with self._lock:
            self._requests.open(request, listener, is_asked=not background)
            self._board.count()
            if not background:
                self._loading.come_home()
            self._loading.wake()
            if self.state.phase in COMING:
                self._requests.wait(command)
                return
            problem: Problem | None = self.state.problem or NO_MODEL
            if self.state.phase is EnginePhase.READY:
                problem = self._orders.answer(command)
        if problem is not None:
            self._tell(request, Failed(request, problem))

    def ask(self, command: Answer | Look, path: str, listener: AnswerListener) -> bool:
        """Have a program's question answered by one model and no other.

        Args:
            command: The question.
            path: The model's file.
            listener: Told what happens, on the client's threads or on the caller's.

        Returns:
            False if that model is not there now; nothing is told then.
        """
        request = RequestId(command.request)
        with self._lock:
            state = self.state
            if state.phase is not EnginePhase.READY or state.model is None:
                return False
            if state.model.path != path:
                return False
            self._requests.open(request, self.appraiser.listening(command, listener))
            self._board.count()
            problem = self._orders.answer(command)
        if problem is not None:
            self._tell(request, Failed(command.request, problem))
        return True

    def look(self, command: Look, listener: AnswerListener) -> None:
        """Have the engine tell what is no answer; it waits for no model.

        Args:
            command: What to find out.
            listener: Told what comes out, and last a Finding, Done or Failed, on the client's
                threads or (when there is no model) on the caller's.
        """
        request = RequestId(command.request)
        with self._lock:
            self._requests.open(request, listener, is_asked=False)
            self._board.count()
            problem: Problem | None = self.state.problem or NOT_READY
            if self.state.phase is EnginePhase.READY:
                problem = self._orders.answer(command)
        if problem is not None:
            self._tell(request, Failed(command.request, problem))

    def cancel(self, request: RequestId) -> None:
        """Stop one answer, running or waiting."""
        self.appraiser.cancel(request)
        with self._lock:
            is_waiting = self._requests.withdraw(request)
            if request in self._requests and not is_waiting:
                self._orders.cancel(request)
                self._stops.ask(request)
        if is_waiting:
            self._tell(request, Done(request, "stopped", Timings()))

    def take_leading(self, request: RequestId) -> None:
        """Have the engine choose now from the drafts of an answer."""
        with self._lock:
            if request in self._requests:
                self._orders.take_leading(request)

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
            if self.state.plan is not None:
                plan = self._orders.threaded(self.state.plan)
                self._board.become(replace(self.state, plan=plan))

    def close(self) -> None:
        """End the engine process and the worker."""
        with self._lock:
            self._loading.want_none()
            self._board.close()
            self._stops.clear()
        self._client.close()
        self._loading.close()

    # --- on the client's threads ---

    def _on_event(self, event: Event) -> None:
        with self._lock:
            self._stops.hear()
        match event:
            case LoadProgress(fraction=fraction):
                with self._lock:
                    self._loading.progressed(fraction)
            case Loaded():
                self._loaded(event)
            case LoadFailed(problem=problem):
                self._loading.failed(problem)
            case SnapshotSaved(chat, bytes_):
                self._on_saved(chat, bytes_)
            case each if isinstance(each, AnswerEvent):
                self._tell(RequestId(each.request), each)
            case _:
                pass

    def _loaded(self, event: Loaded) -> None:
        refused = []
        with self._lock:
            if not self._loading.loaded(event, self._remember):
                return
            notices = [
                self._loading.take_notice(),
                template_notice(event.template),
                event.blind,
            ]
            # The waiting ones go out under the lock: one that is asked for now comes after.
            for command in self._requests.take_waiting():
                problem = self._orders.answer(command)
                if problem is not None:
                    refused.append(Failed(command.request, problem))
        self._on_loaded(event.memory)
        for failure in refused:
            self._tell(RequestId(failure.request), failure)
        for notice in notices:
            if notice is not None:
                self._bus.publish(ProblemArose(notice))

    def _on_death(self, death: Death, restarting: bool) -> None:
        # Not what it printed: that may name files, or quote a prompt.
        log.warning("the engine ended: %s, status %s", death.cause, death.exit_status)
        with self._lock:
            stopped = {each for each in death.requests if each in self._stops}
            self._stops.clear()
            self._loading.died(death, restarting=restarting, now_s=self._clock())
            is_lost = self.state.phase is EnginePhase.BROKEN
        for request in death.requests:
            # One that was to stop has stopped, if not as gently as it should.
            is_asked = death.cause is Cause.KILLED and request in stopped
            end = Done(request, "stopped", Timings()) if is_asked else death.problem
            self._tell(RequestId(request), end)
        if is_lost:
            self._give_up_waiting(death.problem)

    # --- on an alarm's thread ---

    def _rest(self, number: int) -> None:
        with self._lock:
            if self._idle.is_due(number):
                self._loading.rest()

    def _end_if_stuck(self, number: int) -> None:
        """End an engine that was told to stop something and has said nothing since."""
        with self._lock:
            if self._stops.is_stuck(number):
                self._orders.kill()

    # --- on any thread ---

    def _give_up_waiting(self, problem: Problem) -> None:
        with self._lock:
            waiting = self._requests.take_waiting()
        for command in waiting:
            self._tell(RequestId(command.request), Failed(command.request, problem))

    def _tell(self, request: RequestId, event: AnswerEvent) -> None:
        is_last = isinstance(event, Finding | Done | Failed | Problem)
        with self._lock:
            listener = self._requests.listener(request)
            if is_last and listener is not None:
                self._requests.close(request)
                if isinstance(event, Done):
                    self._loading.answered()
                self._stops.end(request)
                self._board.count()
        if listener is not None:
            listener(request, event)
