"""Where numbers lie on the axes of a chart, and which of them are written there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.ui.evaluation.series import Chart

_STEPS = (0.05, 0.1, 0.2)
_MOST_LINES = 6
_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Axes:
    """The ranges of a chart, and its ticks.

    Attributes:
        least: Cost at the left edge, above 0; the axis is logarithmic.
        most: Cost at the right edge.
        low: Accuracy at the bottom.
        high: Accuracy at the top.
        step: Between two horizontal lines.
    """

    least: float
    most: float
    low: float
    high: float
    step: float

    def across(self, cost: float) -> float:
        """Return how far from the left a cost lies, 0 to 1."""
        return math.log(cost / self.least) / math.log(self.most / self.least)

    def up(self, value: float) -> float:
        """Return how far from the bottom an accuracy lies, 0 to 1 inside."""
        return (value - self.low) / (self.high - self.low)

    def levels(self) -> Sequence[float]:
        """Return the accuracies that have a line."""
        first = round(self.low / self.step)
        count = round((self.high - self.low) / self.step)
        return [(first + at) * self.step for at in range(count + 1)]

    def costs(self) -> Sequence[float]:
        """Return the costs that have a line: powers of ten, or 1, 2 and 5 of them if few."""
        powers = range(math.floor(math.log10(self.least)), math.ceil(math.log10(self.most)) + 1)
        found: list[float] = []
        for leads in ((1,), (1, 3), (1, 2, 5)):
            found = [lead * 10.0**power for power in powers for lead in leads]
            found = [each for each in found if self.least <= each <= self.most]
            if len(found) > 2:
                break
        return found


def axes_for(chart: Chart) -> Axes:
    """Return axes in which all of a chart has room, with whole steps up."""
    spots = [spot for each in chart.series for spot in each.spots]
    costs = [each.cost for each in spots] or [1.0]
    values = [value for each in spots for value in (each.low, each.high)] or [0.0, 1.0]
    if chart.level is not None:
        values.append(chart.level[1])
    low, high = min(values), max(values)
    step = next((each for each in _STEPS if (high - low) / each < _MOST_LINES), _STEPS[-1])
    bottom = max(0.0, math.floor(low / step + 1e-9) * step)
    top = min(1.0, math.ceil(high / step - 1e-9) * step)
    return Axes(
        min(costs) / 1.25,
        max(costs) * 1.25,
        bottom,
        max(top, bottom + step),
        step,
    )


def cost_in_words(cost: float) -> str:
    """Return a cost as a scale names it: ``"0.2"``, ``"20"``, ``"5·10¹⁰"``."""
    power = math.floor(math.log10(cost) + 1e-9)
    lead = round(cost / 10.0**power)
    if power < 0:
        return f"{lead * 10.0**power:.{-power}f}"
    if power < 4:
        return f"{lead * 10**power:,}"
    raised = f"10{str(power).translate(_DIGITS)}"
    return raised if lead == 1 else f"{lead}·{raised}"


def apart(places: Sequence[float], least: float, *, low: float, high: float) -> list[float]:
    """Move labels as little as is simple so that none covers another.

    Args:
        places: Where each wants to be, in any order.
        least: Distance that two must have.
        low: None is above this.
        high: None is below this, if there is room for all.

    Returns:
        Where each is, in the same order.
    """
    order = sorted(range(len(places)), key=lambda at: (places[at], at))
    moved = list(places)
    before = low - least
    for at in order:
        moved[at] = before = max(places[at], before + least)
    after = high + least
    for at in reversed(order):
        moved[at] = after = min(moved[at], after - least)
    return moved
