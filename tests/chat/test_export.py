"""A chat leaves as a document, and in our own format with nothing left out."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.archive import pieces, to_json
from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.comparison import Comparison, Foretold, KeptDraft, KeptVote
from inglenook.chat.export import to_markdown
from inglenook.chat.filename import file_name
from inglenook.chat.importing.reading import Arrival, Document, Refusal, read_all
from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId

NOW = 2_000_000_000_000


def talk() -> Conversation:
    question = Message(NodeId("1"), None, Role.USER, "Why?\n", 5)
    first = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "Because.", 6, model="SmolLM2")
    comparison = Comparison(
        "vote",
        4,
        (
            KeptDraft(0, "It is 7.", score=-1.5, logprob=-3.5),
            KeptDraft(1, "Because.", "Hm", "12", why="cut"),
        ),
        chosen=1,
        votes=(KeptVote("12", 0.75, (1,)),),
        reason="weight",
        is_decided=True,
        tokens=20,
        judged_tokens=3,
        spent_s=1.5,
        foretold=Foretold(2.0, 30, 4.5, 1000),
    )
    second = replace(
        first,
        id=NodeId("3"),
        status=Status.CUT,
        note="The limit was reached.",
        timings=Timings(1, 2, 3, 0.5, 40.0),
        thinking="Hm\nso",
        left_out=1,
        needs_tokens=9000,
        comparison=comparison,
    )
    return Conversation.of(
        ChatId("old"), [question, first, second], title="On\nwhy", created_ms=4
    )


def carried() -> PortableChat:
    return PortableChat(
        talk(),
        updated_ms=6,
        titled="person",
        assistant="writer",
        folder="Work",
        is_pinned=True,
        archived_ms=7,
        files={
            NodeId("1"): (
                Attachment("a.txt", size_bytes=3, text="abc"),
                Attachment(
                    "b.png", Kind.IMAGE, "image/png", 2, data=b"\x00\xff", note="Small."
                ),
            )
        },
        made={NodeId("3"): '{"seed": 1}'},
    )


def read(text: str) -> list[Arrival | Refusal]:
    return list(read_all([Document("chats.json", text)], NOW))


def refused(text: str) -> str:
    (one,) = read(text)
    assert isinstance(one, Refusal)
    return one.why


def test_markdown_tells_the_branch_on_screen() -> None:
    assert to_markdown(talk()) == (
        "# On why\n\n## You\n\nWhy?\n\n## Assistant (SmolLM2)\n\nBecause.\n\n"
        "*The limit was reached.*\n"
    )
    assert to_markdown(Conversation(ChatId("x"))) == "# Chat\n"


def test_markdown_leaves_out_what_was_not_said() -> None:
    empty = Message(NodeId("1"), None, Role.SYSTEM, " ", 5)
    assert to_markdown(Conversation.of(ChatId("x"), [empty])) == "# Chat\n\n## Instructions\n"


def test_markdown_tells_thoughts_and_attachments_on_request() -> None:
    told = to_markdown(talk(), carried().files, with_thinking=True)
    assert "*Attached: a.txt, b.png*" in told
    assert "> Hm\n> so\n\nBecause." in told


def test_everything_comes_back_as_it_was() -> None:
    (arrival,) = read(to_json([carried()]))
    assert arrival == Arrival(carried(), "Inglenook")
    assert carried().branches == 2


def test_several_chats_come_in_their_order_and_one_piece_each() -> None:
    other = PortableChat(Conversation(ChatId("second"), "Empty", 9), 9)
    written = list(pieces([carried(), other]))
    assert len(written) == 4
    assert [each.chat for each in read("".join(written))] == [carried(), other]
    # Another program may have written the same with its keys in another order.
    document = json.loads("".join(written))
    turned = json.dumps(dict(reversed(document.items())))
    assert [each.chat for each in read(turned)] == [carried(), other]


def test_an_answer_being_written_counts_as_interrupted() -> None:
    writing = Message(NodeId("1"), None, Role.ASSISTANT, "Be", 5, Status.WRITING)
    chat = PortableChat(Conversation.of(ChatId("x"), [writing]), 5)
    (arrival,) = read(to_json([chat]))
    assert arrival.chat == chat.finished()
    assert arrival.chat.conversation.nodes[NodeId("1")].status is Status.INTERRUPTED


def test_numbers_that_json_does_not_have_are_left_out() -> None:
    odd = replace(
        talk().nodes[NodeId("3")],
        parent=None,
        timings=Timings(tokens_per_s=float("inf")),
        comparison=Comparison("vote", 1, (KeptDraft(0, "", mean=float("nan")),)),
    )
    (arrival,) = read(to_json([PortableChat(Conversation.of(ChatId("x"), [odd]))]))
    back = arrival.chat.conversation.nodes[NodeId("3")]
    assert back.timings == Timings()
    assert back.comparison == Comparison("vote", 1, (KeptDraft(0, ""),))


def test_files_of_version_1_are_read() -> None:
    chat = json.loads(to_json([carried()]))["chats"][0]
    for row in chat["messages"]:
        for new in ("attachments", "made", "left_out", "needs_tokens"):
            del row[new]
    kept = {name: chat[name] for name in ("title", "created_ms", "head", "messages")}
    text = json.dumps({"format": "inglenook-chat", "version": 1, **kept})
    (arrival,) = read(text)
    assert arrival.chat.conversation.nodes.keys() == talk().nodes.keys()
    assert arrival.chat.updated_ms == 6
    assert len(arrival.chat.conversation.id) == 26
    assert read(text) == [arrival]


@pytest.mark.parametrize(
    "text",
    [
        '{"format": "inglenook-chats", "version": 3, "chats": []}',
        '{"version": 3, "chats": [], "format": "inglenook-chats"}',
    ],
)
def test_a_newer_format_is_named(text: str) -> None:
    assert "newer Inglenook" in refused(text)


@pytest.mark.parametrize("text", ["", "x", "[" * 100_000, "[1 2]", "[1,", '{"a": 1'])
def test_a_damaged_file_is_told(text: str) -> None:
    assert "damaged" in refused(text)


@pytest.mark.parametrize("text", ["[]", "{}", "3", "[1, null]", '{"chats": [{"a": 1}]}'])
def test_what_is_no_export_is_passed_over(text: str) -> None:
    assert read(text) == []


def changed(path: list, value: object) -> str:
    document = json.loads(to_json([carried()]))
    target = document["chats"][0]
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (["messages"], ["x"], "not what it should be"),
        (["messages"], [{}] * 100_001, "too many"),
        (["title"], None, "no title"),
        (["title"], "x" * (2**24 + 1), "too long"),
        (["id"], "../x", "id"),
        (["created_ms"], 1.5, "no count"),
        (["archived_ms"], -1, "no count"),
        (["messages", 0, "role"], "king", "role is unknown"),
        (["messages", 0, "parent"], "3", "hang together"),
        (["messages", 0, "id"], "2", "hang together"),
        (["messages", 0, "attachments", 0, "kind"], "disk", "unknown kind"),
        (["messages", 0, "attachments", 1, "data"], "§", "cannot be read"),
        (["messages", 0, "attachments", 1, "data"], 5, "cannot be read"),
        (["messages", 2, "timings", "tokens_per_s"], True, "no number"),
        (["messages", 2, "timings", "tokens_per_s"], 10**400, "no number"),
        (["messages", 2, "comparison", "drafts"], 5, "no drafts"),
    ],
)
def test_a_wrong_part_is_named(path: list, value: object, why: str) -> None:
    assert why in refused(changed(path, value))


def test_parts_that_may_be_missing_are_let_go() -> None:
    (arrival,) = read(changed(["titled"], "nobody"))
    assert arrival.chat.titled == ""
    (arrival,) = read(changed(["messages", 2, "made"], "x" * 2_000_000))
    assert arrival.chat.made == {}
    (arrival,) = read(changed(["messages", 2, "comparison", "foretold"], None))
    assert arrival.chat.conversation.nodes[NodeId("3")].comparison.foretold is None


def test_half_a_pair_becomes_a_sign_that_can_be_kept() -> None:
    (arrival,) = read(changed(["title"], "a\ud800b"))
    assert arrival.chat.conversation.title == "a\ufffdb"


def test_renumbering_keeps_all_but_the_ids() -> None:
    numbers = iter(range(100))
    new = carried().renumbered(lambda: f"n{next(numbers):02}")
    assert list(new.conversation.nodes) == ["n00", "n01", "n02"]
    assert new.conversation.head == "n02"
    assert new.files.keys() == {"n00"}
    assert new.made == {"n02": '{"seed": 1}'}
    assert new.conversation.path()[1].parent == "n00"


texts = st.text(max_size=12)
counts = st.integers(0, 2**53)


@st.composite
def trees(draw) -> PortableChat:
    size = draw(st.integers(0, 8))
    nodes = []
    for number in range(size):
        above = draw(st.none() | st.integers(0, number - 1)) if number else None
        parent = None if above is None else NodeId(f"{above:03}")
        role, status = draw(st.sampled_from(Role)), draw(st.sampled_from(Status))
        nodes.append(
            Message(NodeId(f"{number:03}"), parent, role, draw(texts), draw(counts), status)
        )
    chat = Conversation.of(ChatId("c"), nodes, title=draw(texts), created_ms=draw(counts))
    files = {node.id: (Attachment(draw(texts), data=draw(st.binary())),) for node in nodes[:2]}
    return PortableChat(chat, draw(counts), files=files)


@given(trees())
def test_any_tree_comes_back_as_it_was(chat: PortableChat) -> None:
    (arrival,) = read(to_json([chat]))
    assert arrival.chat == chat.finished()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_a_changed_file_gives_a_chat_or_a_reason_and_never_another_fault(data) -> None:
    chat = json.loads(to_json([carried()]))["chats"][0]
    row = data.draw(st.sampled_from([chat, *chat["messages"]]))
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(JSON)
    text = json.dumps({"format": "inglenook-chats", "version": 2, "chats": [chat]})
    cut = data.draw(st.integers(0, len(text)))
    for each in (*read(text), *read(text[:cut])):
        assert isinstance(each, Arrival | Refusal)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plans for May", "Plans for May.md"),
        ("a/b\\c: d?", "a b c d.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ("CON", "_CON.md"),
        ("lpt1.txt", "_lpt1.txt.md"),
        ("\u202egpj.exe\u200f", "gpj.exe.md"),
        ("...", "Chat.md"),
        ("", "Chat.md"),
        ("\ud800\x00", "Chat.md"),
        ("dot. ", "dot.md"),
        ("é" * 200, "é" * 80 + ".md"),
        ("漢" * 200, "漢" * 60 + ".md"),
    ],
)
def test_a_title_becomes_a_name_that_every_system_keeps(title: str, name: str) -> None:
    assert file_name(title, ".md") == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert file_name("Why", ".md", ["WHY.md", "Why (2).md"]) == "Why (3).md"


@given(st.text())
def test_no_title_makes_a_dangerous_name(title: str) -> None:
    name = file_name(title, ".json")
    assert len(name.encode()) <= 200
    assert name.isprintable()
    assert not set('<>:"/\\|?*') & set(name)
