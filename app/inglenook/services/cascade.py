"""Finds a larger installed model where drafts disagree, and asks it when it is told to."""

from collections.abc import Callable, Sequence
from functools import partial

from inglenook.chat.comparison import Comparison
from inglenook.chat.message import Message, Status
from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.effort.cascade import is_unsure
from inglenook.models.fit import Verdict
from inglenook.services.bus import Bus
from inglenook.services.cascadenews import LargerModelFound
from inglenook.services.engine import EngineService
from inglenook.services.installed import InstalledModel
from inglenook.services.planner import Planner
from inglenook.services.tasks import Worker

LEAST_TIMES = 1.5
"""A file must be so much larger than that of the model that answered."""
_MOST_PLANNED = 3
_FITS = {Verdict.GPU, Verdict.SPLIT, Verdict.CPU}


class CascadeService:
    """The second step of a cascade is never taken unasked: it changes the model that is loaded.

    Threads: ``ended`` and ``ask`` on any, they return at once; models are planned on the
    worker "cascade planner".
    """

    def __init__(
        self,
        bus: Bus,
        engine: EngineService,
        models: Callable[[], Sequence[InstalledModel]],
        plan: Planner,
        regenerate: Callable[[ChatId, NodeId], None],
    ) -> None:
        """Find nothing yet.

        Args:
            bus: Told of each larger model.
            engine: Loads it.
            models: Returns what is installed.
            plan: Tells whether a model fits this computer.
            regenerate: Writes another version of an answer.
        """
        self._bus, self._engine, self._models = bus, engine, models
        self._plan, self._regenerate = plan, regenerate
        self._worker = Worker("cascade planner", _say_nothing)

    def ended(self, chat: ChatId, answer: Message) -> None:
        """Look for a larger model if the drafts of an answer hardly agree."""
        model, comparison = self._engine.state.model, answer.comparison
        if model is None or comparison is None or answer.status is not Status.COMPLETE:
            return
        agreeing, drafts = standing(comparison)
        if not is_unsure(agreeing, drafts):
            return
        larger = larger_than(model, self._models())
        found = partial(self._find, chat, answer.id, larger[:_MOST_PLANNED], agreeing, drafts)
        self._worker.post(found)

    def ask(self, chat: ChatId, node: NodeId, path: str) -> None:
        """Load a model and have it answer the same question; both answers are kept."""
        self._engine.load(path)
        # Asked for now, it waits for the model.
        self._regenerate(chat, node)

    def settle(self, timeout_s: float) -> bool:
        """Wait until every search so far has ended; False if that took too long."""
        return self._worker.settle(timeout_s)

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    # --- on the worker ---

    def _find(
        self,
        chat: ChatId,
        node: NodeId,
        larger: Sequence[InstalledModel],
        agreeing: int,
        drafts: int,
    ) -> None:
        for each in larger:
            if self._fits(each):
                told = LargerModelFound(chat, node, each.path, each.name, agreeing, drafts)
                self._bus.publish(told)
                return

    def _fits(self, model: InstalledModel) -> bool:
        try:
            _, made = self._plan(model.path)
        except InglenookError:
            return False  # its file is gone or damaged, which its page tells
        return made.verdict in _FITS


def standing(comparison: Comparison) -> tuple[int, int]:
    """Return how many drafts give the chosen answer, and how many came to their end.

    Returns:
        Zeros where there are no answers that could be compared, as in open text.
    """
    answered = sum(len(each.drafts) for each in comparison.votes if each.answer)
    ended = sum(each.why == "end" for each in comparison.drafts)
    if answered < 2 or ended < answered:
        return 0, 0
    return comparison.agreeing, ended


def larger_than(
    model: InstalledModel, models: Sequence[InstalledModel]
) -> list[InstalledModel]:
    """Return models that are much larger, the smallest of them first."""
    least = max(1.0, LEAST_TIMES * model.size_bytes)
    found = [each for each in models if each.size_bytes >= least and each.path != model.path]
    return sorted(found, key=lambda each: each.size_bytes)


def _say_nothing(_problem: Problem) -> None:
    """Leave it to the log: nobody has asked for this."""
