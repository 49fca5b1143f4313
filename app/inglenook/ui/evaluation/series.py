"""What a chart of an evaluation shows: lines, single points, and a level to compare with."""

from dataclasses import dataclass

from inglenook.effort.report import GREEDY, Figure, SetReport
from inglenook.ui.words import tr

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


def chart_of(found: SetReport, *, about: str, model: str) -> Chart:
    """Return the chart of a set, over computation; over tokens if the model's size is unknown.

    Args:
        found: What was measured.
        about: The set in a sentence.
        model: Its name.
    """
    has_flops = any(each.flops > 0 for line in found.lines for each in line.figures)
    lines = {each.strategy: each.figures for each in found.lines}
    series = [
        Series(name, tuple(_spot(each, has_flops=has_flops) for each in lines[name]))
        for name in (*SHOWN, *ALONE)
        if name in lines
    ]
    count = tr("{count} questions").format(count=found.questions)
    level = (tr("Greedy"), lines[GREEDY][0].accuracy.value) if GREEDY in lines else None
    return Chart(
        about,
        f"{count} · {model}",
        tr("FLOPs a question") if has_flops else tr("tokens a question"),
        tuple(series),
        level,
    )


def _spot(figure: Figure, *, has_flops: bool) -> Spot:
    accuracy = figure.accuracy
    cost = figure.flops if has_flops else figure.tokens
    return Spot(max(cost, 1.0), accuracy.value, accuracy.low, accuracy.high)
