"""How a found message is painted: its chat's title, and the text with the matches in it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle

from inglenook.ui import theme
from inglenook.ui.chats.rows import HitRow
from inglenook.ui.chats.snippet import is_rtl, runs_in_sight
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.mirror import own_way
from inglenook.ui.words import one_line

_MATCH = TypeStyle(12, 16, 650)
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def paint_hit(painter: QPainter, look: Look, box: QRect, row: HitRow) -> None:
    """Paint a hit; only the first of a chat has a line for the title above it."""
    if not row.is_first:
        _paint_runs(painter, look, box.adjusted(look.px(10), 0, 0, 0), row.snippet)
        return
    half = box.height() // 2
    top = QRect(box.left(), box.top() + look.px(3), box.width(), half - look.px(3))
    if row.is_archived:
        side = look.px(14)
        ratio = painter.device().devicePixelRatioF()
        icon = look.icons.pixmap("archive", look.palette.text_faint, side, ratio)
        end = QRect(top.right() - side, top.top() + (top.height() - side) // 2, side, side)
        way = painter.layoutDirection()
        painter.drawPixmap(QStyle.visualRect(way, box, end).topLeft(), icon)
        top.setRight(top.right() - side - look.px(6))
        top = QStyle.visualRect(way, box, top)
    draw_line(painter, top, row.title, look.font(theme.LABEL), look.palette.text)
    below = QRect(box.left(), box.top() + half, box.width(), half)
    _paint_runs(painter, look, below, row.snippet)


def draw_line(painter: QPainter, box: QRect, text: str, font: QFont, colour: str) -> None:
    """Paint one line of text, cut at its end if it is too long."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _ALONG, own_way(painter, cut))


def _paint_runs(painter: QPainter, look: Look, box: QRect, snippet: str) -> None:
    colours, left = look.palette, box.left()
    # Runs follow the direction of the text, whatever that of the interface is.
    way = Qt.LayoutDirection.RightToLeft if is_rtl(snippet) else Qt.LayoutDirection.LeftToRight
    painter.setLayoutDirection(way)
    normal, strong = look.font(theme.CAPTION), look.font(_MATCH)
    metrics = QFontMetrics(normal)
    for text, is_match in runs_in_sight(snippet, box.width(), metrics.horizontalAdvance):
        font = strong if is_match else normal
        shown = one_line(text) if is_match else text.replace("\n", " ")
        place = QRect(left, box.top(), box.right() - left, box.height())
        width = QFontMetrics(font).horizontalAdvance(shown)
        if is_match:
            behind = QRect(left, box.top(), min(width, place.width()), box.height())
            _paint_mark_behind(painter, look, QStyle.visualRect(way, box, behind))
        place = QStyle.visualRect(way, box, place)
        tone = colours.on_accent_soft if is_match else colours.text_muted
        draw_line(painter, place, shown, font, tone)
        left += width
        if left >= box.right():
            break


def _paint_mark_behind(painter: QPainter, look: Look, place: QRect) -> None:
    height = look.px(16)
    top = place.top() + (place.height() - height) // 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.palette.accent_soft))
    painter.drawRoundedRect(QRect(place.left() - 1, top, place.width() + 2, height), 3, 3)
