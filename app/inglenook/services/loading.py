"""The model that is wanted: planned, loaded, tried with less, brought back, put to rest."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from inglenook.core.errors import Problem
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import Loaded
from inglenook.models.fit import EngineSettings, Plan, Wish
from inglenook.models.name import parse_name
from inglenook.models.stepdown import Trouble
from inglenook.services.board import Board
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.installed import InstalledModel
from inglenook.services.loads import Loads
from inglenook.services.modelcheck import require_room, require_text, size_bytes
from inglenook.services.orders import Orders
from inglenook.services.planner import NO_WISH, Planner
from inglenook.services.stops import Stops
from inglenook.services.tasks import Worker
from inglenook.services.tries import Tries

COMING = {EnginePhase.LOADING, EnginePhase.RESTARTING}
"""A model is on its way, so a question may wait for it."""

_THERE = {EnginePhase.READY, EnginePhase.RESTING, *COMING}

_BLINDED = Problem(
    "The model was loaded without its projector",
    "The engine ended while it loaded both: get the projector again, or use text alone.",
)
_LOADING = "loading"
"""Names a load among what was told to stop; no request is called so."""
_PATIENCE_S = 1.0


class Loading:
    """Decides which model the engine has, and what happens when that fails.

    Threads: the lock is held around each call, except ``failed`` and ``close``, which call
    back without it; models are planned on the worker "model planner".
    """

    def __init__(
        self,
        lock: threading.RLock,
        board: Board,
        orders: Orders,
        stops: Stops,
        plan: Planner,
        on_lost: Callable[[Problem], None],
        on_proved: Callable[[str, Wish, EngineSettings], None],
    ) -> None:
        """Want no model yet.

        Args:
            lock: The owner's.
            board: Where the state is shown.
            orders: To the engine.
            stops: Told of a load that is given up.
            plan: Reads a model file's header and plans; called on the worker.
            on_lost: Told, without the lock, why no model comes.
            on_proved: Told, on the worker, with which settings a model has loaded after
                those of the plan had failed, and what was set by hand for the load.
        """
        self._lock, self._board, self._orders, self._stops = lock, board, orders, stops
        self._plan, self._on_lost, self._on_proved = plan, on_lost, on_proved
        self._loads = Loads()
        self._tries = Tries()
        self._last_death: Death | None = None
        self._wish = NO_WISH
        self._home: tuple[str, Wish] | None = None
        self._worker = Worker("model planner", _say_nothing)

    def load(self, path: str, wish: Wish) -> None:
        """Plan and load a model."""
        self._home = None
        self._wish, self._tries = wish, Tries()
        if wish.threads is not None:
            self._orders.threads = None
        self._stops.end(_LOADING)
        self._begin(EngineState(EnginePhase.LOADING, _unread(path)), path)

    def lay_by(self, path: str) -> None:
        """Have a model rest from the start; what is planned for it is shown meanwhile."""
        number = self._loads.ask()
        self._board.become(EngineState(EnginePhase.RESTING, _unread(path)))
        # Why it cannot be planned is told when it is loaded.
        self._worker.post(partial(self._plan_and_rest, path, number), _say_nothing)

    def retry(self) -> None:
        """Load the model again that failed or died too often."""
        if self._board.now.model is not None:
            self.load(self._board.now.model.path, self._wish)

    def lend(self, path: str) -> None:
        """Load a model that the person did not ask for; theirs comes back when they need it."""
        state, home = self._board.now, self._home
        if home is None and state.model is not None and state.phase in _THERE:
            home = state.model.path, self._wish
        if home is not None and home[0] == path:
            self._come_home(*home)
            return
        self.load(path, NO_WISH)
        self._home = home

    def come_home(self) -> None:
        """Bring the person's model back, if another one was lent to programs."""
        if self._home is not None:
            self._come_home(*self._home)

    def unload(self) -> None:
        """Free the model, or give up the load in progress."""
        self._home = None
        self._loads.forget()
        if self._loads.is_open:
            self._stops.ask(_LOADING)
        self._orders.free()
        self._board.become(EngineState())

    def rest(self) -> None:
        """Free a model that nobody asks; only the end of its process gives all memory back."""
        self._loads.forget()
        self._orders.stop()
        self._board.become(replace(self._board.now, phase=EnginePhase.RESTING, taken=()))

    def wake(self) -> None:
        """Load the model that rests."""
        state = self._board.now
        if state.phase is EnginePhase.RESTING and state.model is not None:
            self._tries = Tries(self._tries.smaller)
            coming = replace(state, phase=EnginePhase.LOADING, fraction=0.0, problem=None)
            self._begin(coming, state.model.path)

    def want_none(self) -> None:
        """Let every load that is not answered yet come to nothing."""
        self._loads.forget()

    def close(self) -> None:
        """End the worker."""
        # Who plans may wait for a graphics driver; the thread does not keep the process.
        self._worker.close(_PATIENCE_S)

    # --- what the engine says ---

    def answered(self) -> None:
        """Note that an answer came to its end."""
        self._tries.answered()

    def progressed(self, fraction: float) -> None:
        """Show how much of the file has been read."""
        if self._board.now.phase in COMING:
            self._board.become(replace(self._board.now, fraction=fraction))

    def loaded(self, event: Loaded, remember: Callable[[str], None]) -> bool:
        """Show that the model is there; False if it is not the wanted one.

        Args:
            event: What the engine says of it.
            remember: Told the path of its file, on the worker.
        """
        if not self._loads.is_wanted(self._ended()):
            return False
        ready = replace(self._board.now, phase=EnginePhase.READY, fraction=1.0, problem=None)
        self._board.become(
            replace(ready, taken=event.memory, sees=event.sees, thinks=event.thinks)
        )
        if self._home is None:
            self._worker.post(partial(remember, event.path))
        if self._tries.has_found and ready.plan is not None:
            found = partial(self._on_proved, event.path, self._wish, ready.plan.settings)
            self._worker.post(found)
        return True

    def take_notice(self) -> Problem | None:
        """Return what to tell of a model that is there with less than was planned, once."""
        notice, self._tries.notice = self._tries.notice, None
        return notice

    def failed(self, problem: Problem) -> None:
        """Try the load that failed again if that can help, or show why it failed."""
        with self._lock:
            number = self._ended()
            if self._loads.is_wanted(number) and self._try_again(problem):
                return
            problem = self._tries.in_the_end(problem)
        self._fail(number, problem)

    def died(self, death: Death, *, restarting: bool, now_s: float) -> None:
        """Follow the engine's death; one of many brings the model back with less."""
        self._last_death = death
        phase = EnginePhase.RESTARTING
        if not restarting:
            # A load under way is about to fail with a word of its own.
            if self._board.now.phase is not EnginePhase.READY:
                return
            phase = EnginePhase.BROKEN
        elif not self._loads.is_wanted(self._loads.again()):
            return
        state = replace(self._board.now, phase=phase, problem=death.problem, taken=())
        self._board.become(replace(state, fraction=0.0) if restarting else state)
        if not restarting or death.cause is Cause.KILLED:
            return
        if self._tries.died(now_s, at_work=bool(death.requests)):
            self._try_smaller(death.trouble, death.in_words())

    # --- on the worker ---

    def _plan_and_send(self, path: str, number: int, wish: Wish) -> None:
        if not self._loads.is_wanted(number):
            return
        require_text(path)
        model, plan = self._plan(path) if wish == NO_WISH else self._plan(path, wish)
        require_room(model, plan)
        with self._lock:
            if self._loads.is_wanted(number):
                plan = self._orders.threaded(self._tries.applied(plan))
                self._board.become(EngineState(EnginePhase.LOADING, model, plan))
                self._send(path, plan, number)

    def _plan_and_rest(self, path: str, number: int) -> None:
        if not self._loads.is_wanted(number):
            return
        model, plan = self._plan(path)
        with self._lock:
            if self._loads.is_wanted(number):
                self._board.become(EngineState(EnginePhase.RESTING, model, plan))

    def _give_up(self, number: int, problem: Problem) -> None:
        """Fail a load that was not sent; an earlier model is freed as for any load."""
        with self._lock:
            if self._loads.is_wanted(number):
                self._orders.free()
        self._fail(number, problem)

    # --- on any thread ---

    def _come_home(self, path: str, wish: Wish) -> None:
        state = self._board.now
        self._home = None
        if state.model is None or state.model.path != path:
            self.load(path, wish)
        else:
            self.wake()

    def _begin(self, state: EngineState, path: str) -> None:
        number = self._loads.ask()
        self._board.become(state)
        self._worker.post(
            partial(self._plan_and_send, path, number, self._wish),
            partial(self._give_up, number),
        )

    def _send(self, path: str, plan: Plan, number: int) -> None:
        self._orders.load(path, plan, overtakes=self._loads.sent(number))

    def _ended(self) -> int:
        """Return the number of the load that has ended."""
        number = self._loads.ended()
        if not self._loads.is_open:
            self._stops.end(_LOADING)
        return number

    def _try_again(self, problem: Problem) -> bool:
        """Load once more what has failed, if that can help."""
        death, self._last_death = self._last_death, None
        model, plan = self._board.now.model, self._board.now.plan
        if death is not None and death.problem == problem and model and plan:
            if death.loading != model.path:
                # It waited behind the one that ended the engine, and was not tried at all.
                self._send(model.path, plan, self._loads.ask())
                return True
            if plan.sees:
                self._tries.notice = _BLINDED
                self._load_blind(model, plan)
                return True
            return self._try_smaller(death.trouble, death.in_words())
        lacks = problem.facts.get("lacks", Trouble.HOPELESS)
        return self._try_smaller(Trouble(lacks), "memory was short")

    def _load_blind(self, model: InstalledModel, plan: Plan) -> None:
        """Load a model without its projector, which may be what has ended the engine."""
        plan = replace(plan, sees=False)
        self._board.become(replace(self._board.now, plan=plan, fraction=0.0))
        self._send(model.path, plan, self._loads.ask())

    def _try_smaller(self, trouble: Trouble, why: str) -> bool:
        """Load the model by a smaller plan, if there is one."""
        model, plan = self._board.now.model, self._board.now.plan
        smaller = plan and self._tries.next(plan, trouble, why)
        if model is None or smaller is None:
            return False
        self._board.become(replace(self._board.now, plan=smaller, fraction=0.0))
        self._send(model.path, smaller, self._loads.ask())
        return True

    def _fail(self, number: int, problem: Problem) -> None:
        with self._lock:
            if not self._loads.is_wanted(number):
                return
            failed = replace(self._board.now, phase=EnginePhase.FAILED, problem=problem)
            self._board.become(failed)
        self._on_lost(problem)


def _unread(path: str) -> InstalledModel:
    """Return what the name of a file tells of a model."""
    name = parse_name(Path(path).name).title
    return InstalledModel(path, name, "", size_bytes(path), "", 0)


def _say_nothing(_problem: Problem) -> None:
    """Leave a fault of remembering a model to the log."""
