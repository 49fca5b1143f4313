import time
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import ChatSummary, SearchFinished, SearchHit
from inglenook.ui.chats.rows import MARK_ROLE, Mark
from inglenook.ui.chats.snippet import plain_snippet, snippet_runs
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look

NOW = datetime.now().astimezone()
A, B, C = ChatId("A"), ChatId("B"), ChatId("C")


def summary(chat: ChatId, title: str, days: int) -> ChatSummary:
    return ChatSummary(chat, title, int((NOW - timedelta(days=days)).timestamp() * 1000))


CHATS = (summary(A, "Bread", 0), summary(B, "Heat pumps", 0), summary(C, "Tax", 1))


@pytest.fixture
def side(qtbot: QtBot, look: Look) -> SideBar:
    made = SideBar(look)
    qtbot.addWidget(made)
    made.resize(264, 700)
    made.show()
    qtbot.waitExposed(made)
    made.show_chats(CHATS)
    made.open_row_of(A)
    return made


def rows(side: SideBar) -> list[str]:
    model = side.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def center_of(side: SideBar, chat: ChatId):
    return side.list.visualRect(side.list.model().index_of(chat)).center()


def test_chats_are_listed_by_day(side: SideBar):
    assert rows(side) == ["Today", "Bread", "Heat pumps", "Yesterday", "Tax"]


def test_a_click_opens_a_chat_and_one_on_a_heading_does_nothing(qtbot: QtBot, side: SideBar):
    view = side.list.viewport()
    with qtbot.waitSignal(side.list.open_asked) as asked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=center_of(side, B))
    assert asked.args == [B, ""]
    with qtbot.assertNotEmitted(side.list.open_asked):
        heading = side.list.visualRect(side.list.model().index(0)).center()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=heading)


