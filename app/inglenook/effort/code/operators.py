"""What operators do, where the result cannot be large."""

import ast
import operator
from collections.abc import Callable, Sequence

from inglenook.effort.code.meter import (
    MOST_BITS,
    MOST_NODES,
    LimitError,
    Meter,
    RaisedError,
    UnknownCodeError,
)

_BINARY: dict[type[ast.operator], Callable[..., object]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: operator.pow, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[..., object]] = {
    ast.Not: operator.not_, ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], Callable[..., object]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, other: one in other, ast.NotIn: lambda one, other: one not in other,
}  # fmt: skip


def binary(meter: Meter, sign: ast.operator, one: object, other: object) -> object:
    """Return what an operator between two values gives.

    Raises:
        RaisedError: these values cannot be joined by it.
        LimitError: the result would be too large.
        UnknownCodeError: it is not known.
    """
    call = _BINARY.get(type(sign))
    if call is None or (call is operator.mod and isinstance(one, str)):
        # A text before % may ask for any number of blanks.
        raise UnknownCodeError
    if call is operator.mul:
        _check_repeated(one, other)
    elif call is operator.pow:
        check_power(one, other)
    elif call is operator.lshift and isinstance(other, int) and other > MOST_BITS:
        raise LimitError
    return meter.ask(call, one, other)


def check_power(one: object, other: object) -> None:
    """Make sure that a power is not too long a number.

    Raises:
        LimitError: it is.
    """
    if isinstance(one, int) and isinstance(other, int):
        is_small = other <= MOST_BITS and one.bit_length() * other <= MOST_BITS
        if not is_small and abs(one) > 1:
            raise LimitError


def unary(meter: Meter, sign: ast.unaryop, value: object) -> object:
    """Return what an operator before a value gives; it raises what ``binary`` does."""
    return meter.ask(_UNARY[type(sign)], value)


def compared(meter: Meter, sign: ast.cmpop, one: object, other: object) -> object:
    """Return whether two values compare so; it raises what ``binary`` does."""
    return meter.ask(_COMPARED[type(sign)], one, other)


def item(meter: Meter, holder: object, key: object) -> object:
    """Return what stands at a place; it raises what ``binary`` does."""
    if not isinstance(holder, list | tuple | str | dict | range):
        raise RaisedError(TypeError)
    if isinstance(holder, dict):
        return meter.ask(dict.__getitem__, holder, key)
    if not isinstance(key, int | slice):
        raise RaisedError(TypeError)
    try:
        return holder[key]  # no longer than what it is taken from
    except (IndexError, ValueError, TypeError) as cause:
        raise RaisedError(type(cause)) from cause


def put_item(meter: Meter, holder: object, key: object, value: object) -> None:
    """Put a value at a place; it raises what ``binary`` does."""
    if isinstance(holder, dict):
        meter.ask(dict.__setitem__, holder, key, value)
    elif isinstance(holder, list) and isinstance(key, int):
        meter.ask(list.__setitem__, holder, key, value)
    elif isinstance(holder, list):
        raise UnknownCodeError
    else:
        raise RaisedError(TypeError)


def _check_repeated(one: object, other: object) -> None:
    for text, count in ((one, other), (other, one)):
        is_long = isinstance(text, Sequence) and isinstance(count, int)
        if is_long and len(text) * count > MOST_NODES * 4:  # type: ignore[arg-type,operator]
            raise LimitError
