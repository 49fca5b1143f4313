"""The answer that most drafts give, each weighed by its score: self-consistency."""

from collections.abc import Sequence

from inglenook.effort.tally import Ballot, Choice, vote
from inglenook.engine.decode.drafts import Drafts


class Vote(Drafts):
    """Groups equal answers; the heaviest group wins."""

    def choose(self, ballots: Sequence[Ballot]) -> Choice:
        """Choose the draft that stands for the heaviest group."""
        return vote(ballots, self.strategy.score)
