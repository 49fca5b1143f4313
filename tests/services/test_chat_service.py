"""Chats with a real database and a real engine process: asked, shown, kept and found."""

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.engine.protocol import Done, Front, PromptProgress, Started
from inglenook.services.chat import ChatService
from inglenook.services.events import (
    ChatListChanged,
    ConversationChanged,
    ConversationOpened,
    ProblemArose,
    SearchFinished,
)
from inglenook.services.sent import turns_of
from inglenook.services.terms import context_for

SLOW = "/echo tokens=4000 rate=400"
NOBODY = ChatId("7" * 26)


@pytest.fixture
def chat(desk):
    desk.ready()
    return desk.new_chat()


# --- send ---


def test_a_question_is_answered_and_both_are_kept(desk, chat):
    answer = desk.say(chat, "/echo text=Good morning")
    assert (answer.text, answer.status, answer.model) == (
        "Good morning",
        Status.COMPLETE,
        "Echo",
    )
    assert answer.timings.answer_tokens > 0
    kept = desk.stored(chat)
    assert [each.role for each in kept.path()] == [Role.USER, Role.ASSISTANT]
    assert kept.path()[-1] == answer


def test_a_chat_is_named_after_its_first_question(desk, chat):
    desk.say(chat, "/echo text=Hi\nTell me of Venus")
    desk.say(chat, "And Mars")
    desk.chat.refresh()
    rows = desk.ear.wait(ChatListChanged).chats
    assert [row.title for row in rows] == ["/echo text=Hi"]


def test_the_text_can_be_read_while_it_is_written_and_stopped(desk, chat):
    desk.chat.send(chat, SLOW)
    grown = desk.wait_for_text(chat, 30)
    desk.chat.stop(chat)
    answer = desk.ear.answer().message(grown.head)
    assert answer.status is Status.STOPPED
    assert answer.text.startswith("hearth ember")
    assert desk.stored(chat).message(grown.head) == answer
    assert desk.chat.live(grown.head) is None


def test_two_chats_answer_at_once(desk, chat):
    other = desk.new_chat()
    desk.chat.send(chat, "/echo text=one")
    desk.chat.send(other, "/echo text=two")
    texts = {}
    while len(texts) < 2:
        done = desk.ear.answer()
        texts[done.id] = done.path()[-1].text
    assert texts == {chat: "one", other: "two"}


def test_a_second_question_ends_the_first_answer_and_keeps_its_text(desk, chat):
    desk.chat.send(chat, SLOW)
    first = desk.wait_for_text(chat, 10).head
    answer = None
    desk.chat.send(chat, "/echo text=Second")
    while answer is None or answer.text != "Second":
        conversation = desk.ear.answer()
        answer = conversation.path()[-1]
    stopped = conversation.message(first)
    assert stopped.status is Status.STOPPED
    assert stopped.text.startswith("hearth")
    assert [each.id for each in conversation.path()][1] == first
    assert desk.stored(chat).message(first) == stopped


def test_a_very_long_text_is_kept_whole(desk, chat):
    text = "/echo text=ok\n" + "wörd " * 400_000
    answer = desk.say(chat, text)
    assert answer.status is Status.FAILED
    assert "too long" in answer.note
    assert desk.stored(chat).path()[0].text == text


def test_an_answer_that_fails_says_why_and_can_be_tried_again(desk, chat):
    answer = desk.say(chat, "/echo fail at=3")
    assert answer.status is Status.FAILED
    assert answer.note.startswith("The echo engine was told to fail.")
    assert answer.text


def test_without_a_model_the_question_is_kept_and_the_answer_says_so(desk):
    chat = desk.new_chat()
    answer = desk.say(chat, "/echo text=Hi")
    assert (answer.status, answer.note) == (
        Status.FAILED,
        "No model is loaded. Open a model file, then ask again.",
    )
    desk.ready()
    desk.chat.regenerate(chat, answer.parent)
    again = desk.ear.answer()
    assert again.path()[-1].text == "Hi"
    assert len(again.siblings(again.head)) == 2


def test_a_failed_answer_is_not_shown_to_the_model(desk):
    chat = desk.new_chat()
    desk.say(chat, "first")
    desk.say(chat, "second")
    turns = turns_of(desk.stored(chat).path())
    assert [(turn.role, turn.text) for turn in turns] == [
        (Role.USER, "first"),
        (Role.USER, "second"),
    ]


