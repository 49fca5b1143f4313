"""Where a painted part lies in a window that is read from the right."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QWidget


def placed(widget: QWidget, box: QRect) -> QRect:
    """Return where a part of a widget lies, given where it would lie from the left."""
    return QStyle.visualRect(widget.layoutDirection(), widget.rect(), box)


def placed_in(painter: QPainter, whole: QRectF, part: QRectF) -> QRectF:
    """Return where a part of what is painted lies, by the painter's direction."""
    if painter.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
        return part
    mirrored = QRectF(part)
    mirrored.moveLeft(whole.left() + whole.right() - part.right())
    return mirrored


def own_way(painter: QPainter, text: str) -> str:
    """Return a name or a figure so that it keeps its own reading order where it is painted.

    First strong isolate and its end (UAX 9); a question mark or a number at an edge would
    change sides else.
    """
    is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return f"\u2068{text}\u2069" if is_rtl else text


def ahead(widget: QWidget, icon: str) -> str:
    """Return an icon that points on in reading, or back, as it is drawn in this window."""
    if widget.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
        return icon
    return _TURNED.get(icon, icon)


_TURNED = {
    "chevron-right": "chevron-left",
    "chevron-left": "chevron-right",
    "arrow-right": "arrow-left",
    "arrow-left": "arrow-right",
}
