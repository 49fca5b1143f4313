"""Engines elsewhere for tests and pictures, and chats that they answer."""

from inglenook.chat.assistant import Assistant
from inglenook.chat.elsewhere import HERE, Choice, Endpoint, OfferedModel
from inglenook.chat.made import Made
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.endpointnews import EndpointsChanged

BOX = Endpoint(
    "BOX", "The big machine", "http://box:8000/v1", "box:8000",
    (OfferedModel("Qwen3-32B", 32768), OfferedModel("gpt-oss-120b", 131072)), is_agreed=True,
)  # fmt: skip
LAB = Endpoint(
    "LAB", "llm.lab.example", "https://llm.lab.example/v1", "llm.lab.example",
    (OfferedModel("DeepSeek-V3.2"),), has_key=True,
)  # fmt: skip
OLLAMA = Endpoint(
    "OLLAMA", "Ollama", "http://127.0.0.1:11434/v1", "127.0.0.1:11434",
    (OfferedModel("gemma3:12b"),), is_agreed=True, is_here=True,
)  # fmt: skip
ALL = EndpointsChanged((BOX, LAB, OLLAMA))
AWAY = Choice("BOX", "Qwen3-32B")


def briefed(chat: ChatId, choice: Choice = AWAY) -> ChatBriefed:
    return ChatBriefed(chat, Assistant("plain", "Inglenook"), choice=choice)


def at_home(chat: ChatId) -> ChatBriefed:
    return briefed(chat, HERE)


def talk(text: str = "", status: Status = Status.FAILED, note: str = "") -> Conversation:
    """Return a chat whose last answer was another engine's."""
    question = Message(NodeId("0Q"), None, Role.USER, "What is in the annual report?", 1)
    answer = Message(
        NodeId("1A"), question.id, Role.ASSISTANT, text, 2, status, note=note,
        model="Qwen3-32B · box:8000", made=Made(elsewhere="Qwen3-32B · box:8000"),
    )  # fmt: skip
    empty = Conversation(ChatId("C1"), title="The annual report")
    return empty.with_message(question).with_message(answer)
