"""Find in chat: what is found, in which order, how it is shown, and what it costs."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from talks import chat, live, said

from inglenook.core.ids import NodeId
from inglenook.services.events import ConversationOpened
from inglenook.ui.chat.conversation_view import ConversationView
from inglenook.ui.chat.search import Hit, Search
from inglenook.ui.chat.selection import Place, Selection, text_of
from inglenook.ui.chat.text_piece import part_of

LONG = "\n\n".join(f"Paragraph {number} about tea." for number in range(60))


def bar(view):
    return view.verticalScrollBar()


def found(view, qtbot, query):
    view.finder.find(query)
    qtbot.waitUntil(lambda: view.finder.search is None or view.finder.search.done)
    return view.finder.search


def words(view, hit):
    block = view.column.views[hit.message].blocks[hit.block]
    return part_of(text_of(block), hit.start, hit.end)


def test_letters_of_any_case_are_found_in_text_code_and_tables(view, qtbot):
    view.show_conversation(
        said("Tea?", "Some **tea**.\n\n```py\nTEA\n```\n\n| a | tEa |\n|---|---|\n| x | y |")
    )
    search = found(view, qtbot, "tea")
    hits = [hit for hit, _ in search.spots()]
    assert [words(view, hit) for hit in hits] == ["Tea", "tea", "TEA", "tEa"]


@pytest.mark.parametrize(
    ("source", "query", "seen"),
    [
        ("some **bold words** here", "bold words here", "bold words here"),
        ("un**believ**able", "unbelievable", "unbelievable"),
        ("one\ntwo", "one two", "one\u2028two"),
        ("Tom &amp; Jerry", "tom & j", "Tom & J"),
        ("a_b is `a.b`", "a.b", "a.b"),
        ("emoji 🙂🙂 then word", "word", "word"),
        ("naïve ÜBUNG", "übung", "ÜBUNG"),
    ],
)
def test_what_is_read_is_found_whatever_its_source_is(view, qtbot, source, query, seen):
    view.show_conversation(said("Q", source))
    search = found(view, qtbot, query)
    assert [words(view, hit) for hit, _ in search.spots()] == [seen]


def test_a_query_is_no_pattern(view, qtbot):
    view.show_conversation(said("Q", "a.c and abc and (a|b)*"))
    assert found(view, qtbot, "a.c").count == 1
    assert found(view, qtbot, "(a|b)").count == 1


def test_nothing_typed_finds_nothing(view, qtbot):
    view.show_conversation(said("Q", "words"))
    assert found(view, qtbot, "words").count == 1
    assert found(view, qtbot, "   ") is None
    assert view.finder.hit is None


def test_the_first_match_is_the_next_one_from_where_the_person_reads(view, qtbot):
    view.show_conversation(said(*["tea" if n % 2 else "Q" for n in range(10)], LONG, LONG))
    view.scroll_to(NodeId("000010"))
    found(view, qtbot, "tea")
    assert view.finder.hit.message == 10
    assert view.finder.hit.block == 0


def test_matches_come_one_after_the_other_and_around_the_end(view, qtbot):
    view.show_conversation(said("tea tea", "tea", "coffee", "tea"))
    heard = []
    view.found.connect(lambda number, count, more: heard.append((number, count)))
    found(view, qtbot, "tea")
    for _ in range(4):
        view.finder.step(1)
    assert heard[-5:] == [(1, 4), (2, 4), (3, 4), (4, 4), (1, 4)]
    view.finder.step(-1)
    assert heard[-1] == (4, 4)


def test_a_match_far_away_is_brought_into_sight(view, qtbot):
    view.show_conversation(said("needle here", *[LONG] * 9))
    found(view, qtbot, "needle")
    assert view.message_rect(0).top() < view.viewport().height()
    assert view.message_rect(0).bottom() > 0
    assert not view.following


def test_a_match_in_a_long_line_of_code_is_moved_into_sight(view, qtbot):
    view.show_conversation(said("Q", "```\n" + "x" * 400 + " needle\n```"))
    found(view, qtbot, "needle")
    piece = view.column.views[1].pieces[0]
    assert piece.sideways.at > 0


def test_more_letters_keep_the_match_that_still_is_one(view, qtbot):
    view.show_conversation(said("tea", "team", "teapot"))
    found(view, qtbot, "te")
    view.finder.step(1)
    assert view.finder.hit.message == 1
    found(view, qtbot, "team")
    assert view.finder.hit.message == 1
    found(view, qtbot, "teapot")
    assert view.finder.hit.message == 2


def test_matches_of_a_growing_answer_are_found_while_it_grows(view, qtbot):
    view.show_conversation(chat(4, writing=True))
    node = NodeId("000003")
    view.stream(node, live("a needle"))
    search = found(view, qtbot, "needle")
    assert search.count == 1
    view.stream(node, live("a needle\n\nand a needle"))
    qtbot.waitUntil(lambda: view.finder.search.count == 2)


def test_the_match_shown_outlives_another_value_of_the_chat(view, qtbot):
    view.show_conversation(said("tea", "tea", "tea"))
    found(view, qtbot, "tea")
    view.finder.step(1)
    shown = view.finder.hit
    view.show_conversation(said("tea", "tea", "tea", "more tea"))
    qtbot.waitUntil(lambda: view.finder.search.done)
    assert view.finder.hit == shown
    assert view.finder.search.count == 4


def test_marks_stand_beside_the_scroll_bar_and_go_with_the_search(view, qtbot):
    view.show_conversation(said("tea", LONG.replace("tea", "milk"), "tea"))
    found(view, qtbot, "tea")
    qtbot.waitUntil(lambda: len(view.scroll_marks.marks) == 2)
    first, last = view.scroll_marks.marks
    assert first < 0.1 < 0.9 < last
    view.finder.end()
    assert view.scroll_marks.marks == ()


def test_a_message_shown_in_part_is_opened_when_the_rest_has_a_match(view, qtbot):
    text = ("filler words. " * 10 + "\n\n") * 600 + "needle"
    view.show_conversation(said("Q", text))
    assert found(view, qtbot, "needle").count == 1
    assert not view.column.views[1].in_part


def test_far_too_many_matches_are_counted_up_to_a_limit(view, qtbot):
    view.show_conversation(said("Q", "e " * 9_000))
    search = found(view, qtbot, "e")
    assert search.count == 5_000


def test_two_thousand_messages_are_searched_in_small_steps():
    shown = ConversationView()
    shown.resize(860, 640)
    shown.show_conversation(chat(2_000))
    search = Search("link", shown.column.views)
    turns = []
    while not search.done:
        begin = time.thread_time()
        search.step()
        turns.append(time.thread_time() - begin)
    assert search.count == 1_000
    turns.sort()
    assert turns[int(len(turns) * 0.95)] < 0.008
    assert search.beyond(Hit(0, 0, 0, 0).place, -1).message == 1_999


def test_the_bar_opens_counts_steps_and_gives_the_keyboard_back(window, services, qtbot):
    services.bus.publish(ConversationOpened(said("tea", "more tea and tea")))
    page = window.page
    qtbot.waitUntil(lambda: page.conversation is not None)
    page.composer.field.setFocus()
    window.actions_by_name["find"].trigger()
    bar_ = page._finding.bar
    assert bar_.isVisible()
    assert bar_.field.hasFocus()
    QTest.keyClicks(bar_.field, "tea")
    qtbot.waitUntil(lambda: bar_.count.text() == "1 of 3")
    QTest.keyClick(bar_.field, Qt.Key.Key_Return)
    assert bar_.count.text() == "2 of 3"
    QTest.keyClick(bar_.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar_.count.text() == "1 of 3"
    window.actions_by_name["find_previous"].trigger()
    assert bar_.count.text() == "3 of 3"
    QTest.keyClick(bar_.field, Qt.Key.Key_Escape)
    assert not bar_.isVisible()
    assert page.composer.field.hasFocus()


def test_opening_the_bar_moves_nothing_that_is_read(window, services, qtbot):
    services.bus.publish(ConversationOpened(said("Q", LONG, "Q", LONG)))
    qtbot.waitUntil(lambda: window.page._view is not None)
    view = window.page._view
    view.scroll_by(-300)
    before = bar(view).value(), view.viewport().geometry()
    window.page.open_find()
    assert (bar(view).value(), view.viewport().geometry()) == before


def test_the_bar_begins_with_the_words_selected(window, services, qtbot):
    services.bus.publish(ConversationOpened(said("tea please", "with milk")))
    qtbot.waitUntil(lambda: window.page._view is not None)
    view = window.page._view
    view.select_all()
    assert view.selected_words() == ""
    found(view, qtbot, "milk")
    hit = view.finder.hit
    view.select(Selection(hit.place, Place(hit.message, hit.block, hit.end)))
    window.page.open_find()
    assert window.page._finding.bar.field.text() == "milk"
