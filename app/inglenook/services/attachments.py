"""Announcements about documents that are attached, and whether they fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.chat.attachment import Attachment, with_documents
from inglenook.chat.document import Document
from inglenook.chat.tokens import about_tokens
from inglenook.chat.window import reply_reserve
from inglenook.core.errors import Problem

_TEMPLATE_TOKENS = 64
"""What a chat template and its usual instructions put around one question."""
_MARGIN = 0.9
"""Estimates are off by a tenth for most texts; the engine counts exactly at the end."""


@dataclass(frozen=True, slots=True)
class DocumentProgressed:
    """A page of a document was read; told ten times a second at most."""

    ticket: str
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document was read, or cannot be.

    Attributes:
        ticket: Names the reading, as ``read`` returned it.
        document: What it says; None after a problem.
    """

    ticket: str
    document: Document | None = None
    problem: Problem | None = None


def about_tokens_of(words: str, attachments: Sequence[Attachment]) -> int:
    """Return about how many tokens a question takes with what goes with it."""
    return about_tokens(with_documents(words, attachments))


def room_for_documents(words: str, context_tokens: int) -> int:
    """Return about how many tokens of documents fit beside a question.

    Older messages are left out for them where they must be; room for the answer stays.

    Args:
        words: The question.
        context_tokens: What the model holds; 0 if nothing is known.
    """
    free = context_tokens - reply_reserve(context_tokens) - _TEMPLATE_TOKENS
    return max(0, int(free * _MARGIN) - about_tokens(words))
