"""What is being read never moves, whatever arrives, is pressed, selected or resized."""

import random

import pytest
from talks import chat, live

from inglenook.core.ids import NodeId
from inglenook.services.formulas import Drawing, FormulaDrawn
from inglenook.ui.chat.selection import Place, Selection

PARTS = (
    "Some words that go on for a while and wrap over the edge of the column, surely. ",
    "\n\n## A heading\n\n",
    "\n\n```python\nfor each in range(10):\n    print(each)\n```\n\n",
    "\n\n| a | b |\n|---|---|\n| one | two |\n\n",
    "\n\n$$\n\\frac{a}{b}\n$$\n\n",
    "with $x^2$ inside ",
    "\n- an item",
    "\n1. another",
    "\n\n> quoted\n\n",
    "`code` and [a link](https://example.com) ",
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


class Reader:
    """A person in front of a view, and what they read: a line with its place on screen."""

    def __init__(self, view, seed):
        self.view, self.chance = view, random.Random(seed)
        self.node, self.text, self.later = NodeId("000011"), "", []
        view.ask_for_formulas(self.later.append)
        view.show_conversation(chat(12, writing=True))

    def line(self):
        """Return the line on the upper edge, or the first block below it, and where it is."""
        anchor = self.view._anchor()
        if anchor is None or anchor.block < 0:
            return None
        number = self.view.column.number_of(anchor.node)
        return Place(number, anchor.block, anchor.offset), self.where(number, anchor)

    def where(self, number, anchor):
        shown = self.view.column.views[number]
        piece = shown.pieces[anchor.block]
        line = piece.caret_at(anchor.offset).top() if anchor.offset and piece else 0.0
        return (
            self.view.column.top(number) + shown.tops[anchor.block] + line - self.view._value()
        )

    def write(self):
        self.text += self.chance.choice(PARTS)
        self.view.stream(self.node, live(self.text))

    def draw(self):
        for formula in self.later:
            high = self.chance.choice((0.7, 2.5))
            self.view.take_formula(FormulaDrawn(formula, Drawing(SVG, 2.0, high, high / 2)))
        self.later.clear()
        self.view._redraw_formulas()

    def idle(self):
        self.view._work_idly()

    def select(self):
        number = self.chance.randrange(12)
        self.view.select(Selection(Place(number, 0, 0), Place(number, 0, 5)))

    def copy(self):
        self.view.copy_selection()

    def find(self):
        self.view.finder._catch_up()

    def scroll(self):
        self.view.scroll_by(self.chance.choice((-700, -120, -40, 40, 120, 700)))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_being_read_never_moves(view, seed):
    reader = Reader(view, seed)
    for _ in range(40):
        reader.write()
    view.scroll_by(-300)
    quiet = (reader.write, reader.draw, reader.idle, reader.copy, reader.find)
    for _ in range(120):
        if reader.chance.random() < 0.15:
            reader.chance.choice((reader.scroll, reader.select))()
            continue
        before, was_following = reader.line(), view.following
        anchor = view._anchor()
        done = reader.chance.choice(quiet)
        done()
        if was_following:
            assert view._value() == view.verticalScrollBar().maximum()
        elif before is not None:
            number = view.column.number_of(anchor.node)
            assert reader.where(number, anchor) == pytest.approx(before[1], abs=1.5), (
                done.__name__
            )


@pytest.mark.parametrize("seed", range(3))
def test_it_follows_only_when_the_person_is_at_the_end(view, seed):
    reader = Reader(view, seed)
    for _ in range(60):
        reader.write()
        assert view.following
        assert view._value() == view.verticalScrollBar().maximum()
    view.scroll_by(-200)
    assert not view.following
    assert view._pill.isVisible()
    for _ in range(20):
        reader.write()
        assert not view.following
    view.scroll_by(1_000_000)
    assert view.following
    assert not view._pill.isVisible()


def test_selecting_while_an_answer_streams_stops_following_and_keeps_the_selection(view):
    reader = Reader(view, 1)
    for _ in range(30):
        reader.write()
    chosen = Selection(Place(11, 0, 0), Place(11, 0, 4))
    view.select(chosen)
    kept = view._value()
    for _ in range(30):
        reader.write()
    assert view.selection == chosen
    assert view._value() == kept


def test_another_width_keeps_the_line_that_is_read(view):
    reader = Reader(view, 2)
    reader.text = "First words. " + "Many words that go on and on and on. " * 150
    reader.write()
    view.scroll_by(-600)
    anchor = view._anchor()
    assert anchor.offset
    for wide in (700, 500, 860):
        view.resize(wide, 640)
        number = view.column.number_of(anchor.node)
        high = view.column.views[number].pieces[anchor.block].caret_at(anchor.offset).height()
        assert abs(reader.where(number, anchor) - anchor.line) <= high
