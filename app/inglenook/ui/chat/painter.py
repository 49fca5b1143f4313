"""Paints one message: header, bubble, blocks, note, actions."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from inglenook.ui.chat.actions import action_row, block_targets
from inglenook.ui.chat.choices import AFTER_ICON, BEFORE_ICON, CHOICES, ICON, icon_of
from inglenook.ui.chat.frame import HEADER, NOTE_ICON, NOTE_X, NOTE_Y, TOP
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.phrases import (
    live_meta,
    name_of,
    note_look,
    stats_of,
    versions_label,
    waiting_words,
)
from inglenook.ui.chat.piece import Mark
from inglenook.ui.chat.search import Hit, Search
from inglenook.ui.chat.selection import Selection
from inglenook.ui.chat.surroundings import SurroundingsPainter
from inglenook.ui.chat.target import CARD_ACTS, Act, Target
from inglenook.ui.chat.text_piece import utf16_length
from inglenook.ui.effort.words import header_words
from inglenook.ui.theme import BODY, LABEL, RADIUS_ROW, UI, TypeStyle
from inglenook.ui.words import one_line, tr

NAME = TypeStyle(15, 24, 600)
CHIP, BUBBLE_RADIUS = 26, 14
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_TURNED = {Act.PREVIOUS: Act.NEXT, Act.NEXT: Act.PREVIOUS}
"""What points the other way where people read from the right."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true of a message only now.

    Attributes:
        number: Of the message in the conversation.
        active: Actions are shown: it is the last, or pointed at, or has the focus.
        hovered: What the pointer is over.
        focused: What has the keyboard.
        copied: What was copied a moment ago, and says so.
        caret: The caret of a live answer is in its visible half-second.
        search: What is looked for, with the matches found so far.
        hit: The match that is shown at the moment.
    """

    number: int
    active: bool
    hovered: Target | None = None
    focused: Target | None = None
    copied: Target | None = None
    caret: bool = False
    selection: Selection | None = None
    search: Search | None = None
    hit: Hit | None = None


class MessagePainter:
    """Paints messages with one ink, in a column of one width.

    Threads: the window's.
    """

    def __init__(self, ink: Ink, width: float, ratio: float) -> None:
        self._ink, self._width, self._ratio = ink, width, ratio
        self._around = SurroundingsPainter(ink, width, ratio)

    def paint(
        self, painter: QPainter, view: MessageView, at: QPointF, clip: QRectF, now: Moment
    ) -> None:
        """Paint what of a message lies in ``clip``.

        ``at`` is the message's top left corner, in the painter's system like ``clip``.
        """
        if view.mine:
            painter.setPen(Qt.PenStyle.NoPen)
            dark = self._ink.palette.name == "dark"
            painter.setBrush(self._ink.colour("selected" if dark else "inset"))
            bubble = view.bubble().translated(at)
            painter.drawRoundedRect(bubble, BUBBLE_RADIUS, BUBBLE_RADIUS)
        else:
            self._header(painter, view, at)
        self._card(painter, view, at, clip, now)
        if view.divider is not None:
            view.divider.paint(painter, at, clip)
        self._blocks(painter, view, at, clip, now)
        for target in view.targets:
            self._body_target(painter, view, target, at, now)
        for target in block_targets(view, self._ink):
            self._block_button(painter, view, target, at, now)
        if view.waits() and not view.thinking:
            self._waiting(painter, view, at)
        self._note(painter, view, at)
        self._actions(painter, view, at, now)
        if now.focused is not None:
            self._focus_ring(painter, now.focused.rect.translated(at))

    # Header

    def _header(self, painter: QPainter, view: MessageView, at: QPointF) -> None:
        ink = self._ink
        high, side = ink.px(HEADER), ink.px(CHIP)
        top = at.y() + view.over + ink.spaced(TOP)
        chip = QRectF(0, top + (high - side) / 2, side, side)
        ground = view.placed(chip).translated(at.x(), 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colour("accent_soft"))
        painter.drawRoundedRect(ground, RADIUS_ROW, RADIUS_ROW)
        self._icon(painter, "flame", "accent", 16, ground)
        name = one_line(name_of(view.message), 60)
        rect = QRectF(chip.right() + 10, top, self._width - side - 10, high)
        along = _RIGHT if view.mirrored else _LEFT
        place = view.placed(rect).translated(at.x(), 0)
        wide = self._words(painter, name, NAME, "text", place, along)
        rate = live_meta(view.live) if view.live is not None else ""
        effort = header_words(view.message, view.live)
        meta = " · ".join(each for each in (effort, rate) if each)
        if meta:
            rect.setLeft(rect.left() + wide + 10)
            meta = fitting(meta, QFontMetricsF(ink.font(LABEL)), rect.width())
            place = view.placed(rect).translated(at.x(), 0)
            self._words(painter, meta, LABEL, "text_faint", place, along)

    def _waiting(self, painter: QPainter, view: MessageView, at: QPointF) -> None:
        words = waiting_words(view.live)
        rect = QRectF(at.x(), at.y() + view.body_top, self._width, self._ink.px(BODY.line))
        along = _RIGHT if view.mirrored else _LEFT
        self._words(painter, words, BODY, "text_faint", rect, along)

    def _card(
        self, painter: QPainter, view: MessageView, at: QPointF, clip: QRectF, now: Moment
    ) -> None:
        corner = at + QPointF(0, view.card_top)
        # While text streams below it, it need not be painted again.
        if view.card is not None and clip.top() < corner.y() + view.card.height:
            view.card.paint(painter, corner, clip, self._ratio, now.hovered)

    # Body

    def _blocks(
        self, painter: QPainter, view: MessageView, at: QPointF, clip: QRectF, now: Moment
    ) -> None:
        index = view.block_at(clip.top() - at.y())
        while index < len(view.blocks) and at.y() + view.tops[index] < clip.bottom():
            self._block(painter, view, index, at, clip, now)
            index += 1
        if view.writing and view.blocks and now.caret:
            painter.fillRect(
                caret_rect(view, self._ink).translated(at), self._ink.colour("accent")
            )

    def _block(
        self,
        painter: QPainter,
        view: MessageView,
        index: int,
        at: QPointF,
        clip: QRectF,
        now: Moment,
    ) -> None:
        piece = view.pieces[index]
        if piece is None:
            return
        block = view.blocks[index]
        before = view.blocks[index - 1] if index else None
        if block.inside:
            self._around.paint(painter, view, index, at, before)
        plain = now.search is None and now.selection is None
        marks = () if plain else self._marks(now, index, utf16_length(piece.text))
        piece.paint(painter, at + view.corner(index), clip, marks)

    def _marks(self, now: Moment, index: int, length: int) -> list[Mark]:
        ink, marks = self._ink, list[Mark]()
        if now.search is not None:
            for hit in now.search.hits_in(now.number, index):
                mark = Mark(hit.start, hit.end, ink.found, is_match=True)
                if hit == now.hit:
                    accent, letters = ink.colour("accent"), ink.colour("on_accent")
                    mark = Mark(hit.start, hit.end, accent, letters)
                marks.append(mark)
        if now.selection is not None:
            part = now.selection.part(now.number, index, length)
            marks += [Mark(*part, ink.selection)] if part is not None else []
        return marks

    def _body_target(
        self, painter: QPainter, view: MessageView, target: Target, at: QPointF, now: Moment
    ) -> None:
        ink, rect = self._ink, target.rect.translated(at)
        if target.act in CARD_ACTS:
            return  # painted with the card
        if target.act in CHOICES:
            self._choice(painter, target, rect, hovered=target == now.hovered)
            return
        if target == now.hovered:
            self._ground(painter, rect, "hover")
        if target.act is Act.THINKING:
            self._fold(painter, view, target, at)
        else:
            painter.setPen(ink.colour("line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_ROW, RADIUS_ROW)
            self._words(painter, target.name, LABEL, "text", rect, _CENTER)

    def _fold(self, painter: QPainter, view: MessageView, target: Target, at: QPointF) -> None:
        px, inner = self._ink.px, view.placed(target.rect)
        closed = "chevron-left" if view.mirrored else "chevron-right"
        icon = "chevron-down" if view.thinking_open else closed
        box = QRectF(inner.left() + 2, inner.top(), px(18), inner.height())
        self._icon(painter, icon, "text_muted", 16, view.placed(box).translated(at))
        place = view.placed(inner.adjusted(px(24), 0, 20, 0)).translated(at)
        along = _RIGHT if view.mirrored else _LEFT
        self._words(painter, target.name, UI, "text_muted", place, along)

    def _choice(
        self, painter: QPainter, target: Target, rect: QRectF, *, hovered: bool
    ) -> None:
        painter.setPen(self._ink.colour("line"))
        painter.setBrush(self._ink.colour("hover" if hovered else "raised"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_ROW, RADIUS_ROW)
        px = self._ink.px
        place = QRectF(rect.left() + px(BEFORE_ICON), rect.top(), px(ICON), rect.height())
        self._icon(painter, icon_of(target.act), "text_muted", ICON, place)
        rect.setLeft(place.right() + px(AFTER_ICON))
        self._words(painter, target.name, LABEL, "text", rect)

    def _block_button(
        self, painter: QPainter, view: MessageView, target: Target, at: QPointF, now: Moment
    ) -> None:
        if target.act is Act.COPY_CODE:
            self._copy_code(painter, target, at, now)
            return
        rect = target.rect.translated(at)
        if target.act is Act.TABLE_MENU and not (now.active or target == now.focused):
            return
        if target == now.hovered:
            self._ground(painter, rect.adjusted(1, 1, -1, -1), "hover")
        on = target.act is Act.WRAP and int(target.value) in view.wrapped
        self._icon(painter, str(target.act), "accent" if on else "text_muted", 15, rect)

    def _copy_code(self, painter: QPainter, target: Target, at: QPointF, now: Moment) -> None:
        rect = target.rect.translated(at)
        if target == now.hovered:
            self._ground(painter, rect.adjusted(0, 2, 0, -2), "hover")
        done = target == now.copied
        icon, token = ("check", "ok") if done else ("copy", "text_muted")
        px = self._ink.px
        place = QRectF(rect.left() + px(8), rect.top(), px(16), rect.height())
        self._icon(painter, icon, token, 15, place)
        words = tr("Copied") if done else tr("Copy")
        self._words(painter, words, LABEL, token, rect.adjusted(px(29), 0, 0, 0))

    # Below the body

    def _note(self, painter: QPainter, view: MessageView, at: QPointF) -> None:
        if view.note is None:
            return
        icon, token, ground = note_look(view.message.status)
        rect = view.note_rect().translated(at)
        if ground:
            self._ground(painter, rect, ground)
        left = NOTE_X if ground else 0
        line = self._ink.px(UI.line)
        side, beside = self._ink.px(16), self._ink.px(NOTE_ICON)
        x, y = rect.left() + left, rect.top() + NOTE_Y
        words = QPointF(x + beside, y)
        if view.mirrored:
            x, words = rect.right() - left - side, QPointF(x, y)
        self._icon(painter, icon, token, 16, QRectF(x, y, side, line))
        view.note.paint(painter, words, rect, ())

    def _actions(self, painter: QPainter, view: MessageView, at: QPointF, now: Moment) -> None:
        row = action_row(view, self._ink)
        if not now.active and view.versions < 2:
            return
        for target in row:
            if now.active or target.act in {Act.PREVIOUS, Act.NEXT}:
                self._action(painter, view, target, at, now)
        if row and view.versions > 1:
            self._versions(painter, view, row, at)
        stats = stats_of(view.message) if now.active else ""
        if stats and row:
            left = max(view.placed(target.rect).right() for target in row) + 12
            rect = QRectF(left, row[0].rect.top(), self._width - left, row[0].rect.height())
            along = _LEFT if view.mirrored else _RIGHT
            stats = fitting(stats, QFontMetricsF(self._ink.font(LABEL)), rect.width())
            place = view.placed(rect).translated(at)
            # Right-to-left isolate (UAX 9): the parts stand in the order they are read.
            stats = f"\u2067{stats}\u2069" if view.mirrored else stats
            self._words(painter, stats, LABEL, "text_faint", place, along)

    def _action(
        self, painter: QPainter, view: MessageView, target: Target, at: QPointF, now: Moment
    ) -> None:
        rect = target.rect.translated(at)
        off = is_off(view, target)
        if target == now.hovered and not off:
            self._ground(painter, rect.adjusted(1, 1, -1, -1), "hover")
        done = target == now.copied
        token = "ok" if done else "line" if off else "text_muted"
        name = _TURNED.get(target.act, target.act) if view.mirrored else target.act
        self._icon(painter, "check" if done else str(name), token, 16, rect)

    def _versions(
        self, painter: QPainter, view: MessageView, row: list[Target], at: QPointF
    ) -> None:
        back = next(each for each in row if each.act is Act.PREVIOUS)
        on = next(each for each in row if each.act is Act.NEXT)
        rect = back.rect.united(on.rect).translated(at)
        words = versions_label(view.version, view.versions)
        self._words(painter, words, LABEL, "text_muted", rect, _CENTER)

    # Strokes

    def _words(
        self,
        painter: QPainter,
        words: str,
        style: TypeStyle,
        token: str,
        rect: QRectF,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> float:
        painter.setPen(self._ink.colour(token))
        painter.setFont(self._ink.font(style))
        painter.drawText(rect, align | Qt.TextFlag.TextSingleLine, words)
        return painter.fontMetrics().horizontalAdvance(words)

    def _icon(self, painter: QPainter, name: str, token: str, size: int, place: QRectF) -> None:
        size = round(self._ink.px(size))
        pixmap = self._ink.icon(name, token, size, self._ratio)
        corner = place.center() - QPointF(size / 2, size / 2)
        painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), pixmap)

    def _ground(self, painter: QPainter, rect: QRectF, token: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.colour(token))
        painter.drawRoundedRect(rect, RADIUS_ROW, RADIUS_ROW)

    def _focus_ring(self, painter: QPainter, rect: QRectF) -> None:
        pen = painter.pen()
        pen.setColor(self._ink.colour("accent"))
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setWidthF(2)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, RADIUS_ROW, RADIUS_ROW)
        pen.setWidthF(1)
        painter.setPen(pen)


def fitting(parts: str, metrics: QFontMetricsF, room: float) -> str:
    """Return as many of the parts between dots as there is room for, from the first."""
    while parts and metrics.horizontalAdvance(parts) > room:
        parts = parts.rpartition(" · ")[0]
    return parts


def is_off(view: MessageView, target: Target) -> bool:
    """Whether an arrow points at no further version."""
    if target.act is Act.PREVIOUS:
        return view.version <= 1
    return target.act is Act.NEXT and view.version >= view.versions


def caret_rect(view: MessageView, ink: Ink) -> QRectF:
    """Return where the caret of a live answer is, from the message's corner."""
    piece = view.pieces[-1] if view.pieces else None
    if piece is None:
        return QRectF(0, view.body_top, 0, 0)
    place = piece.caret_at(utf16_length(piece.text)).translated(
        view.corner(len(view.pieces) - 1)
    )
    high = ink.px(16)
    top = place.center().y() - high / 2
    return QRectF(round(place.left()) + 3, round(top), ink.px(7), high)
