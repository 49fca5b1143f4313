"""Where a card about drafts stands in a message, and which one."""

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from inglenook.chat.comparison import Comparison
from inglenook.chat.message import Message
from inglenook.services.events import LiveText
from inglenook.ui.chat.attachment_piece import AttachmentCards, guessed_height
from inglenook.ui.chat.frame import Frame
from inglenook.ui.chat.target import Target
from inglenook.ui.effort.card import HEAD, ComparedCard
from inglenook.ui.effort.livecard import LiveCard
from inglenook.ui.theme import SPACE_2, SPACE_3

if TYPE_CHECKING:
    from inglenook.ui.chat.message_view import MessageView

Card: TypeAlias = LiveCard | ComparedCard | AttachmentCards


def card_of(view: "MessageView", before: Card | None, frame: Frame) -> Card | None:
    """Return the card of a message; the one before, if that is still how things stand."""
    if view.mine:
        return _documents(view.message, before, frame)
    live = view.live
    if live is not None and _is_compared(live):
        if isinstance(before, LiveCard) and before.shows(live, frame.ink, frame.width):
            return before
        return LiveCard(live, frame.ink, frame.width)
    comparison = view.comparison
    if comparison is None or not is_worth_showing(comparison) or view.waits_for_drafts():
        return None
    energy_j = view.message.made.energy_j if view.message.made else 0.0
    wanted = (comparison, view.unfolded, frame.ink, frame.width, energy_j)
    if isinstance(before, ComparedCard) and before.was_made_for(*wanted):
        return before
    return ComparedCard(*wanted)


def card_room(message: Message, card: Card | None, frame: Frame) -> float:
    """Return the height of a card with the space below it; a guess before it is laid out."""
    if card is not None:
        return card.height + (SPACE_2 if message.attachments else SPACE_3)
    if message.attachments:
        return guessed_height(len(message.attachments), frame.ink, frame.width) + SPACE_2
    if message.comparison is None or not is_worth_showing(message.comparison):
        return 0.0
    return frame.ink.px(HEAD) + SPACE_3


def _documents(message: Message, before: Card | None, frame: Frame) -> Card | None:
    if not message.attachments:
        return None
    wanted = (message.attachments, frame.ink, frame.width)
    if isinstance(before, AttachmentCards) and before.was_made_for(*wanted):
        return before
    return AttachmentCards(*wanted)


def card_targets(card: Card | None, top: float) -> list[Target]:
    """Return what can be pressed in a card, from the message's corner."""
    if card is None:
        return []
    return [replace(each, rect=each.rect.translated(0, top)) for each in card.targets]


def is_worth_showing(comparison: Comparison) -> bool:
    """Whether there is anything to compare: more than one draft."""
    return len(comparison.drafts) > 1


def _is_compared(live: LiveText) -> bool:
    """Whether drafts are being written and none is chosen yet.

    That several were asked for is not enough: at temperature 0 the engine writes one.
    """
    is_chosen = live.comparison is not None and bool(live.comparison.reason)
    return live.most_drafts > 1 and bool(live.drafts or live.nodes) and not is_chosen
