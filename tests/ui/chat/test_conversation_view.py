"""The conversation on screen: opening, streaming, scrolling, selecting, pressing."""

import gc
import time
from weakref import ref

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from talks import ANSWER, chat, live, message

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.ui import theme
from inglenook.ui.chat.actions import all_targets
from inglenook.ui.chat.block import words_of
from inglenook.ui.chat.choices import Reach
from inglenook.ui.chat.conversation_view import ConversationView
from inglenook.ui.chat.reading import MOST_CHATS, ReadingPlaces
from inglenook.ui.chat.selection import copied, everything
from inglenook.ui.chat.target import Act


def bar(view):
    return view.verticalScrollBar()


def targets(view, number):
    return {
        (target.act, target.value): target
        for target in all_targets(view.column.views[number], view.ink)
    }


def click(view, number, act, value=""):
    rect = view.seen(number, targets(view, number)[act, value].rect)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center().toPoint())


def test_a_chat_opens_at_its_end_and_only_what_is_near_is_parsed(view):
    view.show_conversation(chat(400))
    assert bar(view).value() == bar(view).maximum()
    parsed = sum(each.parsed for each in view.column.views)
    assert 0 < parsed < 30


def test_opening_two_thousand_messages_is_quick(view):
    conversation = chat(2_000)
    view.show_conversation(chat(4, name="warm"))
    begin = time.thread_time()
    view.show_conversation(conversation)
    assert time.thread_time() - begin < 0.3


def test_streaming_into_a_long_chat_costs_what_it_costs_in_a_short_one(view, qtbot):
    costs = {}
    for count in (20, 2_000):
        view.show_conversation(chat(count, writing=True, name=str(count)))
        node, text = NodeId(f"{count - 1:06}"), ""
        for _ in range(10):
            text += "warming words "
            view.stream(node, live(text))
        begin = time.thread_time()
        for _ in range(100):
            text += "some words more, "
            view.stream(node, live(text))
        costs[count] = time.thread_time() - begin
    assert costs[2_000] < 3 * costs[20] + 0.05


def test_streaming_shows_the_blocks_of_the_whole(view):
    view.show_conversation(chat(2, writing=True))
    for end in range(1, len(ANSWER) + 1, 3):
        view.stream(NodeId("000001"), live(ANSWER[:end]))
    view.stream(NodeId("000001"), live(ANSWER))
    streamed = list(view.column.views[1].blocks)
    done = message(1, Role.ASSISTANT, ANSWER, model="M", timings=Timings(1, 0, 9, 0.1, 9))
    view.show_conversation(Conversation.of(ChatId("c"), [message(0, Role.USER, "Q"), done]))
    assert view.column.views[1].blocks == streamed
    other = ConversationView()
    other.show_conversation(Conversation.of(ChatId("d"), [message(0, Role.USER, "Q"), done]))
    other.column.ensure(0, 1e6)
    assert other.column.views[1].blocks == streamed


def test_it_follows_the_end_until_the_person_scrolls_up(view):
    view.show_conversation(chat(20, writing=True))
    node = NodeId("000019")
    text = "line\n\n" * 30
    view.stream(node, live(text))
    assert bar(view).value() == bar(view).maximum()
    view.scroll_by(-100)
    kept = bar(view).value()
    assert not view.following
    view.stream(node, live(text * 2))
    assert bar(view).value() == kept
    view.jump_to_latest()
    assert view.following
    assert bar(view).value() == bar(view).maximum()


def test_the_pill_brings_back_to_the_end(view, qtbot):
    view.show_conversation(chat(40))
    view.scroll_by(-600)
    assert view._pill.isVisible()
    assert view._pill.accessibleName() == "Jump to latest"
    qtbot.mouseClick(view._pill, Qt.MouseButton.LeftButton)
    assert bar(view).value() == bar(view).maximum()
    assert not view._pill.isVisible()


def test_what_is_read_stays_while_guessed_heights_become_exact(view, qtbot):
    view.show_conversation(chat(200))
    for _ in range(30):
        before = view._anchor()
        view.scroll_by(-150)
        top = view.column.top_for(before)
        assert top is not None
        assert abs(top - bar(view).value() - 150) <= 2


