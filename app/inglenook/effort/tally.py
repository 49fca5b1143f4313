"""Which draft is the answer, and by what vote."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.effort.answers import Found
from inglenook.effort.groups import grouped
from inglenook.effort.scores import weights_of
from inglenook.effort.strategy import Reason, Score, Stop, Strategy


@dataclass(frozen=True, slots=True)
class Ballot:
    """One draft with some text, as it is compared.

    Attributes:
        draft: Its number.
        found: Its answer; None if there is none, or if the draft was cut off.
        score: As the strategy asks, higher for better; None if it has none.
        mean: Mean log-probability of its tokens, which decides between equals.
        is_whole: It came to its end by itself.
    """

    draft: int
    found: Found | None
    score: float | None = None
    mean: float | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Drafts with the same answer.

    Attributes:
        answer: As its lowest draft writes it; ``""`` where none was found.
        weight: Share of all weights, 0 to 1.
        drafts: Their numbers, ascending.
    """

    answer: str
    weight: float
    drafts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The result of a comparison.

    Attributes:
        draft: The chosen one's number.
        groups: Heaviest first; drafts without an answer are the last.
        reason: Why.
    """

    draft: int
    groups: tuple[Group, ...]
    reason: Reason


def vote(ballots: Sequence[Ballot], score: Score) -> Choice:
    """Let the answers vote, weighted by scores; at least one ballot.

    Of groups of equal weight the one with more drafts wins, then the one with the more
    confident ones, then the one with the lowest number. Within the winning group the lowest
    number of all, draft 0, is kept if it is there, because it has been read already; else the
    draft with the best score stands for the group. The order of the ballots does not matter.
    """
    ballots = sorted(ballots, key=lambda each: each.draft)
    groups = _groups(ballots, score)
    answered = [each for each in groups if each.answer]
    if len(ballots) == 1:
        return Choice(ballots[0].draft, groups, Reason.ONLY)
    if sum(len(each.drafts) for each in answered) < 2:
        return Choice(_best(ballots).draft, groups, Reason.NO_ANSWERS)
    winner = answered[0]
    most = max(len(each.drafts) for each in answered)
    reason = Reason.AGREEMENT if len(winner.drafts) == most else Reason.WEIGHT
    members = [each for each in ballots if each.draft in winner.drafts]
    chosen = members[0] if members[0].draft == 0 else _best(members)
    return Choice(chosen.draft, groups, reason)


def best(ballots: Sequence[Ballot], score: Score) -> Choice:
    """Choose the draft with the best score; at least one ballot.

    The groups tell how many agree with it, with the same weights as in a vote.
    """
    ballots = sorted(ballots, key=lambda each: each.draft)
    reason = Reason.ONLY if len(ballots) == 1 else Reason.SCORE
    return Choice(_best(ballots).draft, _groups(ballots, score), reason)


def counts_of(ballots: Sequence[Ballot]) -> list[int]:
    """Return how many drafts give each answer, most first; a draft without one for none."""
    found = [each.found for each in ballots]
    return sorted((len(each) for each in grouped(found)), reverse=True)


def standing_of(ballots: Sequence[Ballot], strategy: Strategy) -> list[float]:
    """Return how the vote stands as the strategy's stopping rule sees it, the leader first.

    Returns:
        Counts; for ``Stop.MARGIN`` weights by score, where a draft weighs one on average.
    """
    if strategy.stop is not Stop.MARGIN:
        return [float(each) for each in counts_of(ballots)]
    weights = weights_of(strategy.score, [each.score for each in ballots])
    scale = len(ballots) / math.fsum(weights) if ballots else 1.0
    places = grouped([each.found for each in ballots])
    summed = (scale * math.fsum(weights[at] for at in each) for each in places)
    return sorted(summed, reverse=True)


def agreeing_last(ballots: Sequence[Ballot]) -> int:
    """Return how many of the last ballots agree with one another."""
    count = 0
    while count < len(ballots) and counts_of(ballots[-count - 1 :]) == [count + 1]:
        count += 1
    return count


def _best(ballots: Sequence[Ballot]) -> Ballot:
    """Return the best by score; whole ones first, the lowest number of equals."""
    return max(
        ballots,
        key=lambda each: (each.is_whole, _known(each.score), _known(each.mean), -each.draft),
    )


def _groups(ballots: Sequence[Ballot], score: Score) -> tuple[Group, ...]:
    weights = weights_of(score, [each.score for each in ballots])
    total = math.fsum(weights)
    places = grouped([each.found for each in ballots])
    silent = tuple(at for at, each in enumerate(ballots) if each.found is None)
    ranked = sorted(places, key=lambda each: _rank(ballots, weights, each))
    return tuple(
        _group(ballots, each, math.fsum(weights[at] for at in each) / total)
        for each in [*ranked, silent]
        if each
    )


def _group(ballots: Sequence[Ballot], places: tuple[int, ...], weight: float) -> Group:
    found = ballots[places[0]].found
    drafts = tuple(ballots[at].draft for at in places)
    return Group(found.text if found else "", weight, drafts)


def _rank(
    ballots: Sequence[Ballot], weights: Sequence[float], places: tuple[int, ...]
) -> tuple[float, int, float, int]:
    """Return a key that is lower for the group that goes first."""
    weight = math.fsum(weights[at] for at in places)
    confidence = math.fsum(math.exp(_known(ballots[at].mean)) for at in places)
    return -weight, -len(places), -confidence, ballots[places[0]].draft


def _known(value: float | None) -> float:
    return -math.inf if value is None or math.isnan(value) else value
