"""Numbers to add and to take away, worked out from left to right."""

import random

from inglenook.effort.families.sums import LEAST
from inglenook.effort.families.working import with_signs, worked_out
from inglenook.effort.questions import Difficulty, Example, Family


def make(dice: random.Random, dials: Difficulty) -> Example:
    """Make one, such as 5 + 8 - 4 + 2."""
    numbers = [dice.randint(LEAST, dials.largest) for _ in range(dials.numbers)]
    signed = with_signs(numbers, [dice.random() < 0.5 for _ in numbers[1:]])
    terms = [f"{'-' if each < 0 else '+'} {abs(each)}" for each in signed[1:]]
    working, total = worked_out(signed)
    return Example(f"What is {signed[0]} {' '.join(terms)}?", working, str(total))


SIGNED4 = Family("signed4", "Four numbers to add and to take away.", make, Difficulty(4))
