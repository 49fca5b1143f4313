"""What fills a model's context: counted where an answer told it, estimated behind that."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.chat.attachment import with_documents
from inglenook.chat.message import Message, Role
from inglenook.chat.tokens import about_tokens, about_tokens_together
from inglenook.chat.window import reply_reserve

AMBER, RED = 0.75, 0.9
"""Shares of the context from which on the window warns, and offers what can be done."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Tokens of the next prompt by what they are for.

    Attributes:
        context_tokens: All there are; 0 while no model is loaded.
        instructions: Of an assistant, of the chat, and messages that instruct.
        documents: What goes with messages.
        conversation: All that was said.
        draft: What is being written.
        reserve: Room that stays free for the answer.
    """

    context_tokens: int = 0
    instructions: int = 0
    documents: int = 0
    conversation: int = 0
    draft: int = 0
    reserve: int = 0

    @property
    def used(self) -> int:
        """Tokens the next prompt would have, were nothing left out."""
        return self.instructions + self.documents + self.conversation + self.draft

    @property
    def share(self) -> float:
        """Of the context without the room for the answer, how much that is; 1 is full."""
        room = self.context_tokens - self.reserve
        return self.used / room if room > 0 else 0.0


def fill_of(
    path: Sequence[Message], context_tokens: int, *, instructions: str = "", draft: str = ""
) -> Fill:
    """Return what the next prompt of a branch would be made of.

    What the last finished answer cost is known to the token, with all that came before it;
    only what follows is estimated.

    Args:
        path: The branch, oldest first.
        context_tokens: Of the model as it is loaded; 0 if none is.
        instructions: What the model is told before the conversation.
        draft: What is being written.
    """
    counted, rest = _counted(path)
    told = about_tokens(instructions) if instructions else 0
    told += _of_words([each for each in path if each.role is Role.SYSTEM])
    documents = sum(_of_documents(each) for each in path)
    if counted:
        said = max(0, counted - told - documents) + _of_words(rest)
        documents = min(documents, counted + sum(map(_of_documents, rest)))
    else:
        said = _of_words([each for each in path if each.role is not Role.SYSTEM])
    return Fill(
        context_tokens,
        told,
        documents,
        said,
        about_tokens(draft) if draft else 0,
        reply_reserve(context_tokens),
    )


def _counted(path: Sequence[Message]) -> tuple[int, Sequence[Message]]:
    """Return the tokens up to the last answer that tells its cost, and what follows it."""
    for at in range(len(path) - 1, -1, -1):
        timings = path[at].timings
        if timings is not None and timings.prompt_tokens:
            return timings.prompt_tokens + timings.answer_tokens, path[at + 1 :]
    return 0, path


def _of_words(messages: Sequence[Message]) -> int:
    return about_tokens_together([each.text for each in messages])


def _of_documents(message: Message) -> int:
    if not message.attachments:
        return 0
    return about_tokens(with_documents("", message.attachments))
