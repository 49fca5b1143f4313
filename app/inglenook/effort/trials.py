"""What was written to each question of an evaluation, kept so that it is written only once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from inglenook.effort.answers import Found, answer_in
from inglenook.effort.groups import grouped
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.effort.tally import Ballot, best, vote


@dataclass(frozen=True, slots=True)
class Sample:
    """One draft.

    Attributes:
        answer: What was found in it; ``""`` for nothing.
        tokens: It took so many.
        logprob: Sum of the log-probabilities of its tokens, before any sampling knob; None
            if it has none.
        is_whole: It came to its end by itself.
        mean: Mean log-probability of its tokens; None to reckon it from their sum.
        self_certainty: As in effort/scores.py; None if it was not noted.
        tail: The same.
    """

    answer: str
    tokens: int
    logprob: float | None = None
    is_whole: bool = True
    mean: float | None = None
    self_certainty: float | None = None
    tail: float | None = None

    @property
    def found(self) -> Found | None:
        """Its answer, as answers are compared."""
        return _found(self.answer)

    def score(self, score: Score) -> float | None:
        """Return what was kept of how good it seems; None if that was not noted.

        Raises:
            ValueError: it is never kept.
        """
        match score:
            case Score.COUNT:
                return None
            case Score.SEQUENCE:
                return self.logprob
            case Score.MEAN:
                return self._mean()
            case Score.SELF_CERTAINTY:
                return self.self_certainty
            case Score.TAIL:
                return self.tail
        raise ValueError(f"{score} is not kept of a draft")

    def _mean(self) -> float | None:
        if self.mean is not None or self.logprob is None:
            return self.mean
        # The token that ends a draft was picked as well.
        return self.logprob / max(1, self.tokens + self.is_whole)


@dataclass(frozen=True, slots=True)
class Trial:
    """One question and all that was written to it.

    Attributes:
        question: Its name.
        right: The right answer.
        greedy: The draft of the likeliest tokens.
        drafts: Drawn with the evaluation's temperature, at least one.
    """

    question: str
    right: str
    greedy: Sample
    drafts: tuple[Sample, ...]


def is_right(sample: Sample, right: str) -> bool:
    """Tell whether a draft's answer has the value of the right one."""
    found, wanted = sample.found, answer_in(right)
    if found is None or wanted is None:
        return False
    return len(grouped([found, wanted])) == 1


def chosen(strategy: Strategy, drafts: Sequence[Sample]) -> Sample:
    """Return the draft that a strategy chooses; it must vote or take the best.

    Raises:
        ValueError: the strategy chooses otherwise, or by a score that is not kept.
    """
    ballots = [_ballot(strategy.score, at, each) for at, each in enumerate(drafts)]
    if strategy.kind is Kind.VOTE:
        return drafts[vote(ballots, strategy.score).draft]
    if strategy.kind is Kind.BEST_OF:
        return drafts[best(ballots, strategy.score).draft]
    raise ValueError(f"{strategy.kind} does not choose among drafts that are there")


def _ballot(score: Score, number: int, sample: Sample) -> Ballot:
    return Ballot(
        number, sample.found, sample.score(score), sample.score(Score.MEAN), sample.is_whole
    )


@lru_cache(4096)
def _found(answer: str) -> Found | None:
    """Return an answer as answers are compared; curves ask for each some thousand times."""
    return answer_in(answer) if answer else None
