"""Where things stand in a message: at any size of text, in either reading direction."""

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.ui.chat.actions import action_row
from inglenook.ui.chat.conversation_view import ConversationView
from inglenook.ui.chat.painter import fitting


@pytest.fixture
def laid(qtbot):
    """Return the view of one answer, laid out and painted."""

    def show(text: str) -> ConversationView:
        view = ConversationView()
        qtbot.addWidget(view)
        view.resize(860, 640)
        answer = Message(NodeId("1"), None, Role.ASSISTANT, text, 1, model="M")
        view.show_conversation(Conversation.of(ChatId("c"), [answer]))
        view.show()
        qtbot.waitExposed(view)
        view.grab()
        return view

    return show


@pytest.mark.parametrize("text", ["- word", "> word", "1. word"])
def test_what_stands_before_a_text_leaves_room_where_the_text_begins(laid, text: str):
    item = laid(text).column.views[0]
    assert item.block_left(0) > 0
    shown = laid(text.replace("word", "كلمة"))
    turned = shown.column.views[0]
    assert turned.turned(0)
    assert turned.block_left(0) == 0
    piece = turned.pieces[0]
    assert piece is not None
    # The text ends where the indent begins, at the other side.
    assert piece.caret_at(0).right() <= shown._frame.width - item.block_left(0) + 1


def test_parts_that_do_not_fit_are_left_out_from_the_end(qapp):
    metrics = QFontMetricsF(QFont())
    whole = "612 tokens · 41 tokens/s · first word in 0.4 s"
    assert fitting(whole, metrics, 10_000) == whole
    room = metrics.horizontalAdvance("612 tokens · 41 tokens/s") + 1
    assert fitting(whole, metrics, room) == "612 tokens · 41 tokens/s"
    assert fitting(whole, metrics, 3) == ""


def test_actions_grow_with_the_text(laid):
    view = laid("word")
    before = action_row(view.column.views[0], view._ink)
    view.set_text_scale(200)
    view.grab()
    after = action_row(view.column.views[0], view._ink)
    assert after[0].rect.width() == 2 * before[0].rect.width()
    assert after[0].rect.height() == 2 * before[0].rect.height()
    assert view.column.views[0].actions_top() >= view.column.views[0].body_bottom
