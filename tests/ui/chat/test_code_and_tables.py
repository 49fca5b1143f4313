"""Code blocks and tables: their buttons, their menus, and what comes of them."""

import csv

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu
from talks import said

from inglenook.services.events import ConversationOpened
from inglenook.ui.chat.codefile import write_code
from inglenook.ui.chat.codename import suggested_name
from inglenook.ui.chat.feed import MarkdownFeed
from inglenook.ui.chat.selection import Place, Selection, everything
from inglenook.ui.chat.tabletext import as_csv, as_markdown, as_tabs, whole_table
from inglenook.ui.chat.target import Act
from inglenook.ui.chat.wrapping import wrapped_parts

LINE = "total = " + " + ".join(f"value_{number}" for number in range(40))
CODE = f"```python\n# first\n{LINE}\nlast = 'x'\n```"
TABLE = '| name | **note** |\n|---|--:|\n| "a", b | one\\|two |\n| [c](https://e.org) | |'


def targets(view, number):
    return {(each.act, each.value): each for each in view.targets_of(number)}


def press(view, act, value="0", number=1):
    view.press(number, targets(view, number)[act, value])


def clipboard() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


def labels(menu):
    return [each.text() for each in menu.actions() if each.text()]


def trigger(menu, label):
    next(each for each in menu.actions() if each.text() == label).trigger()


def test_wrapping_shows_every_letter_of_a_long_line_and_turning_it_off_none_below(view):
    view.show_conversation(said("Q", CODE))
    before = view.column.views[1].pieces[0]
    assert before.sideways.room > 0
    press(view, Act.WRAP)
    wrapped = view.column.views[1].pieces[0]
    assert wrapped.text == before.text
    assert wrapped.sideways.room == 0
    assert wrapped.height > before.height
    assert view.column.views[1].heights[0] == wrapped.height
    press(view, Act.WRAP)
    assert view.column.views[1].pieces[0].height == before.height


def test_a_place_in_wrapped_code_is_the_same_place_in_the_text(view):
    view.show_conversation(said("Q", CODE))
    press(view, Act.WRAP)
    piece = view.column.views[1].pieces[0]
    for offset in range(0, len(piece.text), 7):
        caret = piece.caret_at(offset)
        found = piece.offset_at(QPointF(caret.left() + 1, caret.center().y()))
        assert abs(found - offset) <= 1


def test_wrapped_code_has_the_colours_of_the_whole_line(view):
    view.show_conversation(said("Q", "```python\nx = '" + "a b " * 60 + "'\n```"))
    press(view, Act.WRAP)
    piece = view.column.views[1].pieces[0]
    while piece.colour_more():
        pass
    last = len(piece._lines) - 1
    assert piece._colours(last, piece._lines[last])[0][2] == "code_string"


def test_wrapping_moves_nothing_above_the_block(view):
    view.show_conversation(said("Q", "Words.\n\n" * 30 + CODE + "\n\nWords." * 30))
    index = next(n for n, b in enumerate(view.column.views[1].blocks) if b.code)
    view.show_place(Place(1, index, 0))
    above = view.column.top(1) + view.column.views[1].tops[index] - view._value()
    press(view, Act.WRAP, str(index))
    assert view.column.top(1) + view.column.views[1].tops[index] - view._value() == (
        pytest.approx(above, abs=1)
    )


def test_code_that_fits_has_no_button_for_wrapping(view):
    view.show_conversation(said("Q", "```\nshort\n```"))
    assert (Act.WRAP, "0") not in targets(view, 1)


@pytest.mark.parametrize(
    ("line", "columns", "parts"),
    [
        ("", 20, [""]),
        ("a" * 45, 20, ["a" * 20, "a" * 20, "a" * 5]),
        ("aaaaaaaaaaaa bbbbbbbbbbbb", 20, ["aaaaaaaaaaaa ", "bbbbbbbbbbbb"]),
        ("你" * 15, 20, ["你" * 10, "你" * 5]),
    ],
)
def test_long_lines_part_after_spaces_and_by_the_width_of_letters(line, columns, parts):
    assert list(wrapped_parts(line, columns)) == parts


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("py", "code.py"),
        ("C++", "code.cpp"),
        ("dockerfile", "Dockerfile"),
        ("../../.bashrc", "code.txt"),
        ("/etc/passwd", "code.txt"),
        ("", "code.txt"),
    ],
)
def test_a_file_is_named_by_its_language_and_never_by_the_model(language, name):
    assert suggested_name(language) == name


def test_code_is_saved_where_the_person_says(window, services, qtbot, tmp_path):
    services.bus.publish(ConversationOpened(said("Q", "```py\nprint('ü')\n```")))
    qtbot.waitUntil(lambda: window.page._view is not None)
    view = window.page._view
    press(view, Act.SAVE_CODE)
    dialog = window.page.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("code.py")
    target = tmp_path / "mine.py"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    assert target.read_text(encoding="utf-8") == "print('ü')\n"


