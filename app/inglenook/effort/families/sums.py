"""Sums of a few numbers, worked out from left to right."""

import random

from inglenook.effort.families.working import worked_out
from inglenook.effort.questions import Difficulty, Example, Family

LEAST = 2


def make(dice: random.Random, dials: Difficulty) -> Example:
    """Make a sum, such as 5 + 8 + 4."""
    numbers = [dice.randint(LEAST, dials.largest) for _ in range(dials.numbers)]
    working, total = worked_out(numbers)
    return Example(f"What is {' + '.join(map(str, numbers))}?", working, str(total))


SUM3 = Family("sum3", "Sums of three numbers.", make, Difficulty(3))
SUM4 = Family("sum4", "Sums of four numbers.", make, Difficulty(4), shots=4)
