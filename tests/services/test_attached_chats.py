"""Chats with documents: sent, answered, edited, kept."""

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Role

NOTE = Attachment("note.txt", text="Rye is baked for an hour.", size_bytes=25)
LIST = Attachment("list.csv", text="flour,500", size_bytes=9)


def question_of(conversation):
    return [each for each in conversation.path() if each.role is Role.USER][-1]


def test_documents_reach_the_model_stay_with_the_question_and_go_through_an_edit(desk):
    desk.ready()
    chat = desk.new_chat()
    desk.chat.send(chat, "How long is rye baked?", attachments=(NOTE, LIST))
    asked = desk.ear.answer()
    answer = asked.path()[-1]
    assert "Rye is baked for an hour." in answer.text  # the echo engine repeats what it is told
    assert "flour,500" in answer.text
    assert desk.stored(chat) == asked
    assert question_of(asked).attachments == (NOTE, LIST)
    assert asked.title == "How long is rye baked?"

    desk.chat.edit(chat, question_of(asked).id, "How hot?")
    kept = desk.ear.answer()
    assert question_of(kept).attachments == (NOTE, LIST)

    desk.chat.edit(chat, question_of(kept).id, "How hot?", attachments=(LIST,))
    less = desk.ear.answer()
    assert "Rye" not in less.path()[-1].text
    assert question_of(less).attachments == (LIST,)
