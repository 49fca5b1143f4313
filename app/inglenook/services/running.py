"""How a model runs: previews of what is set by hand, and setting it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.core.errors import InglenookError, Problem
from inglenook.models.fit import Plan, Wish
from inglenook.models.machine import Machine
from inglenook.services.bus import Bus
from inglenook.services.cards import Cards
from inglenook.services.engine import EngineService
from inglenook.services.events import EnginePhase, ProblemArose
from inglenook.services.modelnews import PlanPreviewed
from inglenook.services.planner import NO_WISH, Planner
from inglenook.services.sizes import EngineSizes
from inglenook.services.tasks import Worker
from inglenook.services.wishes import Wishes

_AT_WORK = {
    EnginePhase.LOADING, EnginePhase.READY, EnginePhase.RESTARTING, EnginePhase.FAILED,
    EnginePhase.BROKEN,
}  # fmt: skip
"""A model in one of these is loaded anew when something is set; at rest, it wakes with it."""


class RunningService:
    """Plans what a person tries out, and keeps what is chosen.

    Threads: every public method returns at once and may be called from any thread; plans are
    made on the worker "plan previewer".
    """

    def __init__(
        self,
        bus: Bus,
        engine: EngineService,
        wishes: Wishes,
        plan: Planner,
        machine: Callable[[], Machine],
        sizes: EngineSizes | None = None,
        cards: Cards | None = None,
    ) -> None:
        """Plan nothing yet.

        Args:
            bus: Told each preview.
            engine: Loads a model anew when something is set for it.
            wishes: Keeps what is set.
            plan: Plans exactly what is set, and nothing that is kept.
            machine: Measures the computer, as if no model was loaded.
            sizes: What plans ask; it may stay ready between previews.
            cards: Say what is free on them; None where there are none.
        """
        self._bus, self._engine, self._wishes = bus, engine, wishes
        self._plan, self._machine = plan, machine
        self._sizes, self._cards = sizes, cards
        self._worker = Worker("plan previewer", self._tell)
        self._lock = threading.Lock()
        self._newest = 0  # guarded by the lock
        self._automatic: tuple[str, Plan] | None = None  # the worker's

    def show(self, path: str) -> None:
        """Preview a model with what is kept for it, and get ready for more previews.

        Where there are cards, the first preview is from what was free on them before; it comes
        again if that has changed.
        """
        number = self._forget()
        self._worker.post(partial(self._open, number, path), partial(self._fail, path, NO_WISH))

    def preview(self, path: str, wish: Wish) -> None:
        """Plan for what is set by hand; told unless something else is asked before it is done.

        Args:
            path: The model's file.
            wish: What is set.
        """
        number = self._forget()
        self._worker.post(
            partial(self._preview, number, path, wish), partial(self._fail, path, wish)
        )

    def choose(self, path: str, wish: Wish) -> None:
        """Keep what is set for a model, and load it anew if it is the one in use.

        Answers that are being written end as for any other load.
        """
        self._forget()
        self._worker.post(partial(self._choose, path, wish))

    def let_see(self, path: str, projector: str) -> None:
        """Load a model with its projector from now on, and now if it is the one in use.

        Args:
            path: The model's file.
            projector: The name of the file beside it.
        """
        self._forget()
        self._worker.post(partial(self._let_see, path, projector))

    def back_to_automatic(self, path: str) -> None:
        """Keep nothing that was set for a model, nor what proved to work; load it anew."""
        self.choose(path, NO_WISH)

    def done(self) -> None:
        """No more previews are wanted for now."""
        self._forget()
        self._worker.post(self._rest)

    def close(self) -> None:
        """End the worker."""
        self.done()
        # Who plans may wait for a graphics driver; the thread does not keep the process.
        self._worker.close(timeout_s=1.0)

    # --- on any thread ---

    def _forget(self) -> int:
        """Let every preview that is asked for come to nothing; return the next number."""
        with self._lock:
            self._newest += 1
            return self._newest

    def _is_newest(self, number: int) -> bool:
        with self._lock:
            return number == self._newest

    # --- on the worker ---

    def _wake(self) -> None:
        self._automatic = None
        if self._sizes is not None:
            self._sizes.stay_awake()

    def _rest(self) -> None:
        self._automatic = None
        if self._sizes is not None:
            self._sizes.rest()

    def _open(self, number: int, path: str) -> None:
        if self._cards is None or not self._cards.devices():
            self._wake()
            self._preview(number, path, None)
            return
        self._automatic = None
        self._preview(number, path, None)
        # Before what is asked for sizes stays ready, which takes some of a card's memory.
        is_news = self._cards.look_again()
        self._wake()
        if is_news:
            self._preview(number, path, None)

    def _preview(self, number: int, path: str, wish: Wish | None) -> None:
        if not self._is_newest(number):
            return
        wish = self._wishes.of(path) if wish is None else wish
        _, made = self._plan(path, wish)
        told = PlanPreviewed(path, wish, made, self._without_wish(path), None, self._machine())
        if self._is_newest(number):
            self._bus.publish(told)

    def _without_wish(self, path: str) -> Plan:
        """Return the plan with nothing set, made once for a run of previews."""
        if self._automatic is None or self._automatic[0] != path:
            _, made = self._plan(path, NO_WISH)
            self._automatic = (path, made)
        return self._automatic[1]

    def _choose(self, path: str, wish: Wish) -> None:
        # What is asked for sizes holds some of the card's memory.
        self._rest()
        try:
            self._wishes.keep(path, wish)
        except InglenookError as error:
            self._tell(error.problem)
        state = self._engine.state
        if state.phase in _AT_WORK and state.model is not None and state.model.path == path:
            self._engine.load(path, wish)

    def _let_see(self, path: str, projector: str) -> None:
        self._choose(path, replace(self._wishes.of(path), projector=projector))

    def _fail(self, path: str, wish: Wish, problem: Problem) -> None:
        self._bus.publish(PlanPreviewed(path, wish, problem=problem))

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))
