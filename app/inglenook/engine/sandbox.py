"""A jinja2 sandbox that bounds time and memory, not just what may be reached."""

import faulthandler
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias, TypeVar

import jinja2
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

if sys.platform != "win32":
    import resource

MOST_SECONDS = 2.0
SECONDS_BEFORE_THE_END = 8.0
MOST_BYTES = 512 * 1024 * 1024
MOST_VALUE_LENGTH = 4 * 1024 * 1024
_MOST_EXPONENT = 64
_MOST_NUMBER_BITS = 4096
_WATCHED_FILTERS = (
    "batch",
    "slice",
    "round",
    "truncate",
    "format",
    "replace",
    "join",
    "indent",
)
_GROWING_METHODS = {"center", "ljust", "rjust", "zfill", "expandtabs"}
_REFUSED_FILTERS = (
    "center",
    "pprint",
    "urlize",
    "wordwrap",
    "xmlattr",
    "filesizeformat",
)

# A width of five digits or one that is an argument, as % and str.format write them.
_WIDE = re.compile(r"%[-+ #0]*(\d{0,4}\.)?(\*|\d{5})|\{[^{}]*:[^{}]*(\{|\d{5})")

# Code whose loops end by themselves: ours, the standard library's and jinja2's.
_LIBRARIES = tuple(str(Path(each).parent) for each in (__file__, os.__file__, jinja2.__file__))

T = TypeVar("T")
Value: TypeAlias = Any
"""What a template computes with: anything."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Refuses the operations by which a few characters make gigabytes."""

    intercepted_binops = frozenset({"+", "*", "**", "%", "//", "-"})

    def __init__(self, *args: Value, **options: Value) -> None:
        super().__init__(*args, **options)
        for name in _REFUSED_FILTERS:
            self.filters.pop(name, None)
        for name in ("lipsum", "cycler"):
            self.globals.pop(name, None)
        for name in _WATCHED_FILTERS:
            self.filters[name] = _watched(name, self.filters[name])

    def call_binop(self, context: Context, operator: str, left: Value, right: Value) -> Value:
        """Compute, unless the result would be huge."""
        if operator == "+" and type(left) is str and type(right) is str:
            # By far the most frequent; all the calls below cost more than the rendering.
            if len(left) + len(right) > MOST_VALUE_LENGTH:
                raise MemoryError("a value is too large")
            return left + right
        if operator == "*":
            _check(_length(left) * _times(right) + _length(right) * _times(left))
        elif operator == "+":
            _check(_length(left) + _length(right))
        elif operator == "**" and (
            _times(right) > _MOST_EXPONENT or _bits(left) * _times(right) > _MOST_NUMBER_BITS
        ):
            raise OverflowError("the power is too large")
        elif operator == "%" and isinstance(left, (str, bytes)):
            _check_format(str(left))
        if _bits(left) > _MOST_NUMBER_BITS or _bits(right) > _MOST_NUMBER_BITS:
            raise OverflowError("the number is too large")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Value) -> Value:
        """Refuse a method ``format`` of text with huge widths."""
        owner = getattr(value, "__self__", None)
        if isinstance(owner, str) and getattr(value, "__name__", "").startswith("format"):
            _check_format(owner)
        return super().wrap_str_format(value)

    def call(__self, __context: Context, __obj: Value, *args: Value, **kwargs: Value) -> Value:  # noqa: N805 (jinja2's own names, so that templates may use ours)
        """Call, unless a method would make its text huge."""
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, (str, bytes)):
            _check_method(owner, getattr(__obj, "__name__", ""), args)
        return super().call(__context, __obj, *args, **kwargs)


def _length(value: object) -> int:
    return len(value) if isinstance(value, (str, bytes, list, tuple)) else 0


def _times(value: object) -> int:
    return abs(value) if isinstance(value, int) else 0


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _check(length: int) -> None:
    if length > MOST_VALUE_LENGTH:
        raise MemoryError("a value is too large")


def _check_format(form: str) -> None:
    """Refuse widths such as in ``%1000000000d``, and widths that are arguments."""
    if _WIDE.search(form):
        raise MemoryError("a width is too large")


def _check_method(owner: str | bytes, name: str, args: tuple[Value, ...]) -> None:
    if name in _GROWING_METHODS:
        _check(sum(_times(each) for each in args) * (1 + (name == "expandtabs") * len(owner)))
    elif name == "replace" and len(args) >= 2:
        _check((len(owner) + 1) * (1 + _length(args[1])) if _length(args[0]) == 0 else 0)
        if _length(args[0]) and isinstance(args[0], type(owner)):
            _check(owner.count(args[0]) * _length(args[1]))  # type: ignore[arg-type]  # same type
    elif name == "join" and args:
        _check(len(owner) * (_length(args[0]) or 1))


def _watched(name: str, made: Callable[..., Value]) -> Callable[..., Value]:
    """Return a filter that refuses numbers and texts which would make its result huge."""

    def checked(*args: Value, **kwargs: Value) -> Value:
        values = [*args, *kwargs.values()]
        if any(_times(each) > 100_000 for each in values):
            raise MemoryError(f"{name} was asked for too much")
        texts = [each for each in values if isinstance(each, str)]
        if name == "format" and texts:
            _check_format(texts[0])
        if name == "indent" and texts:
            _check((texts[0].count("\n") + 1) * max(map(_indent, values[1:]), default=4))
        if name == "replace" and len(texts) >= 3:
            _check_method(texts[0], "replace", (texts[1], texts[2]))
        return made(*args, **kwargs)

    # jinja2 marks what it passes first (environment, evaluation context) on the function.
    checked.__dict__.update(made.__dict__)
    return checked


def _indent(value: object) -> int:
    return _length(value) or _times(value)


def bounded(work: Callable[[], T], *, every_line: bool = True) -> T:
    """Run template code within its time and memory.

    Three nets, each for what slips through the one before: every line of Python looks at the
    clock; on Linux the address space may grow only so far, so that a single huge operation
    raises; and a native watchdog, which needs no interpreter lock, ends the process if
    nothing else could. The engine process can be replaced, so its end is an acceptable one.

    Args:
        work: Compiles or renders a template.
        every_line: Look at the clock at each line of the work, not just at each call; slower,
            and needed where the template's own loops run.

    Raises:
        TimeoutError: it took longer than ``MOST_SECONDS``.
        MemoryError: it took more than ``MOST_BYTES``.
    """
    deadline = time.monotonic() + MOST_SECONDS

    def look_at_the_clock(frame: FrameType, _event: str, _argument: object) -> Value:
        if time.monotonic() > deadline:
            raise TimeoutError
        # Looking at each line of the libraries too would take most of the rendering's time.
        watched = every_line and not frame.f_code.co_filename.startswith(_LIBRARIES)
        return look_at_the_clock if watched else None

    before = sys.gettrace()
    with _watchdog(), _memory_limit():
        sys.settrace(look_at_the_clock)
        try:
            return work()
        finally:
            sys.settrace(before)


@contextmanager
def _watchdog() -> Iterator[None]:
    try:
        faulthandler.dump_traceback_later(SECONDS_BEFORE_THE_END, exit=True)
    except RuntimeError as cause:
        raise MemoryError("no room for a watchdog's thread") from cause
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextmanager
def _memory_limit() -> Iterator[None]:
    used = _address_space_bytes()
    if not used:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + MOST_BYTES
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space_bytes() -> int:
    """Return what this process has mapped; 0 where it cannot be told or limited."""
    if sys.platform != "linux":
        return 0
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
