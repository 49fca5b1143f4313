"""What a chart of an evaluation shows: lines, single points, and a level to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from inglenook.effort.ladder import Ladder
from inglenook.effort.report import GREEDY, Figure, SetReport
from inglenook.ui.words import Words, tr

Over = Literal["compute", "tokens", "seconds"]
_COSTS: dict[Over, Words] = {
    "compute": "FLOPs a question",
    "tokens": "tokens a question",
    "seconds": "seconds a question",
}

SHOWN = ("Best by mean", "Vote by probability", "Majority")
"""Selectors that are drawn; the others are in the table, and would lie on top of these."""

ALONE = ("Search", "Beam", "Monte Carlo", "Best by judge", "Stops when ahead")


@dataclass(frozen=True, slots=True)
class Spot:
    """One measured point.

    Attributes:
        cost: Above 0, in the unit of the chart.
        value: 0 to 1.
        low: Lower end of its interval.
        high: Upper end.
    """

    cost: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """One strategy: a line through its spots, or a single one."""

    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn.

    Attributes:
        title: What it is about.
        note: Questions and model.
        cost: What the horizontal axis counts.
        series: The best line first.
        level: Accuracy of one greedy answer and its name; None if it was not measured.
    """

    title: str
    note: str
    cost: str
    series: tuple[Series, ...]
    level: tuple[str, float] | None


def chart_of(found: SetReport, *, about: str, model: str, over: Over = "compute") -> Chart:
    """Return the chart of a set.

    Args:
        found: What was measured.
        about: The set in a sentence.
        model: Its name.
        over: What the horizontal axis counts; tokens where the size of the model, or the
            time, is not known.
    """
    figures = [each for line in found.lines for each in line.figures]
    if over == "compute" and not any(each.flops > 0 for each in figures):
        over = "tokens"
    if over == "seconds" and not any(each.seconds for each in figures):
        over = "tokens"
    lines = {each.strategy: each.figures for each in found.lines}
    series = [
        Series(name, _spots(lines[name], over)) for name in (*SHOWN, *ALONE) if name in lines
    ]
    count = tr("{count} questions").format(count=found.questions)
    level = (tr("Greedy"), lines[GREEDY][0].accuracy.value) if GREEDY in lines else None
    return Chart(
        about, f"{count} · {model}", tr(_COSTS[over]),
        tuple(each for each in series if each.spots), level,
    )  # fmt: skip


def ladder_chart(found: Ladder, *, about: str) -> Chart:
    """Return the chart of several files: a line a file, over seconds on this computer.

    Args:
        found: What was measured.
        about: The set in a sentence.
    """
    series = [Series(each.name, _spots(each.figures, "seconds")) for each in found.rungs]
    count = tr("{count} questions").format(count=found.questions)
    note = tr("{questions} · 1, 4 and 8 drafts").format(questions=count)
    drawn = tuple(each for each in series if each.spots)
    return Chart(about, note, tr(_COSTS["seconds"]), drawn, None)


def _spots(figures: Sequence[Figure], over: Over) -> tuple[Spot, ...]:
    spots = []
    for each in figures:
        cost = each.flops if over == "compute" else each.tokens
        if over == "seconds":
            if not each.seconds:
                continue
            cost = each.seconds
        least = 1e-3 if over == "seconds" else 1.0
        accuracy = each.accuracy
        spots.append(Spot(max(cost, least), accuracy.value, accuracy.low, accuracy.high))
    return tuple(spots)
