"""Several files of a model side by side: what each number of drafts reaches, in how long."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.effort.report import Figure, SetReport

STEPS = (1, 4, 8)
"""Numbers of drafts that are told of each file."""
CHOSEN_BY = "Vote by probability"


@dataclass(frozen=True, slots=True)
class Rung:
    """One file.

    Attributes:
        name: Of the file, as people tell them apart: "Q4_1".
        figures: For each number of drafts that was measured, the fewest first.
    """

    name: str
    figures: tuple[Figure, ...]


def rung_of(name: str, found: SetReport) -> Rung:
    """Return what a file reached on a set of questions.

    Raises:
        KeyError: nothing was asked.
    """
    figures = found.line(CHOSEN_BY).figures
    return Rung(name, tuple(each for each in figures if each.drafts in STEPS))


def best_within(rungs: Sequence[Rung], seconds: float) -> tuple[Rung, Figure] | None:
    """Return the file and the figure with the most right answers in so many seconds.

    Of equals the quicker one; None if nothing was that quick, or no seconds were measured.
    """
    possible = [
        (rung, figure)
        for rung in rungs
        for figure in rung.figures
        if figure.seconds is not None and figure.seconds <= seconds
    ]
    return max(
        possible,
        key=lambda each: (each[1].accuracy.value, -(each[1].seconds or 0.0)),
        default=None,
    )
