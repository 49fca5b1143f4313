"""Footnotes read as marks above the line and as notes below, also while they stream."""

from talks import message

from inglenook.chat.message import Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.ui.chat.block import Inside
from inglenook.ui.chat.markdown import blocks_of, new_parser
from inglenook.ui.chat.selection import copied, everything

TEXT = """\
Bread rises[^1] and rests[^long-name].

[^1]: Yeast makes gas,
  which stays inside.
[^long-name]: For *an hour*.

Done, `[^1]` is code and [^ ] is none.
"""


def blocks(text: str):
    return blocks_of(new_parser().parse(text))


def test_marks_and_notes_are_told_from_text():
    said, first, second, last = blocks(TEXT)
    assert [(span.text, span.raised) for span in said.spans] == [
        ("Bread rises", False),
        ("1", True),
        (" and rests", False),
        ("long-name", True),
        (".", False),
    ]
    assert first.inside == (Inside(quote=False, marker="[^1]"),)
    assert first.spans[0].text == "Yeast makes gas,\u2028which stays inside."
    assert second.inside[0].marker == "[^long-name]"
    assert second.spans[1].italic
    assert not any(span.raised for span in last.spans)


def test_a_note_needs_no_mark_and_a_mark_no_note():
    assert blocks("Bread[^7]")[0].spans[1].raised
    assert blocks("[^7]: alone\n[^8]:")[1].inside[0].marker == "[^8]"
    assert blocks("> [^7]: quoted\n> more")[0].inside[0].quote
    assert not blocks("    [^7]: code")[0].inside
    assert blocks("[x]: http://a.example\n\n[x]")[0].spans[0].link == "http://a.example"


def test_they_are_copied_as_they_were_written(view):
    talk = Conversation.of(
        ChatId("c"), [message(0, Role.USER, "Q"), message(1, Role.ASSISTANT, TEXT)]
    )
    view.show_conversation(talk)
    plain, marked = copied(everything(2), view.column.views)
    assert "[^1]: Yeast makes gas," in marked
    assert "rises[^1] and" in marked
    assert "1. Yeast makes gas," in plain


def test_the_note_of_an_answer_that_streams_changes_nothing_above_it():
    whole = blocks(TEXT)
    at = TEXT.index("[^1]:")
    for end in range(at, len(TEXT)):
        assert blocks(TEXT[:end])[0] == whole[0]