def test_a_file_that_cannot_be_written_is_said_so(window, services, qtbot, tmp_path):
    heard = []
    window.page.trouble.connect(heard.append)
    window.page._saving.write("x", str(tmp_path / "missing" / "code.py"))
    assert "could not be saved" in heard[0].title
    assert window.notice.isVisible()


def test_a_failed_write_leaves_the_old_file(tmp_path):
    assert not write_code(str(tmp_path), "x")
    assert tmp_path.is_dir()


def table_blocks(rows):
    body = "".join(f"| {n} | {n * n} |\n" for n in range(rows))
    return list(MarkdownFeed().feed("| n | square |\n|---|---|\n" + body + "\nEnd.").blocks)


def test_csv_keeps_quotes_commas_and_bars():
    table = MarkdownFeed().feed(TABLE + "\n\nEnd.\n").blocks[0]
    rows = list(csv.reader(as_csv(table).splitlines()))
    assert rows == [["name", "note"], ['"a", b', "one|two"], ["c", ""]]
    assert as_tabs(table).splitlines()[0] == "name\tnote"


def test_markdown_of_a_table_is_the_same_table_again():
    table = MarkdownFeed().feed(TABLE + "\n\nEnd.\n").blocks[0]
    again = MarkdownFeed().feed(as_markdown(table) + "\n\nEnd.\n").blocks[0]
    assert again == table


def test_a_long_table_is_copied_whole_from_any_of_its_parts():
    blocks = table_blocks(100)
    assert sum(block.continued for block in blocks) == 2
    for index in range(3):
        assert len(whole_table(blocks, index).rows) == 101


def test_the_menu_of_a_table_copies_it_as_csv_and_as_markdown(view):
    view.show_conversation(said("Q", TABLE))
    told = []
    view.copied_text.connect(told.append)
    menu = view._menus.table_menu(1, 0)
    assert labels(menu) == ["Copy table", "Copy table as CSV", "Copy table as Markdown"]
    trigger(menu, "Copy table as CSV")
    assert clipboard().text().startswith("name,note\r\n")
    trigger(menu, "Copy table as Markdown")
    assert clipboard().text().startswith("| name | **note** |")
    assert bytes(clipboard().data("text/csv")).startswith(b"name,note")
    assert told == ["Table copied"] * 2


def test_the_button_beside_a_table_opens_its_menu(view, qtbot):
    view.show_conversation(said("Q", TABLE))
    press(view, Act.TABLE_MENU)
    menu = view.viewport().findChild(QMenu)
    assert menu.isVisible()
    menu.close()


def test_the_context_menu_offers_what_is_under_the_pointer(view, qtbot):
    view.show_conversation(said("Q", f"[link](https://e.org/a)\n\n{CODE}\n\n{TABLE}"))
    link = targets(view, 1)[Act.LINK, "https://e.org/a"]
    menu = view._menus.menu_at(view.seen(1, link.rect).center())
    assert labels(menu)[:2] == ["Open link…", "Copy link address"]
    trigger(menu, "Copy link address")
    assert clipboard().text() == "https://e.org/a"
    code = targets(view, 1)[Act.COPY_CODE, "1"]
    menu = view._menus.menu_at(view.seen(1, code.rect).center() + QPointF(0, 40))
    assert "Save Python code as…" in labels(menu)
    trigger(menu, "Copy Python code")
    assert clipboard().text().startswith("# first")


def test_a_selection_is_copied_as_plain_text_or_as_markdown(view):
    view.show_conversation(said("Q", f"Some **bold** words.\n\n{TABLE}"))
    view.select(everything(2))
    menu = view._menus.menu_at(QPointF(5, 5))
    trigger(menu, "Copy")
    assert "Some bold words." in clipboard().text()
    trigger(menu, "Copy as Markdown")
    assert "Some **bold** words." in clipboard().text()
    assert "| name | **note** |" in clipboard().text()


def test_part_of_a_table_is_copied_as_its_words(view):
    view.show_conversation(said("Q", TABLE))
    view.select(Selection(Place(1, 0, 0), Place(1, 0, 4)))
    view.copy_selection(as_markdown=True)
    assert clipboard().text() == "name"


def test_the_menu_key_opens_the_menu_where_the_keyboard_is(view, qtbot):
    view.show_conversation(said("Q", CODE))
    view.setFocus()
    view._keyboard.tab(1)
    reason = QContextMenuEvent.Reason.Keyboard
    view.contextMenuEvent(QContextMenuEvent(reason, QPoint(), QPoint()))
    menu = view.viewport().findChild(QMenu)
    assert menu.isVisible()
    menu.close()


def test_code_that_begins_with_hebrew_stands_at_the_left(view):
    view.show_conversation(said("Q", "```\nשלום = 1\n```"))
    piece = view.column.views[1].pieces[0]
    assert piece._layout(0).lineAt(0).naturalTextRect().left() < 50
