"""Formulas drawn off the window's thread: LaTeX in, outlines and their measures out."""

import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import thread_time
from types import FrameType
from typing import TYPE_CHECKING

from inglenook.services.tasks import Worker

if TYPE_CHECKING:
    from xml.etree import ElementTree

    from inglenook.core.errors import Problem
    from inglenook.services.bus import Bus

LONGEST_TEX = 1_000
DEEPEST_TEX = 12
LONGEST_DRAWING_S = 1.0
"""Of processor time. Nested fractions double it with every level: eight take half a second,
twenty an hour (ziamath 0.13, measured 2026-11)."""
BIGGEST_EMS = 200.0
MOST_KEPT, MOST_WAITING = 1_000, 300
COLOUR = "#000001"
"""What stands in a drawing for the colour of the text around it."""

_SIZE = 20.0
_TAGS = frozenset({"svg", "path", "rect"})
_ATTRIBUTES = frozenset(
    {"d", "fill", "x", "y", "width", "height", "viewBox", "stroke", "stroke-width"}
)
_PLAIN_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,20}")
_NO_GLYPH = re.compile("[^\u0000-\u2fff\U0001d400-\U0001d7ff]")


@dataclass(frozen=True, slots=True)
class Formula:
    """What is to be drawn.

    Attributes:
        tex: LaTeX without its delimiters.
        display: On a line of its own, with large sums; else in a line of text.
    """

    tex: str
    display: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as outlines, for type of size 1; it may be drawn at any size and colour.

    Attributes:
        svg: Paths and rectangles alone; ``COLOUR`` stands for the colour of the text.
        width: In ems, as all measures.
        above: Of the baseline.
        below: Of the baseline.
    """

    svg: bytes
    width: float
    above: float
    below: float


@dataclass(frozen=True, slots=True)
class FormulaDrawn:
    """A formula was drawn, or cannot be: then ``drawing`` is None and its source is shown."""

    formula: Formula
    drawing: Drawing | None


class FormulaService:
    """Draws formulas one after another and remembers the last thousand.

    Formulas are written by models and so are hostile until drawn: their length, depth and
    time are bounded, and nothing but outlines comes out.

    Threads: any; drawing happens on a worker that starts with the first formula.
    """

    def __init__(
        self, bus: "Bus", draw: "Callable[[Formula], Drawing | None] | None" = None
    ) -> None:
        """Wait for the first formula.

        Args:
            bus: Told of every drawing.
            draw: Draws one; the usual way if None.
        """
        self._bus, self._draw = bus, draw or draw_formula
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._is_closed = False
        self._drawn: OrderedDict[Formula, Drawing | None] = OrderedDict()
        self._waiting: set[Formula] = set()

    def draw(self, formula: Formula) -> None:
        """Draw a formula; ``FormulaDrawn`` tells the result, also if it was known before."""
        with self._lock:
            known = formula in self._drawn
            drawing = self._drawn.get(formula)
            if not known and not self._take(formula):
                return
        if known:
            self._bus.publish(FormulaDrawn(formula, drawing))

    def close(self) -> None:
        """End the thread; formulas still waiting are dropped."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _take(self, formula: Formula) -> bool:
        """Let a formula wait for its turn, unless too many do; with the lock held."""
        if self._is_closed or formula in self._waiting or len(self._waiting) >= MOST_WAITING:
            return False
        if self._worker is None:
            self._worker = Worker("formulas", _ignore)
        self._waiting.add(formula)
        self._worker.post(lambda: self._work(formula))
        return True

    def _work(self, formula: Formula) -> None:
        with self._lock:
            if formula not in self._waiting:
                return  # closed meanwhile
        drawing = self._draw(formula)
        with self._lock:
            self._waiting.discard(formula)
            self._drawn[formula] = drawing
            if len(self._drawn) > MOST_KEPT:
                self._drawn.popitem(last=False)
        self._bus.publish(FormulaDrawn(formula, drawing))


def draw_formula(formula: Formula) -> Drawing | None:
    """Draw a formula; None if it is not LaTeX that can be drawn, or takes too long."""
    if not is_bounded(formula.tex):
        return None
    # 650 ms, and only who sees a formula needs it.
    from ziamath.config import config  # noqa: PLC0415
    from ziamath.zmath import Latex  # noqa: PLC0415

    config.svg2 = False
    try:
        with _time_limit(LONGEST_DRAWING_S):
            drawn = Latex(formula.tex, size=_SIZE, color=COLOUR, inline=not formula.display)
            if "\\" in drawn.mathmlstr():
                return None  # an unknown command would be spelt out in slanted letters
            return _drawing(drawn.svgxml())
    except _TooLongError:
        return None
    except Exception:  # noqa: BLE001  (a foreign parser fed with anything fails in any way)
        return None


def is_bounded(tex: str) -> bool:
    """Tell whether a formula is short and flat enough, and of letters that there are."""
    if not tex.strip() or len(tex) > LONGEST_TEX or _NO_GLYPH.search(tex):
        return False
    depth = deepest = 0
    for mark in re.findall(r"\\.|[{}]|\^|_", tex):
        depth += (mark == "{") - (mark == "}")
        deepest = max(deepest, depth)
    return depth == 0 and deepest <= DEEPEST_TEX and tex.count("\\begin") <= DEEPEST_TEX


def _drawing(svg: "ElementTree.Element") -> Drawing | None:
    from xml.etree import ElementTree  # noqa: PLC0415  (the window starts without it)

    left, top, wide, high = (float(each) for each in svg.attrib["viewBox"].split())
    del left
    if max(wide, high) > BIGGEST_EMS * _SIZE or min(wide, high) <= 0:
        return None
    for element in svg.iter():
        if element.tag not in _TAGS:
            return None
        _keep_outlines(element)
    svg.attrib["xmlns"] = "http://www.w3.org/2000/svg"
    return Drawing(ElementTree.tostring(svg), wide / _SIZE, -top / _SIZE, (top + high) / _SIZE)


def _keep_outlines(element: "ElementTree.Element") -> None:
    """Take away text and every attribute that is not a measure, an outline or a colour."""
    element.text = element.tail = None
    for name, value in list(element.attrib.items()):
        colour = name in {"fill", "stroke"}
        if name not in _ATTRIBUTES or (colour and not _PLAIN_COLOUR.fullmatch(value)):
            del element.attrib[name]


class _TooLongError(BaseException):
    """The time is up; no handler of a library may take it for its own."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """End what this thread does inside with an error after so much processor time.

    A thread cannot be ended from outside; the interpreter asks at every call instead.
    """
    until = thread_time() + seconds
    asked = 0

    # Nothing that watches the interpreter sees what it calls for a profile.
    def check(frame: FrameType, event: str, _given: object) -> None:  # pragma: no cover
        nonlocal asked
        asked += 1
        # An error raised while a generator is being thrown away would be ignored.
        is_safe = event == "call" and not frame.f_code.co_flags & _CO_GENERATOR
        if is_safe and asked > _ASK_EVERY and thread_time() > until:
            raise _TooLongError
        if asked > 2 * _ASK_EVERY:
            asked = 0

    before = sys.getprofile()
    sys.setprofile(check)
    try:
        yield
    finally:
        sys.setprofile(before)


_ASK_EVERY = 200
_CO_GENERATOR = 0x20
"""``inspect.CO_GENERATOR``, without the seven milliseconds that its module takes."""


def _ignore(_problem: "Problem") -> None:
    """A formula that cannot be drawn keeps its source on screen: nobody need be told."""
