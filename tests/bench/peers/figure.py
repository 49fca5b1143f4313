"""One line of a benchmark's result."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and whether that is good enough.

    Attributes:
        bar: What it is held to, in words; ``""`` if it is only told.
        digits: Behind the point, in a table.
    """

    name: str
    value: float
    unit: str
    bar: str = ""
    holds: bool = True
    digits: int = 2


def at_least(name: str, value: float, bar: float, unit: str = "x") -> Figure:
    """Return a figure that must not be smaller than its bar."""
    return Figure(name, value, unit, f">= {bar:.2f}", value >= bar)


def at_most(name: str, value: float, bar: float, unit: str = "x") -> Figure:
    """Return a figure that must not be larger than its bar."""
    return Figure(name, value, unit, f"<= {bar:.2f}", value <= bar)


def line(figure: Figure) -> str:
    """Return a figure as a line of a table."""
    verdict = ""
    if figure.bar:
        verdict = f"bar {figure.bar}: {'holds' if figure.holds else 'MISSED'}"
    value = f"{figure.value:.{figure.digits}f}"
    return f"{figure.name:<64}{value:>10} {figure.unit:<10}{verdict}".rstrip()


def table(found: Sequence[Figure]) -> str:
    """Return figures as lines."""
    return "\n".join(map(line, found))