def test_a_chat_opens_where_it_was_being_read_when_it_was_left(view):
    long = chat(200, name="long")
    view.show_conversation(long)
    view.scroll_by(-3_333)
    before = view._anchor()
    view.show_conversation(chat(40, name="other"))
    assert bar(view).value() == bar(view).maximum()
    view.show_conversation(long)
    assert abs(view.column.top_for(before) - bar(view).value()) <= 2
    assert view._pill.isVisible()
    view.jump_to_latest()
    view.show_conversation(chat(40, name="other"))
    view.show_conversation(long)
    assert bar(view).value() == bar(view).maximum()
    assert view.following


def test_only_the_places_of_the_chats_that_were_left_last_are_kept(view):
    view.show_conversation(chat(40))
    view.scroll_by(-600)
    places, anchor = ReadingPlaces(), view._anchor()
    for number in range(MOST_CHATS + 1):
        places.leave(ChatId(str(number)), anchor)
    assert places.of(ChatId("0")) is None
    assert places.of(ChatId("1")) == places.of(ChatId(str(MOST_CHATS))) == anchor


def test_a_click_on_an_action_asks_for_it(view, qtbot):
    view.show_conversation(chat(2))
    with qtbot.waitSignal(view.regenerate_asked) as asked:
        click(view, 1, Act.REGENERATE)
    assert asked.args == ["000001"]
    with qtbot.waitSignal(view.edit_asked) as asked:
        click(view, 0, Act.EDIT)
    assert asked.args == ["000000"]
    with qtbot.waitSignal(view.link_asked) as asked:
        click(view, 1, Act.LINK, "https://example.com/x")
    assert asked.args == ["https://example.com/x"]
    click(view, 1, Act.COPY)
    assert QGuiApplication.clipboard().text() == ANSWER
    code = next(key for key in targets(view, 1) if key[0] is Act.COPY_CODE)
    click(view, 1, *code)
    assert QGuiApplication.clipboard().text() == "x = 1"


def test_arrows_ask_for_the_neighbour_version(view, qtbot):
    one = message(1, Role.ASSISTANT, "one", model="M")
    two = Message(NodeId("000002"), NodeId("000000"), Role.ASSISTANT, "two", 2, model="M")
    tree = Conversation.of(ChatId("c"), [message(0, Role.USER, "Q"), one, two])
    view.show_conversation(tree)
    with qtbot.waitSignal(view.branch_asked) as asked:
        click(view, 1, Act.PREVIOUS)
    assert asked.args == ["000001"]
    view.show_conversation(tree.showing(NodeId("000001")))
    assert view.column.views[1].version == 1


def test_dragging_over_messages_selects_and_copies_them(view):
    view.show_conversation(chat(2))
    port = view.viewport()
    first = view.seen(0, view.column.views[0].bubble())
    start = QPoint(int(first.left()) + 17, int(first.center().y()))
    body = view.column.views[1]
    corner = view.seen(1, body.bubble())
    end = QPoint(int(corner.right()), int(view.seen(1, body.bubble()).top() + body.body_bottom))
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(port, end)
    view._pointer._move(QPointF(end), held=True)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    view.copy_selection()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Question 0")
    assert "Some bold words" in text


def test_everything_copies_as_plain_text_and_as_markdown(view):
    view.show_conversation(chat(2))
    view.select_all()
    view.copy_selection()
    data = QGuiApplication.clipboard().mimeData()
    assert "Title\n\nSome bold words and a link." in data.text()
    marked = bytes(data.data("text/markdown").data()).decode()
    assert "# Title" in marked
    assert "**bold**" in marked
    assert "[link](https://example.com/x)" in marked
    assert "```py\nx = 1\n```" in marked


