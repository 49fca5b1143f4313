"""The row of actions under a message: which there are and where they stand."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from inglenook.ui.chat.code_piece import CodePiece
from inglenook.ui.chat.frame import ACTIONS, BUTTON
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.phrases import act_name, code_act_name, versions_label
from inglenook.ui.chat.table_piece import TABLE_GAP, TablePiece
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.theme import LABEL
from inglenook.ui.words import tr

EDGE = 8
"""The space between a button's edge and its icon, so that icons line up with the text."""


def action_row(view: MessageView, ink: Ink) -> list[Target]:
    """Return the actions of a message, in reading order; none while it is being written."""
    if view.writing:
        return []
    acts = [Act.COPY, Act.EDIT]
    if not view.mine:
        acts[1:1] = [Act.REGENERATE, Act.AGAIN]
    if view.message.timings is not None and not view.mine:
        acts.append(Act.DETAILS)
    acts.append(Act.MENU)
    if not view.text:
        acts = [Act.REGENERATE, Act.MENU]
    arrows = versions_width(view, ink) if view.versions > 1 else 0.0
    wide, high = ink.px(BUTTON), ink.px(ACTIONS)
    edge = view.placed(view.bubble()).left()
    x = edge - arrows - wide * len(acts) - 4 if view.mine else -ink.px(EDGE)
    y = view.actions_top()
    # Arrows come first: they stay when the others hide.
    row = _arrows(view, ink, QRectF(x, y, arrows, high)) if arrows and not view.mine else []
    x += 0.0 if view.mine else arrows
    for act in acts:
        place = view.placed(QRectF(x, y, wide, high))
        row.append(Target(act, place, act_name(act, view.message)))
        x += wide
    if arrows and view.mine:
        row += _arrows(view, ink, QRectF(x, y, arrows, high))
    return row


def versions_width(view: MessageView, ink: Ink) -> float:
    """Return how wide the two arrows and the words between them are."""
    words = versions_label(view.version, view.versions)
    return 2 * ink.px(BUTTON) + QFontMetricsF(ink.font(LABEL)).horizontalAdvance(words)


def _arrows(view: MessageView, ink: Ink, place: QRectF) -> list[Target]:
    back, on = QRectF(place), QRectF(place)
    back.setWidth(ink.px(BUTTON))
    on.setLeft(place.right() - ink.px(BUTTON))
    return [
        Target(Act.PREVIOUS, view.placed(back), act_name(Act.PREVIOUS, view.message)),
        Target(Act.NEXT, view.placed(on), act_name(Act.NEXT, view.message)),
    ]


def block_targets(view: MessageView, ink: Ink) -> list[Target]:
    """Return the buttons of the code blocks and tables that are laid out."""
    targets = []
    for index, piece in enumerate(view.pieces):
        corner = view.corner(index) if piece is not None else QPointF()
        if isinstance(piece, CodePiece):
            for act, rect in piece.buttons().items():
                name = code_act_name(act, piece.name, wrapped=piece.wrapped)
                targets.append(Target(act, rect.translated(corner), name, str(index)))
        elif isinstance(piece, TablePiece) and not view.blocks[index].continued:
            side = ink.px(BUTTON)
            rect = QRectF(piece.width + TABLE_GAP, 2, side, side)
            name = tr("Copy the table")
            targets.append(Target(Act.TABLE_MENU, rect.translated(corner), name, str(index)))
    return targets


def all_targets(view: MessageView, ink: Ink) -> list[Target]:
    """Return everything in a message that can be pressed, in reading order."""
    body = [*view.targets, *view.links(), *block_targets(view, ink)]
    body.sort(key=lambda target: (target.rect.top(), target.rect.left()))
    return [*body, *action_row(view, ink)]
