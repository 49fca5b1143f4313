"""Questions that a small model answers without end, and chats of a known length.

Each takes a number, and differs from those with other numbers in its first words, so that
no cache helps unless a cache is what is measured.
"""

from dataclasses import replace

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT, Sampling
from inglenook.engine.protocol import Turn
from peers.side import Question

TOKENS_A_TURN = 122
"""Of ``told`` and its role marks, by the starter model's tokenizer."""


NEVER_ENDS = ((0, -100.0), (2, -100.0), (4, -100.0))
"""Biases against every token that ends an answer of the starter model."""


def short(
    number: int, *, tokens: int, sampling: Sampling = EXACT, is_endless: bool = True
) -> Question:
    """Return a question of some 100 tokens; its answer counts on and on, if it is endless."""
    start = 1 + number * 20
    begun = "\n".join(str(start + at) for at in range(12))
    if is_endless:
        sampling = replace(sampling, logit_bias=NEVER_ENDS)
    text = (
        f"Write a table that counts from {start} to {start + 3000}, "
        f"one number on each line. Begin:\n{begun}"
    )
    return Question(f"short-{number}", (Turn(Role.USER, text),), tokens, sampling)


def long(number: int, *, tokens: int, sentences: int) -> Question:
    """Return a question of some 9 tokens a sentence."""
    text = f"{number}. " + "The kettle sings and the fire glows. " * sentences
    return Question(f"long-{number}", (Turn(Role.USER, text),), tokens)


def chat(number: int, *, tokens: int, prompt_tokens: int) -> Question:
    """Return a chat of many turns with about so many tokens, a person's turn last."""
    pairs = max(1, round(prompt_tokens / TOKENS_A_TURN / 2))
    turns = [
        Turn(role, told(number, at, role))
        for at in range(pairs)
        for role in (Role.USER, Role.ASSISTANT)
    ]
    last = Turn(Role.USER, f"And what of the number {number}?")
    return Question(f"chat-{number}", (*turns, last), tokens)


def told(number: int, at: int, role: Role) -> str:
    """Return what one turn of a chat says."""
    opening = f"Part {at} of story {number}, told by the {role.value}. "
    return opening + "A kettle sings, a cat sleeps, and the rain falls on the roof. " * 6
