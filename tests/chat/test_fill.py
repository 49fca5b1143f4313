"""What fills the context is counted as far as it is known, and estimated behind that."""

from inglenook.chat.attachment import Attachment
from inglenook.chat.fill import Fill, fill_of
from inglenook.chat.message import Message, Role, Timings
from inglenook.chat.window import reply_reserve
from inglenook.core.ids import NodeId

QUESTION = Message(NodeId("1"), None, Role.USER, "one two three four", 1)
ANSWER = Message(
    NodeId("2"), NodeId("1"), Role.ASSISTANT, "five", 2, timings=Timings(900, 0, 100)
)


def test_nothing_is_known_without_a_model():
    fill = fill_of((), 0)
    assert fill == Fill()
    assert fill.share == 0.0


def test_a_chat_that_was_never_answered_is_estimated():
    told = Message(NodeId("0"), None, Role.SYSTEM, "be brief", 0)
    fill = fill_of((told, QUESTION), 8192, draft="a b")
    assert (fill.instructions, fill.conversation, fill.draft) == (2, 4, 2)
    assert fill.used == 8
    assert fill.reserve == reply_reserve(8192)
    assert 0 < fill.share < 0.01


def test_the_last_answer_tells_what_came_before_it():
    more = Message(NodeId("3"), NodeId("2"), Role.USER, "six seven", 3)
    fill = fill_of((QUESTION, ANSWER, more), 2048, instructions="be brief and kind")
    assert fill.instructions == 4
    assert fill.conversation == 1000 - 4 + 2
    assert fill.used == 1002


def test_documents_are_told_apart_from_words():
    document = Attachment("a.txt", text="word " * 300)
    asked = Message(NodeId("1"), None, Role.USER, "why", 1, attachments=(document,))
    fill = fill_of((asked,), 8192)
    assert fill.documents > 300
    assert fill.conversation == 1
    counted = fill_of((asked, ANSWER), 8192)
    assert counted.used == 1000
    assert counted.documents == fill.documents
    small = fill_of((asked, Message(
        NodeId("2"), NodeId("1"), Role.ASSISTANT, "x", 2, timings=Timings(10, 0, 5)
    )), 8192)  # fmt: skip
    assert small.documents == 15  # of what was left out nothing counts
