"""LaTeX in a conversation: where it is found, how it is drawn, copied, and what stays put."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from talks import chat, live, said

from inglenook.core.ids import NodeId
from inglenook.services.events import ConversationOpened
from inglenook.services.formulas import Drawing, Formula, FormulaDrawn
from inglenook.ui.chat.block import Kind
from inglenook.ui.chat.feed import MarkdownFeed
from inglenook.ui.chat.formula_piece import FormulaPiece
from inglenook.ui.chat.inset import Inset, to_layout, to_text
from inglenook.ui.chat.markdown import blocks_of, new_parser
from inglenook.ui.chat.selection import Place, Selection, everything

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    b'<path d="M0 0h9v9z" fill="#000001"/></svg>'
)
TALL = Drawing(SVG, 3.0, 2.0, 1.5)
FLAT = Drawing(SVG, 2.0, 0.7, 0.2)


def blocks(text):
    return blocks_of(new_parser().parse(text))


def formulas(text):
    return [s.tex for block in blocks(text) for s in block.spans if s.tex]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so $x^2$ it is", ["x^2"]),
        (r"so \(a_1 + b_1\) it is", ["a_1 + b_1"]),
        ("$a_1$ and $b_1$", ["a_1", "b_1"]),
        (r"price \$5 and $x$", ["x"]),
        ("in a line $$x$$ too", ["x"]),
        ("$$\n\\frac{a}{b}\n$$", [r"\frac{a}{b}"]),
        ("So:\n\\[\nx = 1\n\\]\nthen", ["x = 1"]),
        ("- item\n  $$\n  x\n  $$", ["x"]),
        ("| a |\n|---|\n| $x$ |", []),
        ("$5 and $6", []),
        ("$5-$6", []),
        ("It costs $5 in May and then 6$ more", []),
        ("US$x and US$y", []),
        ("`$x$` and ``\\(y\\)``", []),
        ("```\n$$\nx\n$$\n```", []),
        ("    $$x$$", []),
        ("$x\n y$", []),
        ("$$ never closed\n\n- item", []),
        ("$x `code$`", []),
        (r"\\(x\\)", []),
        ("$$\n\n$$", []),
    ],
)
def test_formulas_are_found_where_they_are_meant(text, found):
    assert formulas(text) == found


def test_a_formula_in_a_table_cell_is_found():
    table = blocks("| a |\n|---|\n| $x$ |")[0]
    assert table.rows[1][0][0].tex == "x"


def test_what_follows_a_formula_without_end_is_parsed_as_ever():
    found = blocks("$$ never closed\n\n- item")
    assert [block.kind for block in found] == [Kind.PARAGRAPH] * 2
    assert found[1].in_list


PIECES = st.lists(
    st.sampled_from(
        ["$", "$$", "\n", "\n\n", "\\[", "\\]", "\\(", "\\)", "x^2", " ", "- ", "a", "= b", "`",
         "```\n", "| a |\n|---|\n", "5", "\\", "> ", "1. "]
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@example(["| a |\n|---|\n", "$$", "| a |\n|---|\n", "$", "$", "$"], 1)
@given(PIECES, st.integers(1, 7))
def test_formulas_that_arrive_in_pieces_are_those_of_the_whole(pieces, step):
    text = "".join(pieces)
    whole = MarkdownFeed()
    expected = list(whole.feed(text).blocks)
    feed, shown = MarkdownFeed(), []
    for at in range(0, len(text), step):
        change = feed.feed(text[at : at + step])
        shown = [*shown[: change.kept], *change.blocks]
    assert shown == expected


@pytest.fixture
def drawn_by():
    """Answer a view's wishes at once, or when told to."""

    def connect(view, drawing, *, later=None):
        def ask(formula):
            if later is None:
                view.take_formula(FormulaDrawn(formula, drawing))
            else:
                later.append(FormulaDrawn(formula, drawing))

        view.ask_for_formulas(ask)

    return connect


def test_the_source_is_shown_until_the_drawing_comes(view, qtbot, drawn_by):
    later = []
    drawn_by(view, TALL, later=later)
    view.show_conversation(said("Q", "Before.\n\n$$\nx\n$$\n\nand $y$ so"))
    pieces = view.column.views[1].pieces
    assert pieces[1].text == "$$\u2028x\u2028$$"
    assert not isinstance(pieces[1], FormulaPiece)
    assert [each.formula for each in later] == [Formula("x", display=True), Formula("y")]
    before = pieces[2].height
    for each in later:
        view.take_formula(each)
    qtbot.waitUntil(lambda: isinstance(view.column.views[1].pieces[1], FormulaPiece))
    assert view.column.views[1].pieces[2].height > before
    assert view.column.views[1].pieces[2].text == "and $y$ so"
    view.grab()


def test_a_formula_that_cannot_be_drawn_keeps_its_source_and_is_not_asked_for_again(
    view, drawn_by
):
    later = []
    drawn_by(view, None, later=later)
    view.show_conversation(said("Q", "and $y$ so"))
    view.take_formula(later[0])
    view.resize(700, 640)
    assert len(later) == 1
    assert view.column.views[1].pieces[0].text == "and $y$ so"


