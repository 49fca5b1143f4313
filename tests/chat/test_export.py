"""A chat leaves as a file, and comes back from one."""

import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.comparison import Comparison, KeptDraft, KeptVote
from inglenook.chat.export import from_json, to_json, to_markdown
from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, NodeId


def ids():
    """Give "n0000", "n0001" and so on."""
    numbers = itertools.count()
    return lambda: f"n{next(numbers):04}"


def talk() -> Conversation:
    question = Message(NodeId("1"), None, Role.USER, "Why?\n", 5)
    first = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "Because.", 6, model="SmolLM2")
    second = replace(
        first,
        id=NodeId("3"),
        status=Status.CUT,
        note="The limit was reached.",
        timings=Timings(1, 2, 3, 0.5, 40.0),
        thinking="Hm",
        left_out=1,
        needs_tokens=9000,
        comparison=Comparison(
            "vote",
            4,
            (
                KeptDraft(0, "It is 7.", score=-1.5),
                KeptDraft(1, "Because.", "Hm", "12", why="cut"),
            ),
            chosen=1,
            votes=(KeptVote("12", 0.75, (1,)),),
            reason="weight",
            is_decided=True,
            tokens=20,
            judged_tokens=3,
            spent_s=1.5,
        ),
    )
    return Conversation.of(
        ChatId("old"), [question, first, second], title="On\nwhy", created_ms=4
    )


def test_markdown_tells_the_branch_on_screen() -> None:
    assert to_markdown(talk()) == (
        "# On why\n\n## You\n\nWhy?\n\n## Assistant (SmolLM2)\n\nBecause.\n\n"
        "*The limit was reached.*\n"
    )
    assert to_markdown(Conversation(ChatId("x"))) == "# Chat\n"


def test_an_empty_message_has_a_heading_only() -> None:
    empty = Message(NodeId("1"), None, Role.SYSTEM, " ", 1)
    assert to_markdown(Conversation.of(ChatId("x"), [empty])) == "# Chat\n\n## Instructions\n"


def test_json_brings_back_every_branch_under_new_ids() -> None:
    back = from_json(to_json(talk()), ids())
    assert (back.id, back.title, back.created_ms, back.head) == ("n0000", "On\nwhy", 4, "n0003")
    assert back.siblings(NodeId("n0002")) == ("n0002", "n0003")
    plain = [replace(each, id="", parent=None) for each in back.nodes.values()]
    assert plain == [replace(each, id="", parent=None) for each in talk().nodes.values()]


def test_an_older_export_that_does_not_say_what_was_left_out_is_read() -> None:
    document = json.loads(to_json(talk()))
    for row in document["messages"]:
        del row["left_out"], row["needs_tokens"]
    back = from_json(json.dumps(document), ids())
    assert [each.left_out for each in back.nodes.values()] == [0, 0, 0]


def test_the_branch_on_screen_comes_back_too() -> None:
    assert from_json(to_json(talk().showing(NodeId("2"))), ids()).head == "n0002"
    empty = from_json(to_json(Conversation(ChatId("x"))), ids())
    assert empty == Conversation(ChatId("n0000"))


def test_an_answer_in_the_making_comes_back_as_interrupted() -> None:
    writing = Message(NodeId("1"), None, Role.ASSISTANT, "Bec", 1, Status.WRITING)
    back = from_json(to_json(Conversation.of(ChatId("x"), [writing])), ids())
    assert back.path()[0].status is Status.INTERRUPTED


def changed(path: list[str | int], value: object) -> str:
    document = json.loads(to_json(talk()))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        b"\xff\xfe\xff",
        '{"format": "other"}',
        changed(["version"], "1"),
        changed(["messages"], {}),
        changed(["messages"], [1]),
        changed(["messages", 0, "id"], 7),
        changed(["messages", 0, "id"], "2"),
        changed(["messages", 1, "parent"], "nobody"),
        changed(["messages", 1, "parent"], []),
        changed(["messages", 0, "role"], "oracle"),
        changed(["messages", 0, "created_ms"], 1.5),
        changed(["messages", 0, "created_ms"], 2**70),
        changed(["messages", 0, "timings"], []),
        changed(["messages", 2, "timings", "tokens_per_s"], float("inf")),
        changed(["messages", 2, "timings", "tokens_per_s"], "fast"),
        changed(["messages", 2, "comparison", "drafts"], {}),
        changed(["messages", 2, "comparison", "votes", 0, "drafts"], ["1"]),
        changed(["messages", 2, "comparison", "spent_s"], "long"),
        changed(["title"], None),
    ],
)
def test_what_is_no_exported_chat_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadArgumentError, match="not an exported chat"):
        from_json(text, ids())


def test_a_newer_export_is_refused_in_its_own_words() -> None:
    with pytest.raises(BadArgumentError, match="newer Inglenook"):
        from_json(changed(["version"], 2), ids())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["title", "head", "created_ms", "version", "messages"]).map(lambda at: [at])
    | st.tuples(
        st.just("messages"),
        st.integers(0, 2),
        st.sampled_from([*json.loads(to_json(talk()))["messages"][0]]),
    ).map(list),
    values,
)
def test_any_other_value_in_any_place_is_read_or_refused(
    path: list[str | int], value: object
) -> None:
    try:
        back = from_json(changed(path, value), ids())
    except BadArgumentError:
        return
    assert len(back.nodes) <= 3
