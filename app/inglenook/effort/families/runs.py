"""Orders that change a number step by step; every step is easy, and there are many."""

import random

from inglenook.effort.families.sums import LEAST
from inglenook.effort.families.working import with_signs, worked_out
from inglenook.effort.questions import Difficulty, Example, Family


def make(dice: random.Random, dials: Difficulty) -> Example:
    """Make one, such as "Start with 6. Add 7. Take away 4. …"."""
    numbers = [dice.randint(LEAST, dials.largest) for _ in range(dials.numbers)]
    signed = with_signs(numbers, [dice.random() < 0.4 for _ in numbers[1:]])
    told = [f"Start with {signed[0]}."]
    told += [f"{'Take away' if each < 0 else 'Add'} {abs(each)}." for each in signed[1:]]
    working, total = worked_out(signed)
    return Example(f"{' '.join(told)} What is the result?", working, str(total))


RUN = Family("run", "Orders that change a number three times.", make, Difficulty(4, 5))
