"""Announcements about what is attached, and whether documents fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.chat.attachment import Attachment, with_documents
from inglenook.chat.document import Document
from inglenook.chat.tokens import about_tokens
from inglenook.chat.window import reply_reserve
from inglenook.core.errors import Problem
from inglenook.models.fit import Plan

_TEMPLATE_TOKENS = 64
"""What a chat template and its usual instructions put around one question."""
_AROUND_TOKENS = 80
"""What the longest name and the words around a document take."""
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


@dataclass(frozen=True, slots=True)
class DocumentsFitted:
    """What fits of documents was worked out.

    Attributes:
        ticket: Names the work, as ``fit`` returned it.
        given: What to send of each; None if no part matches the question.
    """

    ticket: str
    given: tuple[Attachment, ...] | None


@dataclass(frozen=True, slots=True)
class PictureRead:
    """A picture is ready, or cannot be attached.

    Attributes:
        ticket: Names the work, as ``prepare`` returned it.
        picture: What to send; None after a problem.
    """

    ticket: str
    picture: Attachment | None = None
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


def longer_context(plan: Plan | None, question: str, documents: Sequence[Document]) -> int:
    """Return a context that holds documents as a whole beside a question.

    Returns:
        Tokens; 0 if this computer has no room for so many, or no model is planned.
    """
    if plan is None:
        return 0
    needed = about_tokens_of(question, [each.whole() for each in documents])
    now, longest = plan.settings.context_tokens, plan.longest_context_tokens
    for tokens in (1 << power for power in range(10, 24)):
        if tokens > now and room_for_documents("", min(tokens, longest)) >= needed:
            return min(tokens, longest)
    return 0


def shares(costs: Sequence[int], room: int) -> tuple[int, ...]:
    """Return how many tokens each document may take, so that all of them fit.

    Short ones keep all they need; the others share what is left in equal parts.
    """
    granted = [0] * len(costs)
    left = room
    order = sorted(range(len(costs)), key=lambda number: costs[number])
    for place, number in enumerate(order):
        granted[number] = min(costs[number], left // (len(order) - place))
        left -= granted[number]
    return tuple(granted)


def beginnings(documents: Sequence[Document], room: int) -> tuple[Attachment, ...]:
    """Return the beginning of each document, as much as fits; short ones are whole."""
    wholes = [each.whole() for each in documents]
    costs = [about_tokens(each.text) for each in wholes]
    room = max(0, room - _AROUND_TOKENS * len(wholes))
    return tuple(
        whole if cost <= share else document.beginning(share)
        for document, whole, cost, share in zip(
            documents, wholes, costs, shares(costs, room), strict=True
        )
    )


def matching(
    documents: Sequence[Document], question: str, room: int
) -> tuple[Attachment, ...] | None:
    """Return the parts of each document that match a question, as much as fits.

    Short documents are whole. None if no part of the others matches.
    """
    wholes = [each.whole() for each in documents]
    costs = [about_tokens(each.text) for each in wholes]
    room = max(0, room - _AROUND_TOKENS * len(wholes))
    found: list[Attachment | None] = [
        whole if cost <= share else document.about(question, share)
        for document, whole, cost, share in zip(
            documents, wholes, costs, shares(costs, room), strict=True
        )
    ]
    told = tuple(each for each in found if each is not None)
    return told if len(told) == len(found) else None
