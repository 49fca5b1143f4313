"""A recommended model as one quiet row."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from inglenook.models.search import Verdict
from inglenook.services.modelpage import Looked
from inglenook.ui import theme
from inglenook.ui.models.recommendedwords import offer_of, rating_of
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.badge import badge_size, fit_face, memory_in_words, paint_badge
from inglenook.ui.widgets.button import KEYBOARD_REASONS, paint_ring
from inglenook.ui.widgets.mirror import ahead, own_way, placed
from inglenook.ui.words import one_line, tip

_NAME = TypeStyle(14, 20, 600)
_HEIGHT, _PAD, _TOP, _GAP, _SIZE, _ICON = 56, 12, 8, 12, 72, 16


class RecommendedRow(QAbstractButton):
    """A press opens the model's page.

    Signals:
        open_asked(repo): the row was pressed.
    """

    open_asked = Signal(str)

    def __init__(self, look: Look, looked: Looked) -> None:
        super().__init__()
        self._look = look
        self._ring = False
        self.looked = looked
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.clicked.connect(self._open)
        self.show_looked(looked)

    def show_looked(self, looked: Looked) -> None:
        """Show what is known by now."""
        self.looked = looked
        offer, entry = offer_of(looked), looked.recommendation
        self._name = one_line(entry.name, 80)
        self._words = one_line(entry.good_at, 200)
        self._size = bytes_in_words(offer.size_bytes) if offer else ""
        rated = rating_of(looked.page, offer)
        self._face = fit_face(rated.verdict) if rated else None
        parts = memory_in_words(rated.memory) if rated else ""
        verdict = self._face.word if self._face else ""
        self.setAccessibleName(", ".join(filter(None, (self._name, self._size, verdict))))
        self.setAccessibleDescription(f"{self._words} {parts}".strip())
        self.setToolTip(tip(self._words, *parts.split("\n")))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(320), self._look.px(_HEIGHT))

    def wears_ring(self) -> bool:
        """Tell whether the keyboard is here and came here by a key."""
        return self._ring and self.hasFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._ring = True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, colours = self._look, self._look.palette
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS_ROW, theme.RADIUS_ROW)
        inside = self.rect().adjusted(look.px(_PAD), 0, -look.px(_PAD), 0)
        self._paint_words(painter, self._paint_figures(painter, inside))
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_ROW, colours.accent)

    def _open(self) -> None:
        self.open_asked.emit(self.looked.recommendation.repo)

    def _paint_figures(self, painter: QPainter, box: QRect) -> QRect:
        """Paint what stands at the right; return the room that is left."""
        look, right = self._look, box.right()
        ratio, side = self.devicePixelRatioF(), look.px(_ICON)
        faint = look.palette.text_faint
        arrow = look.icons.pixmap(ahead(self, "chevron-right"), faint, side, ratio)
        end = QRect(right - side, box.center().y() - side // 2, side, side)
        painter.drawPixmap(placed(self, end).topLeft(), arrow)
        right -= side + look.px(_GAP)
        if self._face is not None:
            size = badge_size(look, self._face)
            top = box.center().y() - size.height() // 2
            place = QRect(right - size.width(), top, size.width(), size.height())
            paint_badge(painter, placed(self, place), look, self._face, ratio)
        right -= self._widest_badge() + look.px(_GAP)
        figure = QRect(right - look.px(_SIZE), box.top(), look.px(_SIZE), box.height())
        painter.setFont(look.font(theme.LABEL))
        painter.setPen(QColor(look.palette.text_muted))
        along = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(placed(self, figure), along, own_way(painter, self._size))
        return QRect(
            box.left(), box.top(), figure.left() - look.px(_GAP) - box.left(), box.height()
        )

    def _widest_badge(self) -> int:
        """Return the room that any verdict takes, so that figures stand in columns."""
        return max(badge_size(self._look, fit_face(each)).width() for each in Verdict)

    def _paint_words(self, painter: QPainter, box: QRect) -> None:
        look, colours = self._look, self._look.palette
        top = QRect(box.left(), box.top() + look.px(_TOP), box.width(), look.px(_NAME.line))
        _draw(painter, placed(self, top), self._name, colours.text, look.font(_NAME))
        line = look.px(theme.LABEL.line)
        under = placed(self, QRect(box.left(), top.bottom() + 1, box.width(), line))
        _draw(painter, under, self._words, colours.text_muted, look.font(theme.CAPTION))


def _draw(painter: QPainter, box: QRect, text: str, colour: str, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    along = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, along, own_way(painter, cut))
