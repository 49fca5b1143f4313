"""How found models are painted."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inglenook.ui import theme
from inglenook.ui.models.results import ROW_ROLE, Index, Result
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.badge import FitFace, badge_size, paint_badge
from inglenook.ui.widgets.button import paint_ring
from inglenook.ui.widgets.mirror import own_way
from inglenook.ui.words import one_line, tr

NAME = TypeStyle(14, 20, 600)
_HEIGHT, _PAD, _TOP, _GAP = 60, 12, 9, 8
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ResultRows(QStyledItemDelegate):
    """Paints a name, its maker and what is known, with marks at the right.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, view: QWidget) -> None:
        super().__init__(view)
        self._look = look
        self.keyboard = False
        """The list was reached by keyboard, so the current row wears a ring."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, self._look.px(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Result):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box: QRect = option.rect.adjusted(0, 1, 0, -1)
        self._paint_ground(painter, box, option)
        inside = box.adjusted(self._look.px(_PAD), 0, -self._look.px(_PAD), 0)
        left_over = self._paint_marks(painter, inside, row)
        self._paint_words(painter, left_over, row)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, box: QRect, option: QStyleOptionViewItem
    ) -> None:
        colours, states = self._look.palette, QStyle.StateFlag
        if option.state & states.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(QRectF(box), theme.RADIUS_ROW, theme.RADIUS_ROW)
        if self.keyboard and option.state & states.State_HasFocus:
            paint_ring(painter, box, theme.RADIUS_ROW, colours.accent)

    def _paint_marks(self, painter: QPainter, box: QRect, row: Result) -> QRect:
        """Paint the marks from the right; return the room that is left for words."""
        look, right = self._look, box.right()
        ratio = painter.device().devicePixelRatioF()
        for face in reversed(marks_of(row)):
            size = badge_size(look, face)
            place = QRect(
                right - size.width(),
                box.center().y() - size.height() // 2,
                size.width(),
                size.height(),
            )
            paint_badge(painter, place, look, face, ratio)
            right = place.left() - look.px(_GAP)
        return QRect(box.left(), box.top(), right - look.px(_GAP) - box.left(), box.height())

    def _paint_words(self, painter: QPainter, box: QRect, row: Result) -> None:
        look, colours = self._look, self._look.palette
        top = QRect(box.left(), box.top() + look.px(_TOP), box.width(), look.px(NAME.line))
        used = _draw(painter, top, row.name, colours.text, look.font(NAME))
        beside = top.adjusted(used + look.px(_GAP), 0, 0, 0)
        maker = one_line(row.found.maker, 60)
        _draw(painter, beside, maker, colours.text_faint, look.font(theme.LABEL))
        under = QRect(box.left(), top.bottom() + 2, box.width(), look.px(theme.LABEL.line))
        _draw(painter, under, row.facts, colours.text_muted, look.font(theme.CAPTION))


def marks_of(row: Result) -> list[FitFace]:
    """Return what stands at the right of a row."""
    marks = []
    if row.is_here:
        marks.append(FitFace("monitor", tr("Installed"), "info"))
    if row.found.gated:
        marks.append(FitFace("lock", tr("Asks who you are"), "warn"))
    if row.fits is not None:
        fits, too_big = FitFace("check", tr("Fits"), "ok"), FitFace("x", tr("Too big"), "bad")
        marks.append(fits if row.fits else too_big)
    return marks


def _draw(painter: QPainter, box: QRect, text: str, colour: str, font: QFont) -> int:
    """Draw one line, cut if it is too long; return its width."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = QFontMetrics(font)
    if box.width() < metrics.averageCharWidth() * 2:
        return 0
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _ALONG, own_way(painter, cut))
    return int(metrics.horizontalAdvance(cut))
