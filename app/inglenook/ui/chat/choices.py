"""What can be done about an answer that has no good end: which buttons, and where."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from inglenook.chat.message import Message, Status
from inglenook.ui.chat.frame import Frame
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.theme import LABEL, SPACE_2
from inglenook.ui.words import one_line, tr

BEFORE_ICON, ICON, AFTER_ICON, AFTER_WORDS = 12, 16, 8, 14
"""Pixels at 100 % text size."""

_ICONS = {
    Act.CONTINUE: "continue",
    Act.EDIT_QUESTION: "pencil",
    Act.LENGTHEN: "lengthen",
    Act.TRY_AGAIN: "refresh",
    Act.ANSWER_HERE: "monitor",
}
_BROKEN = {Status.FAILED, Status.INTERRUPTED}
CHOICES = frozenset(_ICONS)


@dataclass(frozen=True, slots=True)
class Reach:
    """How long a conversation the model can take.

    Attributes:
        context_tokens: As it is loaded; 0 while it is not.
        longest_tokens: As it could be loaded on this computer.
        local_model: Name of the model that this computer could answer with; "" for none.
        is_away: An engine elsewhere answers, with one draft.
    """

    context_tokens: int = 0
    longest_tokens: int = 0
    local_model: str = ""
    is_away: bool = False


def choices_of(message: Message, reach: Reach) -> dict[Act, str]:
    """Return what can be chosen under the last message of a branch, with its words."""
    if message.needs_tokens > reach.context_tokens > 0:
        found = {Act.EDIT_QUESTION: tr("Edit the message")}
        if message.status is not Status.FAILED:
            found.clear()  # the question is fine, the answer to it has grown too long
        if message.needs_tokens <= reach.longest_tokens:
            found[Act.LENGTHEN] = tr("Load with a longer context")
        return found
    found = {Act.CONTINUE: tr("Continue")} if message.is_open_ended else {}
    return found | _instead(message, reach)


def _instead(message: Message, reach: Reach) -> dict[Act, str]:
    """Return what can be done where an engine elsewhere did not answer."""
    was_elsewhere = message.made is not None and bool(message.made.elsewhere)
    if not was_elsewhere or message.status not in _BROKEN:
        return {}
    found = {Act.TRY_AGAIN: tr("Try again")}
    if reach.local_model:
        words = tr("Answer on this computer with {model}")
        found[Act.ANSWER_HERE] = words.format(model=one_line(reach.local_model, 40))
    return found


def icon_of(act: Act) -> str:
    """Return the icon of a choice."""
    return _ICONS[act]


def lay_choices(choices: dict[Act, str], frame: Frame, beside: QRectF) -> list[Target]:
    """Return where the choices stand: beside the note if all fit there, else below it."""
    px, high = frame.ink.px, frame.button
    metrics = QFontMetricsF(frame.ink.font(LABEL))
    around = px(BEFORE_ICON + ICON + AFTER_ICON + AFTER_WORDS)
    widths = [metrics.horizontalAdvance(words) + around for words in choices.values()]
    beside = frame.placed(beside)
    x, y = beside.right() + px(12), beside.center().y() - high / 2
    if x + sum(widths) + SPACE_2 * (len(widths) - 1) > frame.width:
        x, y = 0.0, beside.bottom() + SPACE_2
    targets = []
    for (act, words), wide in zip(choices.items(), widths, strict=True):
        if x > 0 and x + wide > frame.width:
            x, y = 0.0, y + high + SPACE_2
        targets.append(Target(act, frame.placed(QRectF(x, y, wide, high)), words))
        x += wide + SPACE_2
    return targets
