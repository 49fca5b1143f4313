"""Equal answers together: equal in value, not in spelling."""

from collections import Counter
from collections.abc import Sequence

from inglenook.effort.answers import Form, Found

Group = tuple[int, ...]
"""Places in the list of answers, ascending."""


def grouped(answers: Sequence[Found | None]) -> list[Group]:
    """Return the groups of equal answers, the one with the earliest answer first.

    Numbers are equal if their values are: 12, 12.0 and twelve; 1/2 and 0.5. A unit counts
    where drafts disagree on it; a number without a unit goes with the unit most have.
    """
    units = _usual_units(answers)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for at, each in enumerate(answers):
        if each is not None:
            unit = each.unit or units.get(each.key, "")
            key = (each.form, each.key, unit if each.form is Form.NUMBER else "")
            groups.setdefault(key, []).append(at)
    return [tuple(each) for each in groups.values()]


def _usual_units(answers: Sequence[Found | None]) -> dict[str, str]:
    """Return for each number the unit most drafts give it; of equals, the first in order."""
    counts: dict[str, Counter[str]] = {}
    for each in answers:
        if each is not None and each.unit:
            counts.setdefault(each.key, Counter())[each.unit] += 1
    return {
        key: min(units, key=lambda unit: (-units[unit], unit)) for key, units in counts.items()
    }