def test_arrows_skip_headings_and_enter_opens(qtbot: QtBot, side: SideBar):
    side.list.setFocus()
    for _ in range(2):
        QTest.keyClick(side.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(side.list.open_asked) as asked:
        QTest.keyClick(side.list, Qt.Key.Key_Return)
    assert asked.args == [C, ""]


def test_the_delete_key_asks_to_delete(qtbot: QtBot, side: SideBar):
    side.list.setFocus()
    with qtbot.waitSignal(side.list.wished) as asked:
        QTest.keyClick(side.list, Qt.Key.Key_Delete)
    assert asked.args == [Wish(Act.REMOVE, (A,))]


def test_a_chat_is_renamed_in_place(qtbot: QtBot, side: SideBar):
    side.list.rename(B)
    editor = side.list.findChild(QLineEdit, "rename")
    editor.setText("  Heat   pumps compared ")
    with qtbot.waitSignal(side.list.rename_asked) as asked:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [B, "Heat pumps compared"]


@pytest.mark.parametrize(
    ("title", "key"), [("", Qt.Key.Key_Return), ("New", Qt.Key.Key_Escape)]
)
def test_no_title_and_escape_keep_the_old_title(qtbot: QtBot, side: SideBar, title: str, key):
    side.list.rename(B)
    editor = side.list.findChild(QLineEdit, "rename")
    editor.setText(title)
    with qtbot.assertNotEmitted(side.list.rename_asked):
        QTest.keyClick(editor, key)


def test_typing_searches_once_it_pauses(qtbot: QtBot, side: SideBar):
    with qtbot.waitSignal(side.search_asked) as asked:
        QTest.keyClicks(side.search, "pump")
    assert asked.args == ["pump"]


def test_results_replace_the_list_until_the_search_is_left(qtbot: QtBot, side: SideBar):
    side.search.setText("pump")
    QTest.keyClick(side.search, Qt.Key.Key_Return)
    hit = SearchHit(B, "Heat pumps", NodeId("N"), "a \x02pump\x03 for the house")
    side.show_hits(SearchFinished("pump", (hit,)))
    assert rows(side) == ["Found in your chats", "Heat pumps"]
    side.show_chats(CHATS)
    assert rows(side) == ["Found in your chats", "Heat pumps"]
    QTest.keyClick(side.search, Qt.Key.Key_Escape)
    assert rows(side)[0] == "Today"


def test_results_of_an_older_query_are_ignored(qtbot: QtBot, side: SideBar):
    side.search.setText("pumps")
    QTest.keyClick(side.search, Qt.Key.Key_Return)
    side.show_hits(SearchFinished("pump", (SearchHit(B, "Heat pumps", None, ""),)))
    assert rows(side)[0] == "Today"


def test_enter_in_the_field_leads_to_the_best_hit(qtbot: QtBot, side: SideBar):
    side.search.setText("pump")
    QTest.keyClick(side.search, Qt.Key.Key_Return)
    side.show_hits(SearchFinished("pump", (SearchHit(B, "Heat pumps", NodeId("N"), ""),)))
    with qtbot.waitSignal(side.list.open_asked) as asked:
        QTest.keyClick(side.list, Qt.Key.Key_Return)
    assert asked.args == [B, "N"]


def test_nothing_found_is_said(qtbot: QtBot, side: SideBar):
    side.search.setText("xyz")
    QTest.keyClick(side.search, Qt.Key.Key_Return)
    side.show_hits(SearchFinished("xyz", ()))
    assert rows(side) == []
    assert side.shelf._nothing.text() == "Nothing found for “xyz”."


@pytest.mark.parametrize(
    ("snippet", "runs"),
    [
        ("plain", [("plain", False)]),
        ("a \x02b\x03 c", [("a ", False), ("b", True), (" c", False)]),
        ("\x02b\x03", [("b", True)]),
        ("no \x02end", [("no ", False), ("end", False)]),
        ("no start\x03", [("no start\x03", False)]),
        ("", []),
    ],
)
def test_snippets_are_cut_at_their_marks(snippet: str, runs: list[tuple[str, bool]]):
    assert snippet_runs(snippet) == runs


def test_a_snippet_can_be_read_without_its_marks():
    assert plain_snippet("a \x02b\x03\nc") == "a b c"


def test_a_title_cannot_break_out_of_its_row(side: SideBar):
    side.show_chats((summary(A, "<b>one</b>\ntwo\u202e", 0),))
    assert rows(side)[1] == "<b>one</b> two"


def many(count: int) -> tuple[ChatSummary, ...]:
    return tuple(summary(ChatId(str(number)), f"Chat {number}", 0) for number in range(count))


def test_ten_thousand_chats_are_listed_without_a_pause(qtbot: QtBot, side: SideBar):
    chats = many(10_000)
    side.show_chats(chats)
    side.grab()
    started = time.thread_time()
    side.show_chats((chats[-1], *chats[:-1]))
    side.grab()
    assert time.thread_time() - started < 0.05


def test_scrolling_down_reaches_the_oldest_chat(qtbot: QtBot, side: SideBar):
    side.show_chats(many(1000))
    bar = side.list.verticalScrollBar()

    def scroll_on() -> bool:
        bar.setValue(bar.maximum())
        return rows(side)[-1] == "Chat 999"

    qtbot.waitUntil(scroll_on)


def test_an_old_chat_that_is_opened_is_in_the_list(side: SideBar):
    side.show_chats(many(1000))
    side.open_row_of(ChatId("800"))
    assert side.list.currentIndex().data() == "Chat 800"
    assert side.list.neighbour(ChatId("999"), 1) == "0"


def test_a_new_list_does_not_move_what_is_being_looked_at(qtbot: QtBot, side: SideBar):
    side.show_chats(many(200))
    side.grab()
    side.list.verticalScrollBar().setValue(1500)
    side.show_chats(many(201))
    side.grab()
    assert side.list.verticalScrollBar().value() == 1500


def test_a_title_being_typed_survives_a_new_list(qtbot: QtBot, side: SideBar):
    side.list.rename(B)
    editor = side.list.findChild(QLineEdit, "rename")
    editor.setText("Heat pumps compared")
    side.show_chats((*CHATS, summary(ChatId("D"), "Old", 2)))
    with qtbot.waitSignal(side.list.rename_asked) as asked:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [B, "Heat pumps compared"]
    assert rows(side)[-1] == "Old"


# --- which chats are being answered ---


def mark(side: SideBar, chat: ChatId) -> Mark:
    return Mark(side.list.model().index_of(chat).data(MARK_ROLE))  # Qt gives back plain text


def words(side: SideBar, chat: ChatId) -> str:
    return side.list.model().index_of(chat).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_chat_in_the_background_is_marked_while_it_is_answered_and_after(side: SideBar):
    side.list.set_answering(frozenset({A, B, C}))
    assert (mark(side, A), mark(side, B)) == (Mark.NONE, Mark.WRITING)  # A is on screen
    assert words(side, B) == "Heat pumps. An answer is being written"
    side.list.set_answering(frozenset({C}))
    assert (mark(side, A), mark(side, B), mark(side, C)) == (
        Mark.NONE,
        Mark.ARRIVED,
        Mark.WRITING,
    )
    assert words(side, B) == "Heat pumps. A new answer is there"
    side.open_row_of(B)
    side.open_row_of(A)
    assert mark(side, B) is Mark.NONE
    assert words(side, B) == "Heat pumps"


def test_a_chat_that_is_left_while_it_is_answered_is_marked(side: SideBar):
    side.list.set_answering(frozenset({A}))
    assert not side.list._beat.isActive()
    side.open_row_of(B)
    assert mark(side, A) is Mark.WRITING
    side.list.set_answering(frozenset())
    assert mark(side, A) is Mark.ARRIVED


def test_a_chat_that_is_asked_again_loses_the_mark_of_the_answer_before(side: SideBar):
    side.list.set_answering(frozenset({B}))
    side.list.set_answering(frozenset())
    side.list.set_answering(frozenset({B}))
    assert mark(side, B) is Mark.WRITING


def test_the_marks_survive_a_new_list(side: SideBar):
    side.list.set_answering(frozenset({B, C}))
    side.list.set_answering(frozenset({C}))
    side.show_chats((summary(B, "Heat pumps", 0), summary(A, "Bread", 0), CHATS[2]))
    assert (mark(side, B), mark(side, C)) == (Mark.ARRIVED, Mark.WRITING)


def test_dots_move_only_while_something_is_written_and_motion_is_wanted(
    qtbot: QtBot, side: SideBar, look: Look, monkeypatch
):
    side.list.set_answering(frozenset({B}))
    before = side.grab().toImage()
    qtbot.waitUntil(lambda: side.list._painter.beat > 0)
    assert side.grab().toImage() != before
    side.list.set_answering(frozenset())
    assert not side.list._beat.isActive()
    monkeypatch.setattr(look, "motion_ms", lambda _ms: 0)
    side.list.set_answering(frozenset({B}))
    assert not side.list._beat.isActive()


def test_a_mark_is_explained_by_a_tool_tip(side: SideBar):
    side.list.set_answering(frozenset({B}))
    tip = side.list.model().index_of(B).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Heat pumps<br>An answer is being written"
