"""Small functions over lists of numbers; what they do is what is compared, not how."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inglenook.effort.answers import answer_in
from inglenook.effort.questions import Difficulty, Example, Family

_NAME = "result_of"


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that is done to all numbers.

    Attributes:
        told: With a blank for a number.
        code: Of the new list, with the same blank.
        does: The same, here.
        most: The largest number that makes sense.
    """

    told: str
    code: str
    does: Callable[[list[int], int], list[int]]
    most: int = 999


@dataclass(frozen=True, slots=True)
class _End:
    """What is returned at last."""

    told: str
    code: str
    does: Callable[[list[int]], object]


_STEPS = (
    _Step("keeps those above {}", "[n for n in numbers if n > {}]",
          lambda numbers, k: [n for n in numbers if n > k]),
    _Step("keeps those that {} divides", "[n for n in numbers if n % {} == 0]",
          lambda numbers, k: [n for n in numbers if n % k == 0], 4),
    _Step("adds {} to each", "[n + {} for n in numbers]",
          lambda numbers, k: [n + k for n in numbers]),
    _Step("multiplies each by {}", "[n * {} for n in numbers]",
          lambda numbers, k: [n * k for n in numbers]),
    _Step("leaves out the first {}", "numbers[{}:]", lambda numbers, k: numbers[k:], 3),
)  # fmt: skip
_ENDS = (
    _End("their sum", "sum(numbers)", sum),
    _End("how many there are", "len(numbers)", len),
    _End("the largest, or 0 if there is none", "max(numbers, default=0)",
         lambda numbers: max(numbers, default=0)),
    _End("them from the largest to the smallest", "sorted(numbers, reverse=True)",
         lambda numbers: sorted(numbers, reverse=True)),
    _End("them in the opposite order", "numbers[::-1]", lambda numbers: numbers[::-1]),
)  # fmt: skip


def make(dice: random.Random, dials: Difficulty) -> Example:
    """Make one: a function that does a few things to a list, with two examples of it."""
    steps = [
        (each, dice.randint(2, min(each.most, dials.largest)))
        for each in dice.choices(_STEPS, k=dials.numbers - 1)
    ]
    end = dice.choice(_ENDS)
    doings = [step.told.format(number) for step, number in steps]
    most = 3 * dials.largest
    tried = [[dice.randint(-dials.largest, most) for _ in range(6)], [most, -1, 2, most, 6]]
    shown = " and ".join(f"{_NAME}({each}) gives {_done(steps, end, each)}" for each in tried)
    text = (
        f"Write a Python function {_NAME}(numbers) that takes a list of whole numbers, "
        f"{', then '.join(doings)}, and returns {end.told}. For example, {shown}."
    )
    lines = [f"    numbers = {step.code.format(number)}" for step, number in steps]
    code = "\n".join((f"def {_NAME}(numbers):", *lines, f"    return {end.code}"))
    working = f"```python\n{code}\n```"
    found = answer_in(working, text)
    assert found is not None
    return Example(text, working, found.kept)


def _done(steps: Sequence[tuple[_Step, int]], end: _End, numbers: list[int]) -> object:
    for step, number in steps:
        numbers = step.does(numbers, number)
    return end.does(numbers)


CODE = Family(
    "code",
    "Small Python functions, compared by what they do.",
    make,
    Difficulty(3),
    shots=3,
    tokens_a_step=40,
)