def test_what_is_asked_while_loading_waits_and_can_be_stopped(desk):
    chat = desk.new_chat()
    desk.engine.load("echo wait=30.gguf")
    desk.chat.send(chat, "Hello")
    grown = desk.ear.answer(Status.WRITING)
    assert desk.chat.live(grown.head).waiting_for == "Waiting for the model"
    desk.chat.stop(chat)
    assert desk.ear.answer().path()[-1].status is Status.STOPPED


def test_a_stop_behind_a_question_stops_it(desk, chat):
    desk.chat.send(chat, "/echo wait=20 text=late")
    desk.chat.stop(chat)
    assert desk.ear.answer().path()[-1].status is Status.STOPPED


def test_what_did_not_fit_is_said(played):
    played.ready()
    chat = played.new_chat()
    for left_out in (0, 1, 2):
        played.chat.send(chat, "Hello")
        grown = played.ear.answer(Status.WRITING)
        played.settle()
        request = played.client.sent[-1].request
        played.client.event(Started(request, 100, 0, left_out))
        assert played.chat.live(grown.head).waiting_for == "Reading the prompt"
        played.client.event(PromptProgress(request, 50, 100))
        assert played.chat.live(grown.head).waiting_for == "Reading the prompt, 50 %"
        played.client.event(Done(request, "end", Timings()))
        answer = played.ear.answer().path()[-1]
        assert answer.status is Status.COMPLETE
        assert ("left out" in answer.note) == (left_out > 0)


# --- edit, regenerate, show ---


def test_editing_a_question_grows_a_branch_and_keeps_the_old_one(desk, chat):
    desk.say(chat, "/echo text=one")
    first = desk.stored(chat).path()
    desk.chat.edit(chat, first[0].id, "/echo text=two")
    grown = desk.ear.answer()
    assert grown.path()[-1].text == "two"
    assert len(grown.siblings(grown.path()[0].id)) == 2
    desk.chat.show(chat, first[0].id)
    back = desk.ear.answer()
    assert back.path() == first
    assert desk.stored(chat).head == first[-1].id


def test_editing_an_answer_asks_nobody(desk, chat):
    answer = desk.say(chat, "/echo text=one")
    desk.chat.edit(chat, answer.id, "my own words")
    edited = desk.ear.answer().path()[-1]
    assert (edited.text, edited.status, edited.timings) == (
        "my own words",
        Status.COMPLETE,
        None,
    )
    assert desk.stored(chat).message(answer.id) == answer


def test_another_answer_is_written_beside_the_first(desk, chat):
    answer = desk.say(chat, "/echo text=same")
    desk.chat.regenerate(chat, answer.id)
    again = desk.ear.answer()
    assert again.siblings(answer.id) == (answer.id, again.head)
    assert again.path()[-1].timings.reused_tokens > 0


@pytest.mark.parametrize("step", ["edit", "regenerate"])
def test_what_is_being_written_ends_before_it_is_changed(desk, chat, step):
    desk.chat.send(chat, SLOW)
    writing = desk.wait_for_text(chat, 10)
    if step == "edit":
        desk.chat.edit(chat, writing.path()[0].id, "/echo text=new")
    else:
        desk.chat.regenerate(chat, writing.head)
        desk.ear.answer(Status.WRITING)
        desk.chat.stop(chat)
    ended = desk.ear.answer()
    while ended.head == writing.head:
        ended = desk.ear.answer()
    assert ended.message(writing.head).status is Status.STOPPED
    assert ended.message(writing.head).text.startswith("hearth")


def test_another_branch_may_be_shown_while_one_is_written(desk, chat):
    answer = desk.say(chat, "/echo text=one")
    question = answer.parent
    desk.chat.edit(chat, question, SLOW)
    writing = desk.wait_for_text(chat, 5)
    desk.chat.show(chat, question)
    desk.ear.wait(
        lambda each: (
            isinstance(each, ConversationChanged) and each.conversation.head == answer.id
        )
    )
    desk.chat.stop(chat)
    desk.ear.wait(
        lambda each: (
            isinstance(each, ConversationChanged)
            and each.conversation.message(writing.head).status is Status.STOPPED
        )
    )
    assert desk.stored(chat).head == answer.id


def test_an_answer_without_a_question_is_not_asked_again(desk, chat):
    lone = Message(NodeId("0" * 26), None, Role.ASSISTANT, "Hello, I am here", 1)
    orphan = Conversation.of(NOBODY, [lone], title="t")
    desk.store.ask(lambda: desk.store.conversations.grow(orphan, [lone]))
    desk.chat.regenerate(NOBODY, lone.id)
    assert desk.chat.settle(WAIT_S)
    assert desk.problems == []
    assert len(desk.stored(NOBODY).nodes) == 1


