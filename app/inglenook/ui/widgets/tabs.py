"""Names of panes in a row, one of which is open: arrow keys move from one to the next."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QStyle, QTabBar

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS, paint_ring

_HEIGHT, _PAD, _LINE, _GAP = 46, 12, 2, 6
_CLOSED = theme.TypeStyle(14, 20, 500)
_OPEN = theme.TypeStyle(14, 20, 600)
_COUNT = theme.TypeStyle(12, 16, 550)


class Tabs(QTabBar):
    """A row of tabs; Ctrl+Tab is left to whoever has it, and the wheel to the page below.

    Args:
        look: Colours and type.
        name: What the row is about, for screen readers.
        titles: Of the tabs, in their order.
    """

    def __init__(self, look: Look, name: str, titles: tuple[str, ...]) -> None:
        super().__init__()
        self._look = look
        self._hovered = -1
        self._ring = False
        self._titles = titles
        self._counts = ["" for _ in titles]
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for title in titles:
            self.addTab(title.replace("&", "&&"))  # no key, but a word
        look.changed.connect(self._restyle)

    def set_count(self, tab: int, count: int | None) -> None:
        """Show a number behind a tab's title; None for no number."""
        text = "" if count is None else str(count)
        if text == self._counts[tab]:
            return
        self._counts[tab] = text
        self.setTabText(tab, f"{self._titles[tab]} {text}".strip().replace("&", "&&"))

    def wears_ring(self) -> bool:
        """Tell whether the keyboard is here and keys brought it here or moved it."""
        return self._ring and self.hasFocus()

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802  (Qt's name)
        look, count = self._look, self._counts[index]
        wide = QFontMetrics(look.font(_OPEN)).horizontalAdvance(self._titles[index])
        if count:
            wide += QFontMetrics(look.font(_COUNT)).horizontalAdvance(count) + look.px(_GAP)
        return QSize(wide + 2 * look.px(_PAD) + 2, look.px(_HEIGHT))

    def minimumTabSizeHint(self, index: int) -> QSize:  # noqa: N802  (Qt's name)
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(self.count()):
            self._paint_tab(painter, index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.tabAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._ring = True
        self.update()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)
        self.update()

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        look, colours = self._look, self._look.palette
        box, is_open = self.tabRect(index), index == self.currentIndex()
        if index == self._hovered and not is_open:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(box.adjusted(2, 7, -2, -9), 6, 6)
        font = look.font(_OPEN if is_open else _CLOSED)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if is_open else colours.text_muted))
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        pad = look.px(_PAD)
        place = box.adjusted(0, 0, -pad, -2) if is_rtl else box.adjusted(pad, 0, 0, -2)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._titles[index])
        self._paint_count(painter, index, place)
        if is_open:
            line = QRectF(box.left() + look.px(_PAD), box.bottom() - 1, 0, _LINE)
            line.setRight(box.right() - look.px(_PAD))
            painter.fillRect(line, QColor(colours.accent))
            if self.wears_ring():
                ring = box.adjusted(1, 1, -1, -4)
                paint_ring(painter, ring, theme.RADIUS_CHIP, colours.accent)

    def _paint_count(self, painter: QPainter, index: int, place: QRect) -> None:
        look, count = self._look, self._counts[index]
        if not count:
            return
        painter.setFont(look.font(_COUNT))
        painter.setPen(QColor(look.palette.text_faint))
        width = QFontMetrics(look.font(_COUNT)).horizontalAdvance(count)
        box = self.tabRect(index)
        left = box.right() - look.px(_PAD) - width
        place = QRect(left, place.top() + 1, width + 2, place.height())
        place = QStyle.visualRect(self.layoutDirection(), box, place)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, count)

    def _hover(self, tab: int) -> None:
        if tab != self._hovered:
            self._hovered = tab
            self.update()

    def _restyle(self) -> None:
        # Qt measures its tabs anew when the font changes, and not otherwise.
        self.setFont(self._look.font(_OPEN))
        self.updateGeometry()
        self.update()