def test_double_and_triple_click_select_a_word_and_a_paragraph(view):
    view.show_conversation(chat(2))
    body = view.column.views[1]
    rect = view.seen(1, body.pieces[1].caret_at(7)).translated(body.corner(1))
    point = rect.center().toPoint()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    view.copy_selection()
    assert QGuiApplication.clipboard().text() == "bold"
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(point)
    third = QMouseEvent(QEvent.Type.MouseButtonPress, place, place, left, left, none)
    third.setTimestamp(view._pointer._clicked_ms + 10)
    QApplication.sendEvent(view.viewport(), third)
    view.copy_selection()
    assert QGuiApplication.clipboard().text() == "Some bold words and a link."


def test_a_screen_reader_meets_a_list_of_messages(view):
    view.show_conversation(chat(4))
    listed = QAccessible.queryAccessibleInterface(view)
    assert listed.role() == QAccessible.Role.List
    assert listed.childCount() == 4
    names = [listed.child(number).text(QAccessible.Text.Name) for number in range(4)]
    assert names[0] == "You: Question 0"
    assert names[1].startswith("Model: # Title")
    assert not listed.child(3).rect().isEmpty()


def test_every_action_is_reached_and_pressed_by_keyboard(view, qtbot):
    view.show_conversation(chat(2))
    view.setFocus()
    seen = set()
    while view.focusNextPrevChild(next=True):
        target = view._keyboard.target
        assert target is not None
        assert target.name
        seen.add((view._keyboard.message, target.act))
        if target.act is Act.REGENERATE:
            with qtbot.waitSignal(view.regenerate_asked):
                QTest.keyClick(view, Qt.Key.Key_Return)
        if len(seen) > 20:
            break
    acts = {act for _message, act in seen}
    assert {Act.COPY, Act.EDIT, Act.REGENERATE, Act.LINK, Act.COPY_CODE} <= acts


def test_keys_scroll_and_go_from_message_to_message(view):
    view.show_conversation(chat(60))
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert bar(view).value() == 0
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    first = view._keyboard.message
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert view._keyboard.message == first + 1
    QTest.keyClick(view, Qt.Key.Key_End)
    assert bar(view).value() == bar(view).maximum()
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert not view.following


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=lambda each: each.name)
def test_it_paints_every_kind_of_block_in_both_palettes(view, palette):
    text = (
        ANSWER
        + "\n> quote\n> > deep\n\n- a\n  - [x] b\n\n1. c\n\n| x | y |\n|--|--|\n| 1 | `2` |\n"
        "\n---\n\nשלום 😀 ~~old~~ " + "long" * 300
    )
    made = [
        message(0, Role.USER, "Q"),
        message(1, Role.ASSISTANT, text, thinking="Hm.", status=Status.INTERRUPTED, model="M"),
    ]
    view.set_palette(palette)
    view.show_conversation(Conversation.of(ChatId("c"), made))
    picture = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    colours = {
        picture.pixelColor(x, y).name() for x in range(0, 840, 3) for y in range(0, 640, 3)
    }
    assert palette.ground.lower() in colours
    assert palette.inset.lower() in colours
    assert len(colours) > 30


def test_text_size_and_width_keep_the_place(view):
    view.show_conversation(chat(60))
    view.scroll_to(NodeId("000030"))
    view.set_text_scale(150)
    view.resize(600, 640)
    top = view.column.top(30)
    assert abs(bar(view).value() - top) < 40


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "word " * 200_000, "```\n" + "y" * 300_000, "> " * 300 + "x",
     "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n", "- x\n" * 20_000,
     "😀" * 50_000, "\u202e\x00" * 9_000],
    ids=lambda text: text[:4],
)  # fmt: skip
def test_hostile_answers_open_without_a_stall(view, text):
    made = [message(0, Role.USER, "Q"), message(1, Role.ASSISTANT, text, model="M")]
    begin = time.thread_time()
    view.show_conversation(Conversation.of(ChatId("c"), made))
    view.grab()
    assert time.thread_time() - begin < 1.0


def test_a_long_message_is_shown_in_part_until_asked(view, qtbot):
    text = "A line of words.\n\n" * 10_000
    made = [message(0, Role.USER, "Q"), message(1, Role.ASSISTANT, text, model="M")]
    view.show_conversation(Conversation.of(ChatId("c"), made))
    body = view.column.views[1]
    assert body.in_part
    before = len(body.blocks)
    click(view, 1, Act.SHOW_ALL)
    qtbot.waitUntil(lambda: len(body.blocks) == 10_000, timeout=20_000)
    assert before < 5_000


