"""The drafts of an answer come back from the disk, and only they let its text change."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inglenook.chat.comparison import Comparison, Foretold, KeptDraft, KeptVote
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import search
from inglenook.storage.comparison import comparison_from, comparison_text
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.migrations import MIGRATIONS

COMPARISON = Comparison(
    "vote",
    4,
    (KeptDraft(0, "It is 7.", "hm", "7", -1.5, 5, "end"), KeptDraft(2, "Zwölf \x00 👋")),
    chosen=2,
    votes=(KeptVote("12", 0.75, (2,)), KeptVote("", 0.25, (0,))),
    reason="agreement",
    is_decided=True,
    tokens=20,
    judged_tokens=3,
    spent_s=1.25,
)


def writing(text: str = "", comparison: Comparison | None = None) -> Message:
    return Message(
        NodeId("2"), NodeId("1"), Role.ASSISTANT, text, 8, Status.WRITING, comparison=comparison
    )


@pytest.fixture
def asked(chats: Conversations) -> Conversations:
    """A stored chat whose answer is being written and says "It is 7"."""
    question = Message(NodeId("1"), None, Role.USER, "Why?", 7)
    chat = Conversation(ChatId("chat"), "On why", 5).with_message(question)
    chats.grow(chat.with_message(writing()), [question, writing("It is 7")])
    return chats


def kept(chats: Conversations) -> Message:
    return chats.load(ChatId("chat")).message(NodeId("2"))


def test_what_was_foretold_is_kept_beside_what_it_cost():
    kept = replace(COMPARISON, foretold=Foretold(8.6, 204, 10.4, 12_500_000))
    assert comparison_from(comparison_text(kept)) == kept


def test_a_comparison_from_before_there_were_forecasts_is_read():
    fields = json.loads(comparison_text(COMPARISON))
    del fields["foretold"]
    assert comparison_from(json.dumps(fields)) == COMPARISON


def test_drafts_come_back_whole(asked: Conversations) -> None:
    ended = replace(writing("Zwölf", COMPARISON), status=Status.COMPLETE)
    asked.update(ended)
    assert kept(asked) == ended
    assert [hit.node for hit in asked.search("zwölf")] == ["2"]


def test_another_text_needs_a_comparison_that_changes_with_it(asked: Conversations) -> None:
    with pytest.raises(StorageError):
        asked.update(writing("It is 12"))
    asked.update(writing("It is 7", replace(COMPARISON, chosen=0)))
    with pytest.raises(StorageError):
        asked.update(writing("It is 12", replace(COMPARISON, chosen=0)))
    asked.update(writing("It is 12", COMPARISON))
    assert kept(asked).text == "It is 12"


def test_drafts_are_never_taken_away(asked: Conversations) -> None:
    asked.update(writing("It is 7", COMPARISON))
    with pytest.raises(StorageError):
        asked.update(writing("It is 7"))
    assert kept(asked).comparison == COMPARISON


def test_an_answer_with_drafts_can_be_gone_on_with(asked: Conversations) -> None:
    asked.update(replace(writing("It is 7", COMPARISON), status=Status.CUT))
    asked.go_on(kept(asked))
    asked.update(writing("It is 7, after all", COMPARISON))
    assert kept(asked).text == "It is 7, after all"


@pytest.mark.parametrize("text", ["", "{}", "[1]", "\x00", "[" * 100_000, '{"kind": 5}'])
def test_drafts_that_cannot_be_read_are_left_out(text: str, caplog) -> None:
    assert comparison_from(text) is None
    assert caplog.records.pop().levelname == "WARNING"


def test_a_lone_surrogate_does_not_keep_an_answer_from_the_disk() -> None:
    text = comparison_text(Comparison("vote", 2, (KeptDraft(0, "a\ud800b"),)))
    assert comparison_from(text).drafts[0].text == "a\ufffdb"


def test_no_drafts_are_nothing() -> None:
    assert comparison_text(None) is None
    assert comparison_from(None) is None


def test_a_database_from_before_opens_with_its_messages(tmp_path: Path) -> None:
    path = tmp_path / "inglenook.db"
    old = Database.open(path, migrations=MIGRATIONS[:3])
    with closing(old), old.writing() as connection:
        connection.execute("INSERT INTO chat VALUES (1, 'A', 'Old', 1, 2, '2', NULL)")
        connection.execute(
            "INSERT INTO message(chat, id, role, text, created_ms, status,"
            " thinking, model, note)"
            " VALUES (1, '2', 'assistant', 'word', 1, 'cut', '', '', '')"
        )
        search.index_message(connection, NodeId("2"))
    with closing(Database.open(path)) as database:
        chats = Conversations(database)
        answer = chats.load(ChatId("A")).message(NodeId("2"))
        assert (answer.text, answer.comparison) == ("word", None)
        chats.go_on(answer)
        chats.update(replace(answer, text="word by word", status=Status.COMPLETE))
        assert chats.load(ChatId("A")).message(NodeId("2")).text == "word by word"
    assert list(path.parent.glob("inglenook-before-4-*.db"))
