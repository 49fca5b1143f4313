"""Formulas drawn by the services: what comes out, what is refused, and how it ends."""

import threading
import time
from xml.etree import ElementTree

import pytest
from tests.services.ear import WAIT_S

from inglenook.services import formulas
from inglenook.services.bus import Bus
from inglenook.services.formulas import (
    MOST_KEPT,
    MOST_WAITING,
    Drawing,
    Formula,
    FormulaDrawn,
    FormulaService,
    draw_formula,
    is_bounded,
)

# The library reads its fonts in a way that Python 3.11 calls old.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated. Use files:DeprecationWarning")
SAMPLE = Drawing(b"<svg/>", 1.0, 0.7, 0.2)


def wait_for(condition):
    ticks = threading.Event()
    for _ in range(3_000):
        if condition():
            return
        ticks.wait(0.01)
    raise AssertionError("it did not come")


@pytest.fixture
def heard():
    return []


@pytest.fixture
def make(heard):
    made = []

    def build(draw):
        bus = Bus()
        bus.subscribe(heard.append)
        made.append(FormulaService(bus, draw))
        return made[-1]

    yield build
    for service in made:
        service.close()


def test_a_formula_becomes_outlines_with_its_measures():
    drawing = draw_formula(Formula(r"\frac{a}{b}"))
    tags = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(drawing.svg).iter()}
    assert tags == {"svg", "path", "rect"}
    assert drawing.above > 0.5
    assert drawing.below > 0.2
    assert drawing.width < 2
    large = draw_formula(Formula(r"\frac{a}{b}", display=True))
    assert large.above > drawing.above


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{",
        r"\unknown{x}",
        r"\includegraphics{/etc/passwd}",
        "x" * 2_000,
        "{" * 40 + "}" * 40,
        "你好",
        "   ",
        r"\begin{matrix}" * 30,
        r"\hspace{1000000em}x",
        "}{",
    ],
)
def test_what_cannot_be_drawn_well_is_not_drawn(tex):
    assert draw_formula(Formula(tex)) is None


def test_a_colour_that_is_none_is_left_out():
    drawing = draw_formula(Formula(r"\color{url(http://e.org)}x"))
    assert drawing is None or b"e.org" not in drawing.svg


def test_a_formula_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(formulas, "LONGEST_DRAWING_S", 0.2)
    tex = r"\sqrt{" * 11 + "x" + "}" * 11
    assert is_bounded(tex)
    begin = time.thread_time()
    assert draw_formula(Formula(tex)) is None
    assert time.thread_time() - begin < 10  # without a limit it takes a minute


def test_anything_but_outlines_is_refused():
    svg = ElementTree.fromstring('<svg viewBox="0 0 9 9"><image href="file:///etc"/></svg>')
    assert formulas._drawing(svg) is None


def test_drawings_are_told_once_drawn_and_known_ones_at_once(make, heard):
    asked = []

    def draw(formula):
        asked.append(formula)
        return SAMPLE

    service = make(draw)
    service.draw(Formula("x"))
    wait_for(lambda: heard)
    service.draw(Formula("x"))
    assert heard == [FormulaDrawn(Formula("x"), SAMPLE)] * 2
    assert asked == [Formula("x")]


def test_a_formula_asked_for_twice_is_drawn_once_and_too_many_are_left_out(make, heard):
    gate = threading.Event()

    def draw(_formula):
        assert gate.wait(WAIT_S)

    service = make(draw)
    for number in range(MOST_WAITING + 50):
        service.draw(Formula(str(number)))
        service.draw(Formula(str(number)))
    gate.set()
    wait_for(lambda: len(heard) == MOST_WAITING)
    assert len({each.formula for each in heard}) == MOST_WAITING


def test_only_the_last_thousand_drawings_are_kept(make, heard):
    asked = []

    def draw(formula):
        asked.append(formula)

    service = make(draw)
    for number in range(MOST_KEPT + 1):
        service.draw(Formula(str(number)))
        if number % 200 == 199:
            wait_for(lambda until=number: len(heard) > until)
    wait_for(lambda: len(heard) == MOST_KEPT + 1)
    service.draw(Formula("0"))
    wait_for(lambda: len(asked) == MOST_KEPT + 2)


def test_closing_drops_what_waits_and_draws_nothing_more(make, heard):
    begun, gate = threading.Event(), threading.Event()

    def draw(_formula):
        begun.set()
        assert gate.wait(WAIT_S)
        return SAMPLE

    service = make(draw)
    service.draw(Formula("a"))
    service.draw(Formula("b"))
    assert begun.wait(WAIT_S)
    closing = threading.Thread(target=service.close)
    closing.start()
    wait_for(lambda: service._is_closed)
    gate.set()
    closing.join()
    service.draw(Formula("c"))
    assert [each.formula.tex for each in heard] == ["a"]
    service.close()
