"""What a function is tried on: the examples of the question, and small values like them."""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice

Inputs = tuple[object, ...]

MOST_INPUTS = 14
_MOST_EXAMPLES = 6
_MOST_LOOKED_AT = 4_000
_MOST_CALL = 200
_MOST_CALLS = 60
_MOST_ENDS = 8
_MOST_ITEMS = 20
_MOST_NUMBER = 10_000

_CALL = re.compile(r"\b([A-Za-z_]\w{0,60})\(")
# No number below 0 and no fraction by itself: few people say what becomes of those.
_ONE: tuple[object, ...] = (
    0, 1, 2, 7, 12, "", "level", "Ab c", [], [3, -1, 2, 3], [5, 0, -2, 5, 1], ["b", "a"],
    [[1, 2], [3]], {"a": 1, "b": 2},
)  # fmt: skip
_TWO: tuple[Inputs, ...] = (
    (0, 1), (7, 2), (12, 18), (5, 5), ("", "a"), ("level", "e"), ("ab", "ba"), ([], 1),
    ([3, -1, 2, 3], 3), ([1, 2], [2, 4]), (["b", "a"], "a"), ("abc", 2), (3, [1, 3]), (5, 0),
)  # fmt: skip
_MORE: tuple[object, ...] = (3, 1, 2, 5, 4, 6)


def named_examples(question: str) -> list[tuple[str, Inputs]]:
    """Return the calls in a question whose values stand there, at most six.

    Args:
        question: Such as "… total([1, 2]) == 3 and total([]) == 0": name and values.
    """
    found: list[tuple[str, Inputs]] = []
    text = question[:_MOST_LOOKED_AT]
    for match in islice(_CALL.finditer(text), _MOST_CALLS):
        values = _values(text[match.end() - 1 :][:_MOST_CALL])
        if values and (match[1], values) not in found:
            found.append((match[1], values))
    return found[:_MOST_EXAMPLES]


def inputs_for(examples: Sequence[Inputs], parameters: int) -> list[Inputs]:
    """Return what to try a function on, the same for every draft of an answer.

    Args:
        examples: From the question; those with other numbers of values do not count.
        parameters: That the function has.
    """
    fitting = [each for each in examples if len(each) == parameters]
    if not fitting:
        return _usual(parameters)
    tried: list[Inputs] = []
    for each in (*fitting, *(like for example in fitting for like in _like(example))):
        # Compared as text: 1 and True are equal, and not the same to try.
        if repr(each) not in map(repr, tried):
            tried.append(each)
    return tried[:MOST_INPUTS]


def _usual(parameters: int) -> list[Inputs]:
    """Return values of every common kind, where the question has no example."""
    if parameters == 0:
        return [()]
    if parameters == 1:
        return [(each,) for each in _ONE]
    if parameters == 2:
        return list(_TWO)
    rows = range(len(_MORE))
    return [
        tuple(_MORE[(at + place) % len(_MORE)] for place in range(parameters)) for at in rows
    ]


def _like(example: Inputs) -> Iterator[Inputs]:
    """Give inputs that differ from an example in one value."""
    others = [list(_others(each)) for each in example]
    for turn in range(max(map(len, others))):
        for at, each in enumerate(others):
            if turn < len(each):
                yield (*example[:at], each[turn], *example[at + 1 :])


def _others(value: object) -> Iterator[object]:
    """Give values of the same kind, the most telling first."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, 0, 1, value + 2, abs(value - 3), -value)
    elif isinstance(value, float):
        yield from (value + 1, 0.0, -value, value / 2)
    elif isinstance(value, str):
        yield from (value[::-1], "", value.swapcase(), value + value[:1], value[1:], "a b")
    elif isinstance(value, list | tuple):
        kind = type(value)
        yield from (kind(reversed(value)), kind(), kind([*value, *value[:1]]), value[1:])
        yield from (kind([other, *value[1:]]) for each in value[:1] for other in _others(each))
    elif isinstance(value, dict):
        yield from ({}, dict(list(value.items())[1:]), dict(reversed(value.items())))


def _values(text: str) -> Inputs | None:
    """Return the values in the brackets with which a text begins; None if it has others."""
    ends = (at for at, character in enumerate(text) if character == ")")
    for end in islice(ends, _MOST_ENDS):
        try:
            found = ast.literal_eval(f"[{text[1:end]}]")
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            continue
        return tuple(found) if found and all(map(_is_small, found)) else None
    return None


def _is_small(value: object) -> bool:
    if isinstance(value, list | tuple | dict | set):
        held = [*value.keys(), *value.values()] if isinstance(value, dict) else list(value)
        return len(held) <= _MOST_ITEMS and all(map(_is_small, held))
    if isinstance(value, int | float):
        return abs(value) <= _MOST_NUMBER
    return value is None or isinstance(value, str)
