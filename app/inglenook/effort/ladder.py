"""Several files of a model side by side: what each number of drafts reaches, in how long."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inglenook.effort.report import Figure, SetReport

STEPS = (1, 4, 8)
"""Numbers of drafts that are told of each file."""
CHOSEN_BY = ("Vote by probability", "Majority")
"""The first of these that there is: a single draft has no weight to vote with."""

_WORD = re.compile(r"[^-. ]*[-. ]+|[^-. ]+")


@dataclass(frozen=True, slots=True)
class Rung:
    """One file.

    Attributes:
        name: Of the file, as people tell them apart: "Q4_1".
        figures: For each number of drafts that was measured, the fewest first.
    """

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """All files on the same questions.

    Attributes:
        set: Of questions.
        questions: So many.
        rungs: In the order in which the files were named.
    """

    set: str
    questions: int
    rungs: tuple[Rung, ...]


def ladder_of(found: Mapping[str, SetReport]) -> Ladder:
    """Return what several files reached on the same set of questions.

    Args:
        found: By the name of each file, at least one.

    Raises:
        StopIteration: a file was asked nothing.
    """
    first = next(iter(found.values()))
    rungs = tuple(rung_of(name, each) for name, each in found.items())
    return Ladder(first.set, first.questions, rungs)


def short_names(names: Sequence[str]) -> list[str]:
    """Return what tells names apart: without the words they all begin with.

    "Qwen3-8B-Q4_0" and "Qwen3-8B-Q8_0" become "Q4_0" and "Q8_0".
    """
    words = [_WORD.findall(each) for each in names]
    same = 0
    while all(len(each) > same + 1 for each in words) and len({e[same] for e in words}) == 1:
        same += 1
    return ["".join(each[same:]) for each in words]


def rung_of(name: str, found: SetReport) -> Rung:
    """Return what a file reached on a set of questions.

    Raises:
        StopIteration: nothing was asked.
    """
    lines = {each.strategy: each.figures for each in found.lines}
    figures = next(lines[name] for name in CHOSEN_BY if name in lines)
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