# --- the list ---


def test_a_chat_is_renamed_in_the_list_and_on_the_disk(desk, chat):
    desk.say(chat, "Hello")
    desk.chat.rename(chat, "  Morning \n talk ")
    changed = desk.ear.wait(
        lambda each: isinstance(each, ChatListChanged) and each.chats[0].title == "Morning talk"
    )
    assert changed.chats[0].id == chat
    assert desk.stored(chat).title == "Morning talk"


def test_an_empty_title_changes_nothing(desk, chat):
    desk.say(chat, "Hello")
    desk.chat.rename(chat, "  ")
    assert desk.chat.settle(WAIT_S)
    assert desk.stored(chat).title == "Hello"


def test_an_empty_chat_keeps_its_new_name_until_it_is_stored(desk, chat):
    desk.chat.rename(chat, "Plans")
    assert desk.ear.wait(ConversationChanged).conversation.title == "Plans"
    desk.say(chat, "Hello")
    assert desk.stored(chat).title == "Plans"


def test_a_chat_that_is_gone_is_told(desk):
    desk.chat.open(NOBODY)
    desk.chat.show(NOBODY, NodeId("x"))
    desk.chat.send(NOBODY, "my words")
    assert desk.chat.settle(WAIT_S)
    assert {each.title for each in desk.problems} == {"This chat is no longer there"}
    assert desk.ear.wait(ProblemArose).draft == "my words"


# --- search ---


def test_messages_and_titles_are_found(desk, chat):
    desk.say(chat, "Where does the heron nest")
    desk.chat.search("heron")
    found = desk.ear.wait(SearchFinished)
    assert found.query == "heron"
    assert {hit.chat for hit in found.hits} == {chat}
    assert any("\x02heron\x03" in hit.snippet for hit in found.hits)


def test_only_the_newest_query_is_answered(desk):
    desk.store.post(lambda: [desk.chat.search(query) for query in ("o", "ol", "old")])
    desk.chat.search("first")
    assert desk.ear.wait(SearchFinished).query == "old"
    assert desk.chat.settle(WAIT_S)
    assert len([each for each in desk.ear.all if isinstance(each, SearchFinished)]) == 1


def test_an_empty_query_finds_nothing(desk):
    desk.chat.search("  ")
    assert desk.ear.wait(SearchFinished).hits == ()


# --- start and end ---


def test_the_last_chat_is_opened_at_the_next_start(desk, chat, make_desk):
    answer = desk.say(chat, "Hello")
    assert desk.opened == [chat]
    desk.close()
    next_ = make_desk()
    next_.chat.start(chat)
    assert [row.id for row in next_.ear.wait(ChatListChanged).chats] == [chat]
    opened = next_.ear.wait(ConversationOpened).conversation
    assert opened.path()[-1] == answer
    assert next_.opened == [chat]


@pytest.mark.parametrize("last", [None, NOBODY])
def test_without_a_last_chat_a_new_one_is_opened(desk, last):
    desk.chat.start(last)
    assert desk.ear.wait(ConversationOpened).conversation.nodes == {}
    assert desk.problems == []


def test_a_stored_chat_can_be_opened(desk, chat):
    desk.say(chat, "Hello")
    desk.new_chat()
    desk.chat.open(chat)
    assert desk.ear.wait(ConversationOpened).conversation.id == chat
    assert desk.opened[-1] == chat


def test_what_is_being_written_at_the_end_is_kept_as_interrupted(desk, chat, make_desk):
    desk.chat.send(chat, SLOW)
    writing = desk.wait_for_text(chat, 50)
    shown = desk.chat.live(writing.head).text
    desk.close()
    kept = make_desk().stored(chat).message(writing.head)
    assert kept.status is Status.INTERRUPTED
    assert kept.note == "Inglenook was closed while this was written."
    assert kept.text.startswith(shown)


def test_ids_sort_after_what_is_stored_when_the_clock_was_set_back(desk, chat, make_desk):
    desk.chat._stamps.now_ms = lambda: 2**43  # it was set to the year 2248 by mistake
    desk.say(chat, "Hello")
    desk.close()
    next_ = make_desk()
    next_.ready()
    next_.chat.open(chat)
    conversation = next_.ear.wait(ConversationOpened).conversation
    next_.say(chat, "And now")
    path = [each.id for each in next_.stored(chat).path()]
    assert len(path) == 4
    assert path == sorted(path)
    assert path[:2] == [each.id for each in conversation.path()]


