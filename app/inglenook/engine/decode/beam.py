"""Plain beam search: the best beginnings go on, all equally wide."""

from collections.abc import Sequence

from inglenook.effort.beam import survivors
from inglenook.engine.decode.tree_search import LevelSearch


class BeamSearch(LevelSearch):
    """Keeps one of so many children."""

    def share(self, rewards: Sequence[float], left: int) -> tuple[int, ...]:
        """Share out what is left among the best."""
        return survivors(rewards, width=left, children=self.strategy.keep)
