"""What was written to each question of an evaluation, kept so that it is written only once."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    answer: str
    tokens: int
    logprob: float | None = None
    is_whole: bool = True

    @property
    def found(self) -> Found | None:
        """Its answer, as answers are compared."""
        return answer_in(self.answer) if self.answer else None


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
    mean = None
    if sample.logprob is not None:  # the token that ends a draft was picked as well
        mean = sample.logprob / max(1, sample.tokens + sample.is_whole)
    if score not in {Score.COUNT, Score.SEQUENCE, Score.MEAN}:
        raise ValueError(f"{score} is not kept of a draft")
    known = {Score.COUNT: None, Score.SEQUENCE: sample.logprob, Score.MEAN: mean}
    return Ballot(number, sample.found, known[score], mean, sample.is_whole)
