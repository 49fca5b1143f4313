"""The draft with the best score: best-of-n."""

from collections.abc import Sequence

from inglenook.effort.tally import Ballot, Choice, best
from inglenook.engine.decode.drafts import Drafts


class BestOf(Drafts):
    """Compares scores; answers are grouped only to tell how many agree."""

    def choose(self, ballots: Sequence[Ballot]) -> Choice:
        """Choose the draft with the best score."""
        return best(ballots, self.strategy.score)
