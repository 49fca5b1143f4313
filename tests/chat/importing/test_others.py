"""Chats of other programs become trees of ours."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.importing import growing
from inglenook.chat.importing.fields import moment_ms
from inglenook.chat.importing.growing import MISSING
from inglenook.chat.importing.reading import Arrival, Document, Refusal, read_all
from inglenook.chat.message import Role, Status
from inglenook.chat.portable import PortableChat

NOW = 1_800_000_000_000


def read(value: object, name: str = "conversations.json") -> list[Arrival | Refusal]:
    return list(read_all([Document(name, json.dumps(value))], NOW))


def one(value: object, name: str = "conversations.json") -> PortableChat:
    (arrival,) = read(value, name)
    assert isinstance(arrival, Arrival), arrival
    return arrival.chat


def told(chat: PortableChat) -> list[tuple[str, str]]:
    return [(str(each.role), each.text) for each in chat.conversation.path()]


def why(value: object, name: str = "conversations.json") -> str:
    (refusal,) = read(value, name)
    assert isinstance(refusal, Refusal), refusal
    return refusal.why


# --- ChatGPT ---


def node(parent: str | None, role: str, text: str, *children: str, **more: object) -> dict:
    message = {
        "author": {"role": role},
        "create_time": more.pop("time", 1_700_000_000.5),
        "content": more.pop("content", {"content_type": "text", "parts": [text]}),
        "metadata": more.pop("metadata", {}),
    }
    return {"message": message, "parent": parent, "children": list(children)}


def chatgpt(**nodes: object) -> dict:
    return {
        "title": " Trees ",
        "create_time": 1_700_000_000.25,
        "update_time": 1_700_000_100,
        "conversation_id": "abc",
        "current_node": "a2",
        "is_starred": True,
        "mapping": {
            "root": {"message": None, "parent": None, "children": ["sys"]},
            "sys": node(
                "root", "system", "You are a model.", "q",
                metadata={"is_visually_hidden_from_conversation": True},
            ),
            "a2": node("q", "assistant", "Second.", metadata={"model_slug": "gpt-5"}),
            "q": node("sys", "user", "Which tree?", "a1", "a2"),
            "a1": node("q", "assistant", "First."),
            **nodes,
        },
    }  # fmt: skip


def test_chatgpt_keeps_branches_dates_models_and_the_one_on_screen() -> None:
    chat = one([chatgpt()])
    assert told(chat) == [("user", "Which tree?"), ("assistant", "Second.")]
    last = chat.conversation.path()[-1]
    versions = [
        chat.conversation.message(each).text for each in chat.conversation.siblings(last.id)
    ]
    assert versions == ["First.", "Second."]
    assert last.model == "gpt-5"
    assert last.created_ms == 1_700_000_000_500
    assert chat.conversation.title == "Trees"
    assert chat.conversation.created_ms == 1_700_000_000_250
    assert chat.updated_ms == 1_700_000_100_000
    assert chat.is_pinned
    assert chat.archived_ms is None


def test_the_same_chat_has_the_same_ids_every_time() -> None:
    first, again = one([chatgpt()]), one([chatgpt()])
    assert first == again
    assert first.conversation.id != one([{**chatgpt(), "conversation_id": "b"}]).conversation.id
    nameless = {key: value for key, value in chatgpt().items() if key != "conversation_id"}
    assert one([nameless]) == one([nameless])


def test_the_steps_of_an_answer_become_one_message() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "Let me see."}]}
    code = {"content_type": "code", "language": "python", "text": "print(1)"}
    fenced = {"content_type": "code", "language": "unknown", "text": "```"}
    chat = one(
        [
            chatgpt(
                a2=node("q", "assistant", "", "t2", content=thoughts),
                t2=node("a2", "assistant", "", "t3", content=code),
                t3=node(
                    "t2",
                    "tool",
                    "",
                    "t4",
                    content={"content_type": "execution_output", "text": "1"},
                ),
                t4=node("t3", "tool", "", "t5", content={"content_type": "tether_quote"}),
                t5=node(
                    "t4", "assistant", "", "t6", content={"content_type": "reasoning_recap"}
                ),
                t6=node("t5", "assistant", "It is 1.", "t7"),
                t7=node("t6", "assistant", "", content=fenced),
            )
            | {"current_node": "t7", "is_archived": True}
        ]
    )
    answer = chat.conversation.path()[-1]
    assert answer.text == (
        "```python\nprint(1)\n```\n\n```\n1\n```\n\nIt is 1.\n\n~~~~\n```\n~~~~"
    )
    assert answer.thinking == "Let me see."
    assert chat.archived_ms == 1_700_000_100_000


def test_what_people_did_not_see_is_passed_over() -> None:
    context = {"content_type": "user_editable_context", "text": "About me"}
    chat = one([chatgpt(sys=node("root", "user", "", "q", content=context))])
    assert len(chat.conversation.path()) == 2
    empty = {"content_type": "code", "text": " "}
    chat = one([chatgpt(a1=node("q", "assistant", "", content=empty))])
    assert len(chat.conversation.nodes) == 2


def test_pictures_and_files_are_named_though_the_export_lacks_them() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file://x"}
    content = {"content_type": "multimodal_text", "parts": [picture, {"text": "Spoken."}]}
    files = {"attachments": [{"name": "plan.pdf"}, {"id": 3}]}
    chat = one(
        [chatgpt(q=node("sys", "user", "", "a1", "a2", content=content, metadata=files))]
    )
    first = chat.conversation.path()[0]
    assert first.text == "Spoken."
    assert [each.name for each in chat.files[first.id]] == ["plan.pdf", "Picture"]
    assert chat.files[first.id][0].note == MISSING


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ({}, Status.COMPLETE),
        ({"finish_details": {"type": "interrupted"}}, Status.STOPPED),
        ({"finish_details": {"type": "max_tokens"}}, Status.CUT),
    ],
)
def test_how_an_answer_ended_is_kept(ending: dict, status: Status) -> None:
    chat = one([chatgpt(a2=node("q", "assistant", "Second.", metadata=ending))])
    assert chat.conversation.path()[-1].status is status


def test_parents_that_are_missing_or_go_in_circles_lose_nothing() -> None:
    chat = one([chatgpt(q=node("a2", "user", "Which tree?"), lone=node("gone", "user", "Hm"))])
    assert {each.text for each in chat.conversation.nodes.values()} == {
        "Which tree?", "First.", "Second.", "Hm",
    }  # fmt: skip
    hidden = {"x": node("y", "system", ""), "y": node("x", "system", "")}
    chat = one([chatgpt(q=node("x", "user", "Which tree?", "a1", 3), **hidden)])
    assert chat.conversation.path()[0].text == "Which tree?"


def test_moments_that_cannot_be_are_replaced() -> None:
    odd = chatgpt(a2=node("q", "assistant", "Second.", time=1e18))
    odd["create_time"] = "soon"
    text = json.dumps([odd]).replace("1700000000.5", "NaN")
    (arrival,) = read_all([Document("x", text)], NOW)
    assert isinstance(arrival, Arrival)
    assert {each.created_ms for each in arrival.chat.conversation.nodes.values()} == {NOW}


def test_a_chat_without_messages_is_told_by_its_title() -> None:
    (refusal,) = read([{"title": "Empty\n one", "mapping": {}}])
    assert refusal == Refusal("Empty one", "it has no messages")
    assert why([{"title": 3, "mapping": {}}]) == "it has no messages"
    assert "too many" in why([{"mapping": dict.fromkeys(map(str, range(100_001)))}])


def test_ten_thousand_messages_are_read() -> None:
    nodes = {
        f"n{number}": node(f"n{number - 1}", "user" if number % 2 else "assistant", "x")
        for number in range(10_000)
    }
    chat = one([{"mapping": nodes, "current_node": "n9999"}])
    assert len(chat.conversation.path()) == 10_000


def test_a_chat_that_is_too_long_is_told(monkeypatch) -> None:
    monkeypatch.setattr(growing, "MOST_ITEMS", 3)
    assert why([chatgpt()]) == "it has too many messages"


# --- Claude ---


def said(sender: str, text: str, **more: object) -> dict:
    return {"sender": sender, "text": text, "created_at": "2025-03-01T10:00:00.5Z", **more}


def claude(*messages: dict, **more: object) -> dict:
    return {
        "uuid": "u-1",
        "name": "Plans",
        "created_at": "2025-03-01T09:00:00+00:00",
        "updated_at": "2025-03-02T09:00:00",
        "chat_messages": list(messages),
        **more,
    }


def test_claude_keeps_texts_thoughts_and_dates() -> None:
    blocks = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "One."},
        {"type": "tool_use", "name": "search", "text": None},
        {"type": "text", "text": "Two."},
    ]
    chat = one([claude(said("human", "Count."), said("assistant", "One Two", content=blocks))])
    assert told(chat) == [("user", "Count."), ("assistant", "One.\n\nTwo.")]
    assert chat.conversation.path()[1].thinking == "Hm."
    began = datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert chat.conversation.created_ms == began.timestamp() * 1000
    assert chat.updated_ms == began.timestamp() * 1000 + 24 * 3600 * 1000


def test_claude_keeps_what_was_attached() -> None:
    question = said(
        "human",
        "Read this.",
        attachments=[
            {"file_name": "a.txt", "file_size": 9, "extracted_content": "The text."},
            {"file_name": "", "file_size": -1, "extracted_content": "More."},
        ],
        files=[{"file_name": "a.txt"}, {"file_name": "b.png"}, {}],
    )
    chat = one([claude(question)])
    found = chat.files[chat.conversation.path()[0].id]
    assert [(each.name, each.size_bytes, each.text, each.note) for each in found] == [
        ("a.txt", 9, "The text.", ""),
        ("Attachment", 5, "More.", ""),
        ("b.png", 0, "", MISSING),
    ]


def test_claude_keeps_branches_where_the_export_tells_them() -> None:
    root = "00000000-0000-4000-8000-000000000000"
    messages = [
        said("human", "Q", uuid="q", parent_message_uuid=root),
        said("assistant", "A1", uuid="a1", parent_message_uuid="q"),
        said("assistant", "A2", uuid="a2", parent_message_uuid="q"),
    ]
    chat = one([claude(*messages, current_leaf_message_uuid="a1")])
    assert told(chat) == [("user", "Q"), ("assistant", "A1")]
    assert chat.branches == 2


def test_a_damaged_message_of_claude_is_told() -> None:
    assert "should be" in why([claude(3)])  # type: ignore[arg-type]


# --- LM Studio ---


def lmstudio(*messages: dict, **more: object) -> dict:
    return {"name": "Local", "createdAt": 1_720_000_000_000, "messages": list(messages), **more}


def place(*versions: dict, selected: object = 0) -> dict:
    return {"versions": list(versions), "currentlySelected": selected}


def plain(role: str, text: str) -> dict:
    return {"type": "singleStep", "role": role, "content": [{"type": "text", "text": text}]}


def steps(*blocks: dict) -> dict:
    return {"type": "multiStep", "role": "assistant", "steps": list(blocks)}


def block(text: str, **more: object) -> dict:
    return {"type": "contentBlock", "content": [{"type": "text", "text": text}], **more}


def test_lm_studio_keeps_versions_and_the_selected_one() -> None:
    first, second = plain("assistant", "A"), plain("assistant", "B")
    chat = one(
        lmstudio(
            place(plain("user", "Q")),
            place(first, second, selected=1),
            place(plain("user", "More?")),
            place({**second, "senderInfo": {"senderName": "qwen"}}, selected="x"),
            systemPrompt="Be brief.",
            pinned=True,
        ),
        "17.conversation.json",
    )
    assert told(chat) == [
        ("system", "Be brief."),
        ("user", "Q"),
        ("assistant", "B"),
        ("user", "More?"),
        ("assistant", "B"),
    ]
    assert chat.conversation.path()[-1].model == "qwen"
    assert chat.branches == 2
    assert chat.is_pinned


def test_lm_studio_keeps_the_parts_of_an_answer() -> None:
    made = {"identifier": "qwen3-8b", "stats": {"stopReason": "userStopped"}}
    tag = {"type": "text", "text": "<think>", "isStructural": True}
    thought = {
        "type": "contentBlock",
        "content": [tag, {"text": "Hm."}],
        "style": {"type": "thinking"},
    }
    answer = steps(thought, {"type": "debugInfoBlock", "content": [{"text": "no"}]},
                   block("Yes.", genInfo=made))  # fmt: skip
    chat = one(lmstudio(place(plain("user", "Q")), place(answer)))
    last = chat.conversation.path()[-1]
    assert (last.text, last.thinking, last.model) == ("Yes.", "Hm.", "qwen3-8b")
    assert last.status is Status.STOPPED


def test_a_message_of_lm_studio_without_versions_is_told() -> None:
    assert why(lmstudio(place(plain("user", "Q")), place())) == "a message in it has no version"
    assert why(lmstudio()) == "it has no messages"


@pytest.mark.parametrize("word", [[], {}, 7, None])
def test_what_should_be_a_word_and_is_something_else_is_passed_over(word: object) -> None:
    spoilt = {**plain("user", "Q"), "type": word}
    chat = one(lmstudio(place(plain("user", "Why?")), place(spoilt)))
    assert told(chat)[0] == ("user", "Why?")
    assert read({"format": word, "version": 1}) == []


# --- Jan ---


def jan(*lines: object, thread: object = None) -> list[Arrival | Refusal]:
    documents = [Document("threads/t1/messages.jsonl", "\n".join(map(json.dumps, lines)))]
    if thread is not None:
        documents.append(Document("threads/t1/thread.json", json.dumps(thread)))
    return list(read_all(documents, NOW))


def line(role: str, text: str, **more: object) -> dict:
    content = [{"type": "text", "text": {"value": text, "annotations": []}}]
    return {"object": "thread.message", "role": role, "content": content, **more}


def test_jan_joins_the_messages_with_their_thread() -> None:
    thread = {
        "object": "thread",
        "id": "t1",
        "title": "Boats",
        "created": 1_700_000_000,
        "updated": 1_700_000_500_000,
        "assistants": [{}, {"model": {"id": "llama"}}],
        "isFavorite": True,
    }
    question = line("user", "Sail?", created_at=1_700_000_000_250)
    answer = line("assistant", "Yes.", status="stopped", created_at=1_700_000_001)
    other = {**line("assistant", ""), "content": "No.", "metadata": {"modelId": "qwen"}}
    (arrival,) = jan(question, answer, question | {"id": "z"}, other, thread=thread)
    assert isinstance(arrival, Arrival)
    chat = arrival.chat
    assert arrival.source == "Jan"
    assert chat.conversation.title == "Boats"
    path = chat.conversation.path()
    assert [each.text for each in path] == ["Sail?", "Yes.", "Sail?", "No."]
    assert [each.model for each in path] == ["", "llama", "", "qwen"]
    assert path[0].created_ms == 1_700_000_000_250
    assert path[1].status is Status.STOPPED
    assert chat.updated_ms == 1_700_000_500_000
    assert chat.is_pinned


def test_jan_is_read_without_its_thread_and_told_when_damaged() -> None:
    (arrival,) = jan(line("user", "Alone", thread_id="t9"))
    assert isinstance(arrival, Arrival)
    assert arrival.chat.conversation.title == ""
    assert jan({"level": "info"}) == []
    (refusal,) = jan(line("user", "x"), 3, thread={"title": "Boats"})
    assert refusal == Refusal("Boats", "a part of it is not what it should be")
    (refusal,) = jan()
    assert refusal == Refusal("threads/t1/messages.jsonl", "it has no messages")
    (refusal,) = read_all([Document("a/messages.jsonl", "{")], NOW)
    assert "damaged" in refusal.why


# --- any of them ---


@pytest.mark.parametrize(
    ("found", "moment"),
    [
        (1.5, 1500),
        (1_700_000_000_000, 1_700_000_000_000),
        ("1970-01-01T00:00:01Z", 1000),
        ("1970-01-01T00:00:01", 1000),
        ("1960-01-01", 0),
        ("0001-01-01T00:00:00+23:59", 0),
        ("soon", 0),
        (float("nan"), 0),
        (float("inf"), 0),
        (-5, 0),
        (True, 0),
        (None, 0),
        (10**400, 0),
    ],
)
def test_moments_are_read_in_every_spelling(found: object, moment: int) -> None:
    assert moment_ms(found) == moment


def test_an_export_in_an_object_is_found() -> None:
    assert told(one({"conversations": [chatgpt()]}))[0] == ("user", "Which tree?")


EXAMPLES = [
    [chatgpt()],
    [claude(said("human", "Q", content=[{"type": "text", "text": "Q"}], attachments=[{}]))],
    lmstudio(place(plain("user", "Q")), place(steps(block("A", genInfo={"stats": {}})))),
    line("user", "x"),
]
ODD = st.sampled_from(
    [None, True, -1, 0, 2**70, 1e308, "", "q", "\ud800", [], {}, [[]], {"text": 3}, ["q", None]]
)


def mutated(draw, value: object) -> object:
    """Return a value with something in it replaced."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 5)):
        copy = value.copy()
        keys = sorted(copy) if isinstance(copy, dict) else range(len(copy))
        key = draw(st.sampled_from(keys))
        copy[key] = mutated(draw, copy[key])  # type: ignore[index]
        return copy
    return draw(ODD)


@given(st.data())
def test_a_changed_file_gives_whole_chats_or_reasons_and_never_another_fault(data) -> None:
    value = data.draw(st.sampled_from(EXAMPLES))
    for _ in range(data.draw(st.integers(1, 3))):
        value = mutated(data.draw, value)
    name = data.draw(st.sampled_from(["conversations.json", "t/messages.jsonl"]))
    text = json.dumps(value)
    text = text[: data.draw(st.integers(0, len(text)))] if data.draw(st.booleans()) else text
    for each in read_all([Document(name, text)], NOW):
        if isinstance(each, Arrival):
            conversation = each.chat.conversation
            assert conversation.head in conversation.nodes
            assert all(m.role in Role and m.created_ms <= NOW for m in conversation.path())
            "".join(m.text for m in conversation.nodes.values()).encode()
