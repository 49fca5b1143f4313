"""Drafts as a list in a prompt, shortened until there is room for it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

LEAST_CHARACTERS = 160
"""Two or three lines: what is shorter tells too little of a draft."""

_GAP = " […] "

T = TypeVar("T")


def listed(question: str, texts: Sequence[str], wish: str) -> str:
    """Return a message that shows a question and answers to it, and ends with a wish.

    Args:
        question: What was asked.
        texts: The answers; they are numbered from 1.
        wish: What to do with them.
    """
    answers = "\n\n".join(f"Answer {at}:\n{text}" for at, text in enumerate(texts, 1))
    return f"Question:\n{question}\n\n{answers}\n\n{wish}"


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters: its beginning and its end.

    Args:
        text: Any.
        most: More than the mark that stands for what was left out.
    """
    if len(text) <= most:
        return text
    kept = most - len(_GAP)
    return f"{text[: kept - kept // 2]}{_GAP}{text[len(text) - kept // 2 :]}"


def fitted(texts: Sequence[str], attempt: Callable[[Sequence[str]], T | None]) -> T | None:
    """Try texts, then shorter ones, then fewer, until an attempt succeeds.

    Args:
        texts: The most important first.
        attempt: Returns None if there is no room for these.

    Returns:
        What the attempt returned; None if there is no room for two of them.
    """
    most = max(map(len, texts), default=0)
    count = len(texts)
    while count > 1:
        found = attempt([shortened(each, most) for each in texts[:count]])
        if found is not None:
            return found
        if most > LEAST_CHARACTERS:
            most = max(LEAST_CHARACTERS, most // 2)
        else:
            count -= 1
    return None
