"""The names and methods that code may use: a white list, each harmless whatever it is given."""

from collections.abc import Callable, Mapping

from inglenook.effort.code.meter import (
    MOST_NODES,
    Callee,
    LimitError,
    Meter,
    RaisedError,
    UnknownCodeError,
)
from inglenook.effort.code.operators import check_power

_MOST_DIGITS = 20
"""To round to a million places would make a number of a million digits."""

MOST_REPLACED = 100_000

_HOST: tuple[Callable[..., object], ...] = (
    abs,
    len,
    divmod,
    ord,
    chr,
    bin,
    hex,
    repr,
    any,
    all,
)
_KINDS: tuple[type, ...] = (int, float, str, bool, list, tuple, set, frozenset, dict)
_GOES_THROUGH = (list, tuple)
_ERRORS: tuple[type[Exception], ...] = (
    Exception, ArithmeticError, AssertionError, IndexError, KeyError, LookupError,
    OverflowError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


METHODS: Mapping[type, frozenset[str]] = {
    str: _names(
        "upper lower strip lstrip rstrip split join replace startswith endswith find rfind "
        "count index isdigit isalpha isalnum isupper islower isspace isnumeric title "
        "capitalize swapcase casefold splitlines removeprefix removesuffix"
    ),
    list: _names("append extend insert pop remove reverse index count copy clear"),
    dict: _names("get keys values items pop setdefault update copy clear"),
    set: _names(
        "add remove discard union intersection difference symmetric_difference issubset "
        "issuperset isdisjoint update copy"
    ),
    tuple: _names("index count"),
    float: _names("is_integer"),
}
"""By the exact kind of the value before the dot; what sorts is done apart."""

Values = list[object]
Named = dict[str, object]
Apply = Callable[[object, Values], object]
"""Calls what code may call, with values by place."""


def method(meter: Meter, value: object, name: str, values: Values) -> object:
    """Call a method of a value; views become lists.

    Raises:
        RaisedError: it raised.
        LimitError: a value is too large.
        UnknownCodeError: the method is not on the list.
    """
    if name not in METHODS.get(type(value), frozenset()):
        raise UnknownCodeError
    if isinstance(value, str) and name == "replace":
        _check_replaced(value, values)
    call = getattr(type(value), name)
    if isinstance(value, dict) and name in {"keys", "values", "items"}:
        return meter.ask(lambda held: list(call(held)), value)
    return meter.ask(call, value, *values)


class Words:
    """What the names stand for that are there from the start.

    Threads: one.

    Attributes:
        printed: What was printed so far.
        names: By name.
    """

    def __init__(self, meter: Meter, apply: Apply) -> None:
        self.printed: list[str] = []
        self._meter = meter
        self._apply = apply
        own = {
            "sorted": self._sorted, "min": self._min, "max": self._max, "sum": self._sum,
            "range": self._range, "enumerate": self._enumerate, "zip": self._zip,
            "map": self._map, "filter": self._filter, "reversed": self._reversed,
            "round": self._round, "pow": self._pow, "isinstance": self._isinstance,
            "print": self._print,
        }  # fmt: skip
        made = [Callee(name, call) for name, call in own.items()]
        made += [Callee(each.__name__, self._host(each)) for each in _HOST]
        made += [Callee(each.__name__, self._host(each), each) for each in (*_KINDS, *_ERRORS)]
        self.names: dict[str, object] = {each.name: each for each in made}

    def ordered(self, value: object, named: Named) -> list[object]:
        """Return what ``sorted`` does, with a key of the code's own."""
        held, by = self._items(value), named.pop("key", None)
        falls = named.pop("reverse", False)
        _no_more(named)
        keys = held if by is None else [self._apply(by, [each]) for each in held]
        places = list(range(len(held)))

        def ranked(keys: list[object]) -> list[int]:
            # Equal ones keep their order, whichever way it goes.
            return sorted(places, key=lambda at: keys[at], reverse=bool(falls))  # type: ignore[return-value,arg-type]

        found = self._meter.ask(ranked, keys)
        assert isinstance(found, list)
        return [held[at] for at in found]

    def _host(self, call: Callable[..., object]) -> Callable[[Values, Named], object]:
        def asked(values: Values, named: Named) -> object:
            if call is int and "base" in named:
                values = [*values, named.pop("base")]
            _no_more(named)
            if isinstance(call, type) and issubclass(call, Exception):
                raise UnknownCodeError  # an exception is raised, and nothing else
            if call in _GOES_THROUGH:
                values = [in_order(each) for each in values]
            return self._meter.ask(call, *values)

        return asked

    def _items(self, value: object) -> list[object]:
        found = self._meter.ask(list, in_order(value))
        assert isinstance(found, list)
        return found

    # --- those that need a closer look ---

    def _sorted(self, values: Values, named: Named) -> object:
        return self.ordered(_only(values), named)

    def _min(self, values: Values, named: Named) -> object:
        return self._end_of(values, named, falls=False)

    def _max(self, values: Values, named: Named) -> object:
        return self._end_of(values, named, falls=True)

    def _end_of(self, values: Values, named: Named, *, falls: bool) -> object:
        held = self._items(values[0]) if len(values) == 1 else values
        if not held and "default" in named:
            return named["default"]
        named.pop("default", None)
        ordered = self.ordered(held, {**named, "reverse": falls})
        if not ordered:
            raise RaisedError(ValueError)
        return ordered[0]

    def _sum(self, values: Values, named: Named) -> object:
        start = named.pop("start", 0)
        _no_more(named)
        held, begins = _pair(values) if len(values) > 1 else (_only(values), start)
        return self._meter.ask(sum, held, begins)

    def _range(self, values: Values, named: Named) -> object:
        _no_more(named)
        return self._meter.ask(range, *values)

    def _enumerate(self, values: Values, named: Named) -> object:
        start = named.pop("start", 0)
        _no_more(named)
        held, begins = _pair(values) if len(values) > 1 else (_only(values), start)
        return self._meter.ask(lambda held, at: list(enumerate(held, at)), held, begins)

    def _zip(self, values: Values, named: Named) -> object:
        _no_more(named)
        return self._meter.ask(lambda *held: list(zip(*held, strict=False)), *values)

    def _map(self, values: Values, named: Named) -> object:
        _no_more(named)
        if not values:
            raise RaisedError(TypeError)
        call, *held = values
        rows = zip(*map(self._items, held), strict=False)
        return [self._apply(call, list(each)) for each in rows]

    def _filter(self, values: Values, named: Named) -> object:
        _no_more(named)
        call, held = _pair(values)
        keeps = (lambda each: each) if call is None else lambda each: self._apply(call, [each])
        return [each for each in self._items(held) if keeps(each)]

    def _reversed(self, values: Values, named: Named) -> object:
        _no_more(named)
        return self._items(_only(values))[::-1]

    def _round(self, values: Values, named: Named) -> object:
        _no_more(named)
        if any(isinstance(each, int) and abs(each) > _MOST_DIGITS for each in values[1:]):
            raise LimitError
        return self._meter.ask(round, *values)

    def _pow(self, values: Values, named: Named) -> object:
        _no_more(named)
        check_power(*_pair(values[:2]))
        return self._meter.ask(pow, *values)

    def _isinstance(self, values: Values, named: Named) -> object:
        _no_more(named)
        value, kinds = _pair(values)
        return isinstance(value, kinds_of(kinds))

    def _print(self, values: Values, named: Named) -> object:
        between, end = named.pop("sep", " "), named.pop("end", "\n")
        _no_more(named)
        if not isinstance(between, str) or not isinstance(end, str):
            raise RaisedError(TypeError)
        texts = [str(self._meter.ask(str, each)) for each in values]
        self.printed.append(between.join(texts) + end)
        if sum(map(len, self.printed)) > MOST_NODES:
            raise LimitError
        return None


def in_order(value: object) -> object:
    """Return a set as a list in an order that is the same every time, and all else as it is."""
    if not isinstance(value, set | frozenset) or len(value) > MOST_NODES:
        return value
    return sorted(value, key=repr)


def kinds_of(value: object) -> tuple[type, ...]:
    """Return the classes that a name, or a tuple of names, stands for.

    Raises:
        RaisedError: something else is named.
    """
    held = value if isinstance(value, tuple) else (value,)
    kinds = [each.kind for each in held if isinstance(each, Callee) and each.kind]
    if len(kinds) != len(held):
        raise RaisedError(TypeError)
    return tuple(kinds)


def _only(values: Values) -> object:
    if len(values) != 1:
        raise RaisedError(TypeError)
    return values[0]


def _check_replaced(text: str, values: Values) -> None:
    """Make sure that a text does not get long by what is put in between."""
    added = sum(len(each) for each in values if isinstance(each, str))
    if len(text) * added > MOST_REPLACED:
        raise LimitError


def _pair(values: Values) -> tuple[object, object]:
    if len(values) != 2:
        raise RaisedError(TypeError)
    return values[0], values[1]


def _no_more(named: Named) -> None:
    if named:
        raise UnknownCodeError
