"""Which draft is the answer once other models have scored all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inglenook.effort.answers import answer_in
from inglenook.effort.strategy import Kind, Reason, Score, Strategy
from inglenook.effort.tally import Ballot, Choice, best, vote

_REASONS = {Score.REWARD: Reason.REWARD, Score.LIKENESS: Reason.LIKENESS}


@dataclass(frozen=True, slots=True)
class Written:
    """A draft that has an end.

    Attributes:
        number: Its number.
        text: What it says.
        is_whole: It came to its end by itself.
        mean: Mean log-probability of its tokens, which decides between equals.
    """

    number: int
    text: str
    is_whole: bool = True
    mean: float | None = None


def likeness(vectors: Sequence[Sequence[float]]) -> list[float]:
    """Return how near each draft is to what all of them say, -1 to 1.

    That is its mean cosine with the other drafts. The one with the most is the medoid: the
    draft that sampling-based minimum Bayes risk decoding takes (arXiv 2108.04718) when texts
    are as useful as their vectors are alike. For vectors of length 1 it is also the one
    nearest to their centroid, by whose distance arXiv 2410.07839 weighs answers.

    Args:
        vectors: One a draft, all of one length and of length 1; zeros are like nothing.
    """
    if len(vectors) < 2:
        return [0.0] * len(vectors)
    summed = [math.fsum(each) for each in zip(*vectors, strict=True)]
    others = len(vectors) - 1
    return [(_dot(each, summed) - _dot(each, each)) / others for each in vectors]


def choice_by(strategy: Strategy, drafts: Sequence[Written], scores: Sequence[float]) -> Choice:
    """Choose among drafts by scores that another model gave; at least one draft.

    Answers that can be compared vote, weighted by the scores, where the strategy is a vote.

    Args:
        strategy: How the drafts were made; its score says what the scores are.
        drafts: In any order.
        scores: One a draft, in the same order.
    """
    ballots = [_ballot(*each) for each in zip(drafts, scores, strict=True)]
    choice = (vote if strategy.kind is Kind.VOTE else best)(ballots, strategy.score)
    alone = choice.groups[0].drafts == (choice.draft,)  # nobody agrees with it
    if choice.reason in {Reason.SCORE, Reason.NO_ANSWERS} or (alone and len(drafts) > 1):
        return replace(choice, reason=_REASONS[strategy.score])
    return choice


def _ballot(draft: Written, score: float) -> Ballot:
    found = answer_in(draft.text) if draft.is_whole else None
    return Ballot(draft.number, found, score, draft.mean, is_whole=draft.is_whole)


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))