def test_a_long_question_is_typed_text_and_not_markdown(view):
    made = [message(0, Role.USER, "**not bold**\n\n\n<b>x</b> " + "w" * 30_000)]
    view.show_conversation(Conversation.of(ChatId("c"), made))
    view.select_all()
    view.copy_selection()
    assert QGuiApplication.clipboard().text().startswith("**not bold**\n\n\n<b>x</b>")


def test_thoughts_unfold(view):
    made = [
        message(0, Role.USER, "Q"),
        message(1, Role.ASSISTANT, "A", thinking="Hm hm.", model="M"),
    ]
    view.show_conversation(Conversation.of(ChatId("c"), made))
    click(view, 1, Act.THINKING)
    view.select_all()
    view.copy_selection()
    assert "Hm hm." in QGuiApplication.clipboard().text()


@pytest.mark.parametrize(
    "word", ["words and more ", "語", "👩\u200d", "a line\n", "\n\nx", "x\n"]
)
def test_very_long_thoughts_are_cut_for_the_screen_and_copied_whole(view, word):
    thinking = ("begin" + word * (15_000 // len(word))).strip()
    made = [message(0, Role.USER, "Q"), message(1, Role.ASSISTANT, "A", thinking=thinking)]
    view.show_conversation(Conversation.of(ChatId("c"), made))
    click(view, 1, Act.THINKING)
    assert max(len(words_of(block.spans)) for block in view.column.views[1].blocks) <= 4_000
    plain, marked = copied(everything(2), view.column.views)
    assert plain == f"Q\n\n{thinking}\n\nA"
    assert marked.replace("> ", "").replace("  \n", "\n") == plain


def test_before_the_first_word_it_says_what_it_waits_for(view):
    view.show_conversation(chat(2, writing=True))
    view.stream(NodeId("000001"), live("", waiting="Reading the prompt"))
    before = view.grab().toImage()
    view.stream(NodeId("000001"), live("", waiting="The model is loading"))
    view.viewport().update()
    assert view.grab().toImage() != before


def test_a_closed_view_is_freed_without_the_garbage_collector(qapp):
    gc.collect()
    gc.disable()
    try:
        view = ConversationView()
        view.show_conversation(chat(4))
        view.grab()
        alive = ref(view)
        del view
        assert alive() is None
    finally:
        gc.enable()


def test_an_answer_that_failed_says_why_and_can_be_tried_again(view):
    failed = message(1, Role.ASSISTANT, "", status=Status.FAILED, note="Too long. Shorten it.")
    view.show_conversation(Conversation.of(ChatId("c"), [message(0, Role.USER, "Q"), failed]))
    assert view.column.views[1].note.text == "Too long. Shorten it."
    assert [act for act, _value in targets(view, 1)] == [Act.REGENERATE, Act.MENU]


def test_copying_two_thousand_messages_does_not_hold_the_window_up(view):
    view.show_conversation(chat(2_000))
    view.select_all()
    begin = time.thread_time()
    view.copy_selection()
    assert time.thread_time() - begin < 1.0
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Question 0")
    assert "Question 1998" in text


# Going on, and what the model is not given


def ended(text, status, **more):
    question = message(0, Role.USER, "Why?")
    return Conversation.of(
        ChatId("c"), [question, message(1, Role.ASSISTANT, text, status=status, **more)]
    )


def test_an_answer_that_was_cut_is_continued_by_mouse_and_by_keyboard(view, qtbot):
    view.show_conversation(ended("Once", Status.CUT))
    view.grab()
    with qtbot.waitSignal(view.continue_asked) as asked:
        click(view, 1, Act.CONTINUE)
    assert asked.args == ["000001"]
    view.setFocus()
    with qtbot.waitSignal(view.continue_asked):
        for _ in range(20):
            qtbot.keyClick(view, Qt.Key.Key_Tab)
            target = view._keyboard.target
            if target is not None and target.act is Act.CONTINUE:
                break
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_only_the_last_answer_is_continued(view):
    talk = ended("Once", Status.CUT)
    view.show_conversation(talk)
    assert (Act.CONTINUE, "") in targets(view, 1)
    view.show_conversation(talk.with_message(message(2, Role.USER, "Go on")))
    assert (Act.CONTINUE, "") not in targets(view, 1)


def test_a_continued_answer_grows_in_its_place(view):
    talk = ended(ANSWER, Status.CUT)
    view.show_conversation(talk)
    view.grab()
    kept = view.column.views[1]
    pieces = list(kept.pieces)
    opened = talk.continuing(NodeId("000001"))
    view.show_conversation(opened)
    assert view.following
    assert view.column.views[1] is kept
    assert kept.pieces == pieces  # nothing was thrown away
    assert not [act for act, _value in targets(view, 1) if act is Act.CONTINUE]
    view.stream(NodeId("000001"), live(ANSWER, waiting="Waiting for another answer"))
    view.stream(NodeId("000001"), live(ANSWER + "\nAnd more."))
    assert kept.blocks[-1].spans[0].text == "And more."
    assert kept.blocks[0].level == 1


def test_going_on_is_followed_even_by_who_had_scrolled_away(view):
    talk = chat(30)
    last = (
        message(30, Role.USER, "More"),
        message(31, Role.ASSISTANT, "Once", status=Status.CUT),
    )
    talk = talk.with_message(last[0]).with_message(last[1])
    view.show_conversation(talk)
    bar(view).setValue(0)
    assert not view.following
    view.show_conversation(talk.continuing(NodeId("000031")))
    assert view.following


def test_a_message_that_is_too_long_has_two_ways_out(view, qtbot):
    view.show_conversation(ended("", Status.FAILED, needs_tokens=12_000))
    view.set_reach(Reach(8192, 32768))
    view.grab()
    with qtbot.waitSignal(view.edit_asked) as asked:
        click(view, 1, Act.EDIT_QUESTION)
    assert asked.args == ["000000"]
    with qtbot.waitSignal(view.lengthen_asked) as asked:
        click(view, 1, Act.LENGTHEN)
    assert asked.args == ["000001"]
    view.set_reach(Reach(16384, 32768))
    assert (Act.LENGTHEN, "") not in targets(view, 1)


def test_a_line_stands_where_what_is_sent_begins(view):
    talk = chat(6)
    newest = message(6, Role.USER, "So?"), message(7, Role.ASSISTANT, "So.", left_out=4)
    talk = talk.with_message(newest[0])
    view.show_conversation(talk)
    before = view.column.views[4].height
    view.show_conversation(talk.with_message(newest[1]))
    view.grab()
    divided = [number for number, each in enumerate(view.column.views) if each.divider]
    assert divided == [4]
    first = view.column.views[4]
    assert first.height == before + first.over
    assert first.tops[0] > first.over
    view.set_text_scale(150)
    view.resize(500, 640)
    view.grab()
    assert first.tops[0] > first.over > 0
    view.set_text_scale(100)
    # On a branch that was given everything there is none.
    view.show_conversation(talk.with_message(message(7, Role.ASSISTANT, "All.")))
    assert not [each for each in view.column.views if each.divider]


def test_a_screen_reader_hears_the_line_and_what_an_answer_waits_for(view):
    talk = chat(2)
    newest = message(2, Role.USER, "So?"), message(3, Role.ASSISTANT, "So.", left_out=2)
    view.show_conversation(talk.with_message(newest[0]).with_message(newest[1]))
    described = QAccessible.queryAccessibleInterface(view)
    name = described.child(2).text(QAccessible.Text.Name)
    assert name.startswith("Messages above are not sent")
    assert name.endswith("You: So?")
    view.show_conversation(chat(2, writing=True, name="other"))
    view.stream(NodeId("000001"), live("", waiting="Waiting for 2 other answers"))
    described = QAccessible.queryAccessibleInterface(view)
    assert described.child(1).text(QAccessible.Text.Name) == "M: Waiting for 2 other answers…"
