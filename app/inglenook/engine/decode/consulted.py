"""Drafts about which the model is asked once more when all of them are there."""

from abc import abstractmethod
from collections.abc import Sequence

from inglenook.core.errors import InglenookError, Problem
from inglenook.effort.tally import best
from inglenook.engine.branch import Branch
from inglenook.engine.decode.asked import Apart, Asked
from inglenook.engine.decode.drafts import Drafts
from inglenook.engine.decode.listing import fitted
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.protocol import Turn

_ENDED = {"end", "length"}


class Consulted(Drafts):
    """Lists its drafts in a prompt of their own, the best first.

    If there is no room for two of them, or nobody waits for it any more, the best score
    decides.

    Threads: the engine's main thread only.
    """

    def __init__(self, asked: Asked) -> None:
        """Prepare; nothing is read yet."""
        super().__init__(asked)
        self._read_tokens = 0
        self._is_consulting = False

    @property
    def judged_tokens(self) -> int:
        """Tokens that were read only to choose."""
        return super().judged_tokens + self._read_tokens

    @abstractmethod
    def prompt_of(self, texts: Sequence[str]) -> Apart:
        """Return the prompt that shows texts of drafts.

        Raises:
            InglenookError: it does not fit the model's context.
        """

    @abstractmethod
    def consult(self, apart: Apart, branch: Branch) -> None:
        """Follow a branch that reads the prompt."""

    def finish(self) -> None:
        """Ask about the drafts, if there is anything to compare and room for it."""
        self._end_all("dropped")
        candidates = self.ranked()
        found = fitted([each.text for each in candidates], self._fits)
        if found is None:
            self._conclude("dropped")
            return
        branch = self.desk.open(self, found.chain(len(self.drafts)), found.ids)
        self._is_consulting = True
        self._read_tokens += len(found.ids) - branch.at
        self.consult(found, branch)

    def reserve(self) -> int:
        """Return how many cells the reply is likely to need."""
        return self._draft_reserve

    def ranked(self) -> list[LiveDraft]:
        """Return the drafts that were not given up, the best first."""
        left = [each for each in self.drafts if each.text and each.draft.reason in _ENDED]
        ranked = []
        while left:
            choice = best(
                [each.ballot(self.strategy.score) for each in left], self.strategy.score
            )
            chosen = self.drafts[choice.draft]
            ranked.append(chosen)
            left.remove(chosen)
        return ranked

    def before(self) -> tuple[Turn, ...]:
        """Return the turns before the question."""
        return self._asked.command.turns[:-1]

    def _fits(self, texts: Sequence[str]) -> Apart | None:
        """Return the prompt if nobody loses anything by it."""
        try:
            apart = self.prompt_of(texts)
        except InglenookError:
            return None
        needed = len(apart.ids) + self.reserve()
        return apart if self.desk.may_grow(self, needed) else None

    def cannot_go_on(self, branch: Branch, problem: Problem) -> None:
        """End a draft that fails alone, or do without what was asked about all."""
        if self._is_consulting:
            self._conclude("dropped")
        else:
            super().cannot_go_on(branch, problem)

    def _wanted(self) -> int:
        return 0 if self._is_consulting else super()._wanted()
