"""The row of actions under a message: which there are and where they stand."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from inglenook.ui.chat.code_piece import CodePiece
from inglenook.ui.chat.frame import ACTIONS, BUTTON
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.phrases import act_name, versions_label
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.theme import LABEL
from inglenook.ui.words import tr

EDGE = 8
"""The space between a button's edge and its icon, so that icons line up with the text."""


def action_row(view: MessageView, ink: Ink) -> list[Target]:
    """Return the actions of a message, left to right; none while it is being written."""
    if view.writing:
        return []
    acts = [Act.COPY, Act.EDIT] if view.mine else [Act.COPY, Act.REGENERATE, Act.EDIT]
    if not view.text:
        acts = [Act.REGENERATE]
    arrows = versions_width(view, ink) if view.versions > 1 else 0.0
    x = view.bubble().left() - arrows - BUTTON * len(acts) - 4 if view.mine else -EDGE
    y = view.actions_top()
    # Arrows come first: they stay when the others hide.
    row = _arrows(view, x, y, arrows) if arrows and not view.mine else []
    x += 0.0 if view.mine else arrows
    for act in acts:
        row.append(Target(act, QRectF(x, y, BUTTON, ACTIONS), act_name(act, view.message)))
        x += BUTTON
    return [*row, *_arrows(view, x, y, arrows)] if arrows and view.mine else row


def versions_width(view: MessageView, ink: Ink) -> float:
    """Return how wide the two arrows and the words between them are."""
    words = versions_label(view.version, view.versions)
    return 2 * BUTTON + QFontMetricsF(ink.font(LABEL)).horizontalAdvance(words)


def _arrows(view: MessageView, x: float, y: float, wide: float) -> list[Target]:
    back = QRectF(x, y, BUTTON, ACTIONS)
    on = QRectF(x + wide - BUTTON, y, BUTTON, ACTIONS)
    return [
        Target(Act.PREVIOUS, back, act_name(Act.PREVIOUS, view.message)),
        Target(Act.NEXT, on, act_name(Act.NEXT, view.message)),
    ]


def code_targets(view: MessageView) -> list[Target]:
    """Return the copy buttons of the code blocks that are laid out."""
    targets = []
    for index, piece in enumerate(view.pieces):
        if isinstance(piece, CodePiece):
            rect = piece.copy_rect().translated(view.corner(index))
            name = tr("Copy {} code").format(piece.name)
            targets.append(Target(Act.COPY_CODE, rect, name, str(index)))
    return targets


def all_targets(view: MessageView, ink: Ink) -> list[Target]:
    """Return everything in a message that can be pressed, in reading order."""
    body = [*view.targets, *view.links(), *code_targets(view)]
    body.sort(key=lambda target: (target.rect.top(), target.rect.left()))
    return [*body, *action_row(view, ink)]
