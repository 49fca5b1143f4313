"""The card of what was compared: folded to a line, opened to all drafts, never silent."""

from dataclasses import replace

import effortmatter as effort
import pytest
from pressed import acts_of, press, target_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest

from inglenook.chat.comparison import Comparison, KeptDraft
from inglenook.effort.level import Level
from inglenook.services.events import ConversationOpened
from inglenook.ui.chat.target import Act
from inglenook.ui.effort.card import MOST_SHOWN
from inglenook.ui.effort.kepttree import path_words
from inglenook.ui.effort.table import DraftTable


@pytest.fixture
def shown(view):
    view.show_conversation(effort.answered(effort.CHANGED))
    return view


def test_the_card_is_one_line_first_and_opens_to_every_draft(shown):
    assert Act.DRAFT not in acts_of(shown)
    folded = shown.column.views[1].height
    press(shown, Act.COMPARED)
    assert acts_of(shown).count(Act.DRAFT) == 4
    assert shown.column.views[1].height > folded
    press(shown, Act.COMPARED)
    assert shown.column.views[1].height == folded


def test_the_text_of_a_draft_is_read_and_copied(shown, qtbot):
    press(shown, Act.COMPARED)
    press(shown, Act.DRAFT, "0")
    with qtbot.waitSignal(shown.copied_text):
        press(shown, Act.COPY_DRAFT, "0")
    assert QGuiApplication.clipboard().text() == effort.WRONG
    press(shown, Act.DRAFT, "0")
    assert Act.COPY_DRAFT not in acts_of(shown)


def test_a_folded_card_says_that_the_answer_was_changed(shown):
    name = target_of(shown, Act.COMPARED).name
    assert "Changed after comparing: the first draft said 13" in name
    item = QAccessible.queryAccessibleInterface(shown).child(1)
    assert "the first draft said 13" in item.text(QAccessible.Text.Name)


def test_opening_keeps_the_head_of_the_message_where_it_is(shown):
    before = shown.seen(1, target_of(shown, Act.COMPARED).rect).top()
    press(shown, Act.COMPARED)
    assert shown.seen(1, target_of(shown, Act.COMPARED).rect).top() == before


def test_all_of_it_works_by_keyboard(shown):
    shown.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(6):
        QTest.keyClick(shown, Qt.Key.Key_Tab)
        target = shown._keyboard.target
        if target is not None and target.act is Act.COMPARED:
            break
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert Act.DRAFT in acts_of(shown)
    assert shown._keyboard.target.act is Act.COMPARED
    QTest.keyClick(shown, Qt.Key.Key_Tab)
    assert (shown._keyboard.target.act, shown._keyboard.target.value) == (Act.DRAFT, "0")
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert Act.COPY_DRAFT in acts_of(shown)


def test_everything_in_the_card_has_a_name_and_keeps_inside(shown):
    press(shown, Act.COMPARED)
    press(shown, Act.DRAFT, "1")
    for width in (900, 420, 260):
        shown.resize(width, 800)
        for target in shown.targets_of(1):
            assert target.name
            assert target.rect.right() <= shown.column_width() + 1


def test_an_answer_without_drafts_to_compare_has_no_card(view):
    only = replace(effort.AGREED, drafts=effort.AGREED.drafts[:1])
    for comparison in (None, only):
        view.show_conversation(effort.answered(comparison, name=str(comparison)[:9]))
        assert Act.COMPARED not in acts_of(view)
        assert view.column.views[1].card_room == 0


def test_a_comparison_of_hostile_drafts_is_shown(view):
    drafts = (
        KeptDraft(0, "\x00\x1b[2J" + "a\n" * 30_000, answer="1" * 10_000, why="made up"),
        KeptDraft(1, "", answer="", why="lost"),
        KeptDraft(9, "مرحبا", answer="١٢", score=float("-inf")),
    )
    view.show_conversation(effort.answered(Comparison("odd", 3, drafts, 7), "12"))
    press(view, Act.COMPARED)
    for number in (0, 1, 9):
        press(view, Act.DRAFT, str(number))
    view.grab()
    assert view.column.views[1].height < 40 * MOST_SHOWN


def test_ten_thousand_messages_with_drafts_cost_nothing_before_they_are_seen(view):
    view.show_conversation(effort.answered(effort.AGREED))
    item = view.column.views[1]
    item._forget_blocks()
    item.lay(item._frame)
    assert item.card is None
    assert item.card_room > 0


def test_the_table_says_the_same(look, qtbot, window):
    dialog = DraftTable(look, window.page, effort.CHANGED)
    qtbot.addWidget(dialog)
    table = dialog.table
    cells = [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    assert cells[0] == ["1", "13", "1", "53", "finished"]
    assert cells[1] == ["2", "12", "3", "54", "finished, chosen"]
    assert dialog.text.toPlainText() == effort.RIGHT
    table.setCurrentCell(0, 0)
    assert dialog.text.toPlainText() == effort.WRONG
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == effort.WRONG


def test_the_table_opens_from_the_card(window, services, qtbot):
    services.bus.publish(ConversationOpened(effort.answered(effort.MANY)))
    qtbot.waitUntil(lambda: window.page._view is not None)
    press(window.page._view, Act.COMPARED)
    press(window.page._view, Act.DRAFT_TABLE)
    [dialog] = window.page.findChildren(DraftTable)
    assert dialog.isVisible()
    assert dialog.table.rowCount() == 9
    dialog.accept()


def test_an_answer_is_asked_for_again_with_another_effort(window, services, qtbot):
    services.bus.publish(ConversationOpened(effort.answered(None)))
    qtbot.waitUntil(lambda: window.page._view is not None)
    view = window.page._view
    assert Act.AGAIN in acts_of(view)
    menu = view._menus.again_menu(1)
    words = [action.text() for action in menu.actions()]
    assert words == [
        "Answer again with Quick",
        "Answer again with Balanced",
        "Answer again with Careful",
        "Answer again with Deep",
    ]
    menu.actions()[2].trigger()
    assert services.asked("chat.regenerate") == [("c", effort.NODE, Level.CAREFUL)]


def test_a_kept_tree_is_drawn_and_the_path_to_each_step_can_be_read(view):
    view.show_conversation(effort.answered(effort.SEARCHED))
    press(view, Act.COMPARED)
    assert acts_of(view).count(Act.NODE) == 12
    assert "score .91" in target_of(view, Act.NODE, "10").name
    before = view.column.views[1].height
    press(view, Act.NODE, "10")
    assert view.column.views[1].height > before
    assert path_words(effort.SEARCHED.nodes, 10).split("\u2028") == [
        "3 + 5 = 8.", "8 + 4 = 12.", "The answer is 12.",
    ]  # fmt: skip
    press(view, Act.NODE, "10")
    assert view.column.views[1].height == before
    assert not path_words(effort.SEARCHED.nodes, 99)