# --- a store that fails ---


def test_a_database_that_cannot_be_opened_still_leaves_an_empty_chat(make_desk, tmp_path):
    path = tmp_path / "data" / "chats.db"
    path.mkdir(parents=True)
    desk = make_desk()
    desk.chat.start(NOBODY)
    assert desk.ear.wait(ProblemArose).problem.advice
    chat = desk.ear.wait(ConversationOpened).conversation.id
    desk.chat.send(chat, "my words")
    assert desk.ear.wait(lambda each: isinstance(each, ProblemArose)).draft == "my words"
    path.rmdir()
    desk.ready()
    assert desk.say(chat, "/echo text=now").text == "now"


def test_a_question_that_cannot_be_stored_comes_back_and_nothing_is_shown(desk, chat):
    desk.say(chat, "/echo text=one")
    before = len(desk.ear.all)
    with desk.locked():
        desk.chat.send(chat, "my words")
        problem = desk.ear.wait(ProblemArose)
    assert problem.draft == "my words"
    assert problem.problem.title == "Another program is using your chats"
    assert not any(isinstance(each, ConversationChanged) for each in desk.ear.all[before:])
    assert desk.say(chat, "/echo text=two").text == "two"
    assert [each.text for each in desk.stored(chat).path()][1::2] == ["one", "two"]


def test_an_edit_on_a_full_disk_comes_back(desk, chat):
    answer = desk.say(chat, "/echo text=one")
    desk.fill_disk()
    desk.chat.edit(chat, answer.id, "x" * 100_000)
    problem = desk.ear.wait(ProblemArose)
    assert (problem.draft, problem.problem.title) == (
        "x" * 100_000,
        "No room is left on the disk",
    )
    desk.free_disk()
    assert len(desk.stored(chat).nodes) == 2


def test_an_answer_that_ends_on_a_full_disk_is_shown_told_of_and_stored_later(desk, chat):
    desk.chat.send(chat, SLOW)
    writing = desk.wait_for_text(chat, 50)
    with desk.locked():
        desk.chat.stop(chat)
        answer = desk.ear.answer().message(writing.head)
        assert desk.ear.wait(ProblemArose).draft == ""
    assert desk.stored(chat).message(writing.head).status is Status.WRITING
    desk.say(chat, "/echo text=next")
    assert desk.stored(chat).message(writing.head) == answer


def test_an_answer_that_could_not_be_stored_is_stored_at_the_end(desk, chat, make_desk):
    desk.chat.send(chat, SLOW)
    writing = desk.wait_for_text(chat, 50)
    with desk.locked():
        desk.chat.stop(chat)
        answer = desk.ear.answer().message(writing.head)
        desk.ear.wait(ProblemArose)
    desk.close()
    assert make_desk().stored(chat).message(writing.head) == answer


def test_at_the_very_end_what_cannot_be_stored_leaves_what_was_saved(desk, chat, make_desk):
    desk.chat.send(chat, SLOW)
    writing = desk.wait_for_text(chat, 50)
    with desk.locked():
        desk.close()
    kept = make_desk().stored(chat).message(writing.head)
    assert kept.status is Status.INTERRUPTED


# --- titles ---


def test_without_somebody_who_remembers_chats_open_all_the_same(desk):
    service = ChatService(desk.bus, desk.engine, desk.store)
    service.create()
    assert desk.ear.wait(ConversationOpened)


def test_halves_of_characters_are_answered_like_any_text(desk, chat):
    answer = desk.say(chat, "/echo text=half \udcff of one")
    assert (answer.text, answer.status) == ("half \ufffd of one", Status.COMPLETE)
    desk.chat.edit(chat, desk.stored(chat).path()[0].id, "/echo text=again \ud800")
    assert desk.ear.answer().path()[-1].text == "again \ufffd"
    desk.chat.rename(chat, "a \udcff name")
    assert desk.chat.settle(WAIT_S)
    assert desk.stored(chat).title == "a \ufffd name"


@pytest.mark.parametrize(
    ("needed", "longest", "tokens"), [(9000, 131072, 16384), (9000, 12000, 12000), (0, 0, 1)]
)
def test_a_context_is_a_power_of_two_or_the_longest_there_is(needed, longest, tokens):
    assert context_for(needed, longest) == tokens


def test_the_chat_on_screen_is_told_to_the_engine(played):
    played.ready()
    first = played.new_chat()
    second = played.new_chat()
    played.settle()
    fronts = [each.chat for each in played.client.sent if isinstance(each, Front)]
    assert fronts[-2:] == [first, second]