def test_a_drawing_that_comes_late_moves_nothing_that_is_read(view, qtbot, drawn_by):
    later = []
    drawn_by(view, TALL, later=later)
    text = "\n\n".join(f"Part {n} with $x_{{{n}}}$.\n\n$$\ny_{{{n}}}\n$$" for n in range(40))
    view.show_conversation(said("Q", text))
    view.show_place(Place(1, 40, 3))
    top = view._anchor()
    seen = view._column.top(1) + view._column.views[1].tops[top.block] - view._value()
    for each in list(later):
        view.take_formula(each)
    view._redraw_formulas()
    now = view._column.top(1) + view._column.views[1].tops[top.block] - view._value()
    line = view.column.views[1].pieces[top.block].caret_at(top.offset).top()
    if top.offset:
        assert now + line == pytest.approx(top.line, abs=1.5)
    else:
        assert now == pytest.approx(seen, abs=1.5)


def test_a_paragraph_that_grows_above_the_line_being_read_does_not_move_that_line(
    view, qtbot, drawn_by
):
    later = []
    drawn_by(view, TALL, later=later)
    long = "With $x$ first. " + "And many words that go on and on. " * 120 + "Needle here."
    view.show_conversation(said("Q", long + "\n\nEnd." * 40))
    offset = long.index("Needle")
    view.show_place(Place(1, 0, offset))
    before = view._place_rect(Place(1, 0, offset)).top()
    for each in list(later):
        view.take_formula(each)
    view._redraw_formulas()
    assert view._place_rect(Place(1, 0, offset)).top() == pytest.approx(before, abs=1.5)


def test_copying_gives_the_latex(view, drawn_by):
    drawn_by(view, FLAT)
    view.show_conversation(said("Q", "so $x^2$ and\n\n$$\ny\n$$"))
    view.select(everything(2))
    view.copy_selection()
    assert "so $x^2$ and" in QGuiApplication.clipboard().text()
    assert "$$\ny\n$$" in QGuiApplication.clipboard().text()
    view.copy_selection(as_markdown=True)
    assert "$$\ny\n$$" in QGuiApplication.clipboard().text()


def test_places_in_a_line_with_formulas_are_places_in_its_source(view, drawn_by):
    drawn_by(view, FLAT)
    view.show_conversation(said("Q", "ab $x^2$ cd $y$ ef"))
    view._redraw_formulas()
    piece = view.column.views[1].pieces[0]
    assert piece._insets
    for offset in (0, 1, 3, 8, 9, 12, 15, 17):
        caret = piece.caret_at(offset)
        assert piece.offset_at(QPointF(caret.left() + 0.5, caret.center().y())) == offset
    view.select(Selection(Place(1, 0, 1), Place(1, 0, 5)))
    view.grab()


def test_offsets_go_there_and_back():
    insets = [Inset(Formula("x"), FLAT, 3, 8, 3), Inset(Formula("y"), FLAT, 12, 15, 9)]
    assert [to_layout(insets, at) for at in (0, 3, 5, 8, 12, 15, 16)] == [0, 3, 3, 5, 9, 11, 12]
    assert to_layout(insets, 5, is_end=True) == 5
    assert [to_text(insets, at) for at in (0, 3, 4, 5, 9, 10, 11, 12)] == [
        0, 3, 8, 8, 12, 15, 15, 16,
    ]  # fmt: skip


def test_a_formula_never_ends_a_line_beyond_its_width(view, drawn_by):
    drawn_by(view, Drawing(SVG, 8.0, 0.7, 0.2))
    view.show_conversation(said("Q", "word $x$ " * 60))
    view._redraw_formulas()
    piece = view.column.views[1].pieces[0]
    layout = piece._layout
    assert layout.lineCount() > 3
    for number in range(layout.lineCount()):
        assert layout.lineAt(number).naturalTextWidth() <= view.column_width() + 1


def test_formulas_appear_while_an_answer_streams(view, qtbot, drawn_by):
    drawn_by(view, FLAT)
    view.show_conversation(chat(2, writing=True))
    for end in range(1, 40):
        view.stream(NodeId("000001"), live("We have $x^2$ and so\n\n$$\ny\n$$\n\nEnd."[:end]))
    qtbot.waitUntil(lambda: isinstance(view.column.views[1].pieces[1], FormulaPiece))


def test_three_hundred_hostile_formulas_stop_nobody(view, drawn_by):
    drawn_by(view, None)
    view.show_conversation(said("Q", "$" * 5_000 + "\\(" * 3_000 + "$$\n" * 900))
    view.grab()


def test_the_window_asks_the_services_and_shows_what_they_drew(window, services, qtbot):
    services.bus.publish(ConversationOpened(said("Q", "so $x^2$ it is")))
    qtbot.waitUntil(lambda: bool(services.asked("formulas.draw")))
    formula = services.asked("formulas.draw")[0][0]
    services.bus.publish(FormulaDrawn(formula, FLAT))
    piece = lambda: window.page._view.column.views[1].pieces[0]  # noqa: E731
    qtbot.waitUntil(lambda: bool(piece() and piece()._insets))
