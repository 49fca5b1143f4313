"""Which part of a conversation a model is given, and what is said about the rest."""

from collections.abc import Sequence

from inglenook.chat.attachment import Kind, with_documents
from inglenook.chat.message import Message, Role
from inglenook.chat.window import MOST_RESERVE_TOKENS
from inglenook.core.errors import Problem
from inglenook.core.units import MIB
from inglenook.engine.protocol import Turn

MOST_PICTURES_BYTES = 40 * MIB
"""Of one branch; they grow by a third on their way to the engine, whose messages end at 64."""
_LEFT_OUT = "[Pictures were sent here, which are left out now.]"


def turns_of(path: Sequence[Message]) -> tuple[Turn, ...]:
    """Return a branch as a model is given it, to answer its last message.

    Documents stand in front of the words that they were sent with, and pictures before those.
    The oldest pictures are only spoken of where all together would be too large to send.
    """
    room = MOST_PICTURES_BYTES
    turns: list[Turn] = []
    for each in filter(_says_something, reversed(path)):
        shown = [one.data for one in each.attachments if one.kind is Kind.IMAGE and one.data]
        room -= sum(map(len, shown))
        text = with_documents(each.text, each.attachments)
        if shown and room < 0:
            text, shown = f"{_LEFT_OUT}\n{text}", []
        turns.append(Turn(each.role, text, pictures=tuple(shown)))
    return tuple(reversed(turns))


def turns_to_go_on(path: Sequence[Message]) -> tuple[Turn, ...]:
    """Return a branch as a model is given it, to go on with the answer that ends it."""
    begun = path[-1]
    return (*turns_of(path[:-1]), Turn(begun.role, begun.text, begun.thinking))


def _says_something(message: Message) -> bool:
    """Tell whether a message is sent; an answer that failed says nothing."""
    return bool(message.text) or message.role is not Role.ASSISTANT


def messages_left_out(path: Sequence[Message], turns: int) -> int:
    """Return how many messages stand before the first one that was sent.

    Args:
        path: The branch that was asked for, oldest first.
        turns: How many of its turns were left out; system turns that open it always stay.
    """
    if turns < 1:
        return 0
    sent = [number for number, each in enumerate(path) if _says_something(each)]
    opening = next(
        (place for place, number in enumerate(sent) if path[number].role is not Role.SYSTEM),
        0,
    )
    return sent[min(opening + turns, len(sent) - 1)]


def start_before(path: Sequence[Message]) -> int:
    """Return which turn of a branch came first when it was answered before.

    The model goes on from there as long as the rest fits, also after it was loaded anew:
    what is known of the turns behind that place need not be read again.

    Returns:
        A place among the turns, system turns counted; 0 if all were sent.
    """
    answers = [each for each in path if each.role is Role.ASSISTANT and _has_begun(each)]
    left_out = answers[-1].left_out if answers else 0
    return sum(map(_says_something, path[:left_out]))


def _has_begun(answer: Message) -> bool:
    return bool(answer.text or answer.thinking or answer.left_out)


def left_out_in_words(messages: int) -> str:
    """Return a sentence on messages that were left out; ``""`` if there were none."""
    if not messages:
        return ""
    if messages == 1:
        return "The oldest message was left out: not all fits the model's context."
    return f"The {messages} oldest messages were left out: not all fits the model's context."


def needed_context(problem: Problem) -> int:
    """Return the context in tokens that a message would have needed; 0 for other problems."""
    tokens = problem.facts.get("tokens", "")
    is_length = "budget" in problem.facts and tokens.isascii() and tokens.isdigit()
    return int(tokens) + MOST_RESERVE_TOKENS if is_length else 0
