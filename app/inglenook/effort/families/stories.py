"""Short stories of things that come and go, told in sentences."""

import random

from inglenook.effort.families.sums import LEAST
from inglenook.effort.families.working import with_signs, worked_out
from inglenook.effort.questions import Difficulty, Example, Family

_PEOPLE = (("Mia", "She"), ("Tom", "He"), ("Anna", "She"), ("Ben", "He"), ("Lena", "She"))
_THINGS = ("apples", "marbles", "stamps", "shells", "coins", "books")
_COMES = ("finds {} more", "gets {} more", "buys {} more")
_GOES = ("gives away {}", "loses {}", "sells {}")


def make(dice: random.Random, dials: Difficulty) -> Example:
    """Make one, such as "Mia has 5 apples. She finds 8 more. …"."""
    numbers = [dice.randint(LEAST, dials.largest) for _ in range(dials.numbers)]
    signed = with_signs(numbers, [dice.random() < 0.5 for _ in numbers[1:]])
    name, pronoun = dice.choice(_PEOPLE)
    thing = dice.choice(_THINGS)
    told = [f"{name} has {signed[0]} {thing}."]
    for each in signed[1:]:
        deed = dice.choice(_GOES if each < 0 else _COMES).format(abs(each))
        told.append(f"{pronoun} {deed}.")
    told.append(f"How many {thing} does {name} have now?")
    working, total = worked_out(signed)
    return Example(" ".join(told), working, str(total))


STORY = Family("story", "Stories in which things come and go.", make, Difficulty(4))
