"""What a piece of code may use up while it is run, and the ways in which that ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MOST_STEPS = 20_000
"""Of one draft, all its inputs together: some 30 ms on two slow cores (measured 2026-11)."""
MOST_DEPTH = 150
"""Expressions within expressions, calls within calls. Each takes up to four calls of ours."""
MOST_NODES = 1_000
"""Values within a value, however often the same one is in it."""
MOST_CHARACTERS = 4_000
MOST_BITS = 512
_CHARACTERS_A_NODE = 16
_NODES_A_STEP = 4

_SCALARS = (bool, float, type(None))
_HOLDERS = (list, tuple, set, frozenset)


class UnknownCodeError(Exception):
    """The code uses what this part of Python does not have."""


class LimitError(Exception):
    """The code takes too long, goes too deep or makes too much; it cannot catch this."""


class RaisedError(Exception):
    """The code raised an exception, and may catch it.

    Attributes:
        kind: Its class.
    """

    def __init__(self, kind: type[Exception]) -> None:
        super().__init__(kind.__name__)
        self.kind = kind


@dataclass(frozen=True, slots=True, repr=False)
class Callee:
    """Something that can be called: what a name stands for, or a function of the draft.

    Attributes:
        name: As the code calls it.
        call: Takes the values by place and by name.
        kind: The class it stands for as well, for ``isinstance`` and ``except``.
    """

    name: str
    call: Callable[[list[object], dict[str, object]], object]
    kind: type | None = None

    def __repr__(self) -> str:
        return f"<function {self.name}>"  # without its address, which is another every time


class Meter:
    """Counts steps and depth, and weighs values before anything of Python looks into them.

    Values can hold one another many times over, so that comparing or printing what was made
    in thirty steps could take for ever: nothing heavier than ``MOST_NODES`` is passed on.

    Threads: one.

    Attributes:
        depth: How deep it is; whoever catches what comes from below puts it back.
    """

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps
        self.depth = 0

    def spend(self, steps: int = 1) -> None:
        """Use up steps.

        Raises:
            LimitError: there are not so many.
        """
        self._left -= steps
        if self._left < 0:
            raise LimitError

    def enter(self) -> None:
        """Go one deeper, and take a step.

        Raises:
            LimitError: it is deep enough.
        """
        self.spend()
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise LimitError

    def leave(self) -> None:
        """Come back from one depth."""
        self.depth -= 1

    @contextmanager
    def part(self, steps: int) -> Iterator[None]:
        """Allow at most so many of the steps that are left, from the top.

        Raises:
            LimitError: none are left.
        """
        self.spend()
        rest = max(0, self._left - steps)
        self._left -= rest
        try:
            yield
        finally:
            self._left = max(0, self._left) + rest
            self.depth = 0

    def weigh(self, *values: object) -> None:
        """Make sure that values are small and of known kinds, however they are nested.

        Raises:
            LimitError: one is too large.
            UnknownCodeError: there is something else in it.
        """
        rest, nodes = list(values), 0
        while rest:
            nodes += _weight(rest.pop(), rest)
            if nodes > MOST_NODES:
                raise LimitError
        self.spend(nodes // _NODES_A_STEP)

    def ask(self, call: Callable[..., object], *values: object) -> object:
        """Call something of Python's own with values that are weighed, and weigh the result.

        Raises:
            RaisedError: it raised what the code may catch.
            LimitError: a value is too large.
            UnknownCodeError: there is something unknown in one.
        """
        self.weigh(*values)
        try:
            result = call(*values)
        except (RecursionError, MemoryError) as cause:
            raise LimitError from cause
        except (ArithmeticError, LookupError, TypeError, ValueError) as cause:
            raise RaisedError(type(cause)) from cause
        self.weigh(result, *values)
        return result


def _weight(value: object, rest: list[object]) -> int:
    """Return what a value weighs without what it holds, which joins the rest."""
    if isinstance(value, str):
        return 1 + _at_most(len(value), MOST_CHARACTERS) // _CHARACTERS_A_NODE
    if isinstance(value, (*_HOLDERS, dict, range)):
        _at_most(len(value), MOST_NODES)
    if isinstance(value, _HOLDERS):
        rest += value
    elif isinstance(value, dict):
        rest += (*value.keys(), *value.values())
    elif isinstance(value, int):
        _at_most(value.bit_length(), MOST_BITS)
    elif not isinstance(value, (*_SCALARS, range, Callee)):
        raise UnknownCodeError
    return 1


def _at_most(size: int, most: int) -> int:
    if size > most:
        raise LimitError
    return size
