"""What is attached to messages, kept and found."""

import time
from dataclasses import replace

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage.branches import Branches
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.organised import Organised

CHAT = ChatId("C1")
REPORT = Attachment(
    "report.pdf",
    media_type="application/pdf",
    size_bytes=9,
    text="The wombat sleeps.",
    note="Page 1",
)
PICTURE = Attachment("cat.png", Kind.IMAGE, "image/png", 4, data=b"\x89PNG")


def asked(*attachments: Attachment, node: str = "01") -> Message:
    return Message(NodeId(node), None, Role.USER, "What?", 5, attachments=attachments)


def store(database: Database, *attachments: Attachment) -> Conversations:
    kept = Conversations(database)
    message = asked(*attachments)
    kept.grow(Conversation(CHAT, created_ms=1).with_message(message), [message])
    return kept


def test_a_message_comes_back_with_what_was_attached_in_its_order(database: Database) -> None:
    kept = store(database, REPORT, PICTURE)
    assert kept.load(CHAT).message(NodeId("01")).attachments == (REPORT, PICTURE)


def test_the_words_and_the_name_of_a_document_are_found(database: Database) -> None:
    kept = store(database, REPORT)
    (hit,) = kept.search("womb")
    assert (hit.chat, hit.node) == (CHAT, NodeId("01"))
    assert "The \x02womb\x03at sleeps" in hit.snippet
    assert kept.search("report")


def test_a_branch_that_is_erased_takes_its_documents_out_of_the_index(
    database: Database,
) -> None:
    kept = store(database, REPORT)
    branches = Branches(database)
    pruned = branches.prune(CHAT, NodeId("01"), None)
    assert kept.search("wombat") == ()
    branches.put_back(pruned)
    assert len(kept.search("wombat")) == 1
    assert kept.load(CHAT).message(NodeId("01")).attachments == (REPORT,)


def test_a_copy_of_a_chat_has_the_same_documents(database: Database) -> None:
    kept = store(database, REPORT)
    Branches(database).copy(CHAT, [(NodeId("01"), NodeId("02"))], ChatId("C2"), 9)
    assert kept.load(ChatId("C2")).message(NodeId("02")).attachments == (REPORT,)
    assert len(kept.search("wombat")) == 2


def test_what_belongs_to_an_erased_chat_is_gone_from_file_and_index(database: Database) -> None:
    kept = store(database, replace(REPORT, text="xylographer"))
    organised = Organised(database)
    organised.remove([CHAT], 5)
    organised.erase([CHAT])
    assert kept.search("xylographer") == ()
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO attachment_index(attachment_index) VALUES ('integrity-check')"
        )
        assert connection.execute("SELECT count(*) FROM attachment").fetchone() == (0,)


def test_a_chat_of_two_thousand_messages_opens_as_fast_as_without_documents(
    database: Database,
) -> None:
    kept = Conversations(database)
    messages = [
        Message(
            NodeId(f"{n:05}"),
            NodeId(f"{n - 1:05}") if n else None,
            Role.USER,
            f"Message {n}",
            n,
            attachments=(REPORT,) if n % 100 == 0 else (),
        )
        for n in range(2000)
    ]
    kept.grow(Conversation(CHAT, created_ms=1), messages)
    before = time.process_time()
    loaded = kept.load(CHAT)
    assert time.process_time() - before < 0.5  # 0.02 s where it was measured
    assert sum(len(each.attachments) for each in loaded.nodes.values()) == 20
