"""What comparing drafts gained on a set of questions, in one short record."""

from dataclasses import dataclass

from inglenook.effort.report import Figure, SetReport

COMPARED = ("Vote by probability", "Majority")
"""What the levels of the window do; the first that was measured is told of."""
LEAST_QUESTIONS = 20
"""From fewer, the 95 % interval is wider than 0.4: nothing to tell anybody of."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What was measured of one model, on one set.

    Attributes:
        set: Its name.
        questions: So many were asked.
        drafts: Of each, where several were compared.
        single: Share of single drafts that are right.
        compared: Share of right answers after comparing.
        times_longer: Seconds with comparing over seconds of a single draft; 0 if not measured.
        is_sure: The intervals of the two do not meet.
    """

    set: str
    questions: int
    drafts: int
    single: float
    compared: float
    times_longer: float
    is_sure: bool


def gain_of(found: SetReport) -> Gain | None:
    """Return what the most drafts gained over one; None if too little was asked to tell."""
    lines = {each.strategy: each.figures for each in found.lines}
    figures = next((lines[name] for name in COMPARED if name in lines), ())
    if found.questions < LEAST_QUESTIONS or len(figures) < 2:
        return None
    one, many = figures[0], figures[-1]
    is_sure = one.accuracy.high < many.accuracy.low or many.accuracy.high < one.accuracy.low
    return Gain(
        found.set,
        found.questions,
        round(many.drafts),
        one.accuracy.value,
        many.accuracy.value,
        _times(one, many),
        is_sure,
    )


def _times(one: Figure, many: Figure) -> float:
    return many.seconds / one.seconds if one.seconds and many.seconds else 0.0
