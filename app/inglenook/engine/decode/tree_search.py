"""Reward-balanced tree search (REBASE): good beginnings get more of the drafts."""

from abc import abstractmethod
from collections.abc import Sequence

from inglenook.effort.rebase import Balance, shares
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.decode.steps import StepSearch

LEAST_RANGE = 0.02
"""Rewards are probabilities that bunch near 1 (0.9 to 1.0 with the starter model, measured
2026-11): they are stretched unless they differ by less than this."""


class LevelSearch(StepSearch):
    """Grows all paths by a step, and then shares out what may grow next.

    Threads: the engine's main thread only.
    """

    def step_ended(self, _live: LiveDraft) -> None:
        """Share out once every path has ended its step."""
        self._go_on_together()

    def draft_ended(self, _live: LiveDraft) -> None:
        """Share out once every path has ended its step, or is finished."""
        self._go_on_together()

    def draft_lost(self) -> None:
        """Share out if the others have all ended their step."""
        self._go_on_together()

    @abstractmethod
    def share(self, rewards: Sequence[float], left: int) -> tuple[int, ...]:
        """Return how many children each path gets.

        Args:
            rewards: Of their last steps.
            left: Paths there may be, at least 1.
        """

    def _go_on_together(self) -> None:
        running = list(self._of.values())
        if any(each.branch is not None and not each.branch.is_paused for each in running):
            return
        left = min(self.strategy.drafts - self.finished, self.strategy.width)
        if left < 1 or not running:
            self.end_search()
            return
        counts = self.share([self.reward_of(each) for each in running], left)
        pairs = list(zip(running, counts, strict=True))
        for live, count in pairs:  # first, so that their sequences are free
            if not count:
                self.leave(live)
        for live, count in pairs:
            if count:
                self._grow_from(live, count)

    def _grow_from(self, live: LiveDraft, count: int) -> None:
        """Let a path go on, and others from the same place, as many as there is room for."""
        for _ in range(count - 1):
            if not self.branch_off(live):
                break
        self.next_step(live)


class TreeSearch(LevelSearch):
    """Shares by the softmax of rewards, arXiv 2408.00724."""

    def share(self, rewards: Sequence[float], left: int) -> tuple[int, ...]:
        """Share out what is left in balance with the rewards."""
        return shares(rewards, left, Balance(self.strategy.balance, LEAST_RANGE))
