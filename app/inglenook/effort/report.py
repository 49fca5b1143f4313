"""What an evaluation says of each strategy: how often it is right, and what that costs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inglenook.effort.curves import Point, curves, greedy, oracle, stopped
from inglenook.effort.intervals import Interval, accuracy
from inglenook.effort.strategy import Kind, Score, Stop, Strategy
from inglenook.effort.trials import Trial

FLOPS_A_PARAMETER = 2
"""Multiply and add; each token passes every parameter once. Kaplan and others, arXiv
2001.08361, section 2.1; the part of attention that grows with the context is left out."""

GREEDY = "Greedy"
ORACLE = "Any draft right"

STOPS: Mapping[str, Strategy] = {
    "Stops when decided": Strategy(Kind.VOTE, 16, Score.SEQUENCE, Stop.LEAD),
    "Stops when sure": Strategy(Kind.VOTE, 16, Score.SEQUENCE, Stop.BETA, threshold=0.90),
    "Stops when ahead": Strategy(Kind.VOTE, 16, Score.SEQUENCE, Stop.MARGIN),
    "Stops when 3 agree": Strategy(Kind.VOTE, 16, Score.SEQUENCE, Stop.UNANIMOUS, window=3),
}
"""Stopping rules that are computed from kept drafts."""


@dataclass(frozen=True, slots=True)
class Live:
    """One answer of a strategy that was run as it is.

    Attributes:
        strategy: Its name.
        question: Its name.
        tokens: Written by all drafts.
        judged_tokens: Read only to score.
        seconds: From the question to the choice.
        is_right: Whether it has the right value.
    """

    strategy: str
    question: str
    tokens: int
    judged_tokens: int
    seconds: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One strategy with one number of drafts.

    Attributes:
        drafts: On average; 0 where a search has no fixed number.
        accuracy: Share of right answers.
        tokens: Written and read to score, a question; the prompt, which is read once and is
            the same for every strategy, is not counted.
        flops: Of these tokens; 0 if the number of parameters is not known.
        seconds: A question took on this computer, the prompt included; None if it was not
            measured.
        questions: So many were answered.
        each: Accuracy of each question, in the order of the set.
    """

    drafts: float
    accuracy: Interval
    tokens: float
    flops: float
    seconds: float | None
    questions: int
    each: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A strategy, and what it reaches as it is given more."""

    strategy: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class SetReport:
    """All strategies on one set of questions.

    Attributes:
        set: Its name.
        questions: So many have all their drafts.
        lines: The greedy draft first, then the selectors, the stopping rules, what was run
            as it is, and what no selector can exceed.
    """

    set: str
    questions: int
    lines: tuple[Line, ...]

    def line(self, strategy: str) -> Line:
        """Return a strategy's line.

        Raises:
            KeyError: there is none.
        """
        for each in self.lines:
            if each.strategy == strategy:
                return each
        raise KeyError(strategy)


def report_on(
    name: str,
    trials: Sequence[Trial],
    live: Sequence[Live] = (),
    *,
    parameters: int,
    seconds: Mapping[int, float],
    greedy_s: float,
) -> SetReport:
    """Compute every figure of a set from what was kept.

    Args:
        name: Of the set.
        trials: Questions with all their drafts.
        live: Answers of what was run as it is.
        parameters: Of the model; 0 if not known.
        seconds: What a question took, by the number of drafts.
        greedy_s: What a greedy draft took.
    """
    lines: list[Line] = []
    if trials:
        lines += _computed(trials, parameters, seconds, greedy_s)
    names = list(dict.fromkeys(each.strategy for each in live))
    for strategy in names:
        answers = [each for each in live if each.strategy == strategy]
        lines.append(Line(strategy, (_of_live(answers, parameters),)))
    if trials:
        most = min(len(each.drafts) for each in trials)
        points = [oracle(trials, count) for count in (1, most)]
        lines.append(_line(ORACLE, points, parameters, seconds))
    return SetReport(name, len(trials), tuple(lines))


def _computed(
    trials: Sequence[Trial], parameters: int, seconds: Mapping[int, float], greedy_s: float
) -> list[Line]:
    lines = [_line(GREEDY, [greedy(trials)], parameters, {1: greedy_s})]
    lines += [_line(each.name, each.points, parameters, seconds) for each in curves(trials)]
    most = min(len(each.drafts) for each in trials)
    for called, rule in STOPS.items():
        if rule.drafts <= most:
            lines.append(_line(called, [stopped(trials, rule)], parameters, {}))
    return lines


def _line(
    name: str, points: Sequence[Point], parameters: int, seconds: Mapping[int, float]
) -> Line:
    return Line(
        name,
        tuple(
            Figure(
                each.drafts,
                each.accuracy,
                each.tokens,
                flops(each.tokens, parameters),
                seconds.get(round(each.drafts)) if each.drafts.is_integer() else None,
                len(each.each),
                each.each,
            )
            for each in points
        ),
    )


def _of_live(answers: Sequence[Live], parameters: int) -> Figure:
    each = tuple(float(one.is_right) for one in answers)
    tokens = _mean([one.tokens + one.judged_tokens for one in answers])
    return Figure(
        0,
        accuracy(each),
        tokens,
        flops(tokens, parameters),
        _mean([one.seconds for one in answers]),
        len(each),
        each,
    )


def flops(tokens: float, parameters: int) -> float:
    """Return the floating point operations that tokens take."""
    return FLOPS_A_PARAMETER * parameters * tokens


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
