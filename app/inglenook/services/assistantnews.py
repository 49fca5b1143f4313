"""Announcements about assistants, saved prompts, and which of them a chat has."""

from dataclasses import dataclass

from inglenook.chat.assistant import Assistant, Prompt
from inglenook.chat.elsewhere import HERE, Choice
from inglenook.core.ids import ChatId
from inglenook.effort.level import Level
from inglenook.effort.thinking import Thinking


@dataclass(frozen=True, slots=True)
class ListedAssistant:
    """One assistant as the list shows it.

    Attributes:
        is_included: It came with the application; it can be hidden, but not deleted.
        is_changed: It is included, and not as we wrote it.
        is_hidden: It is offered only where hidden ones are listed.
    """

    assistant: Assistant
    is_included: bool = False
    is_changed: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class AssistantsChanged:
    """The assistants, or their order, are different.

    Attributes:
        assistants: All of them, hidden ones too, in the order of the list.
    """

    assistants: tuple[ListedAssistant, ...]


@dataclass(frozen=True, slots=True)
class PromptsChanged:
    """The saved prompts, or their order, are different."""

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class ChatBriefed:
    """How the next answers of a chat are asked for.

    Attributes:
        assistant: The plain one if nobody chose, or if the one chosen is gone.
        instructions: For this chat alone.
        effort: What its answers take unless one asks for another; None for the usual.
        thinking: How long the model thinks here; None for the usual.
        choice: The engine that answers here.
    """

    chat: ChatId
    assistant: Assistant
    instructions: str = ""
    effort: Level | None = None
    thinking: Thinking | None = None
    choice: Choice = HERE
