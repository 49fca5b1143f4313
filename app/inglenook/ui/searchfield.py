"""The field that searches all chats, with a magnifier and the keys that lead to it."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.mirror import placed
from inglenook.ui.words import tr

_WAIT_MS = 120
_LONGEST_QUERY = 200
_AROUND = 34 + 16 + 12
"""Before the words, between them and the keys, and after these, in pixels at 100 %."""


class SearchField(QLineEdit):
    """Asks once the person has stopped typing for a moment.

    Signals:
        query_changed(query): stripped; empty when the search is over.
        left_down(): Arrow down or Enter: on to the results.
    """

    query_changed = Signal(str)
    left_down = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._asked = ""
        self.setObjectName("search")
        self.setPlaceholderText(tr("Search chats"))
        self.setAccessibleName(tr("Search chats"))
        self.setMaxLength(_LONGEST_QUERY)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.textChanged.connect(self._typed)
        look.changed.connect(self._restyle)
        self._restyle()

    def leave(self) -> None:
        """Empty the field and end the search."""
        self.clear()
        self._ask()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the field while it holds a query, not to the window's shortcut.
        is_ours = (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        )
        if is_ours and self.text():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask()
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        look, size = self._look, self._look.px(16)
        icon = look.icons.pixmap(
            "search", look.palette.text_muted, size, self.devicePixelRatioF()
        )
        place = placed(self, QRect(look.px(10), (self.height() - size) // 2, size, size))
        painter.drawPixmap(place.topLeft(), icon)
        if not self.text():
            self._paint_keys(painter)

    def _paint_keys(self, painter: QPainter) -> None:
        keys = QKeySequence("Ctrl+Shift+F").toString(QKeySequence.SequenceFormat.NativeText)
        text = keys.replace("+", " ")
        font = self._look.font(theme.TypeStyle(11, 16, 500))
        painter.setFont(font)
        painter.setPen(QColor(self._look.palette.text_faint))
        width = QFontMetrics(font).horizontalAdvance(text)
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        if self._look.px(_AROUND) + words + width > self.width():
            return  # the field's own words come first
        place = QRect(self.width() - width - self._look.px(12), 0, width + 2, self.height())
        painter.drawText(placed(self, place), Qt.AlignmentFlag.AlignVCenter, text)

    def _typed(self) -> None:
        self._timer.start()

    def _ask(self) -> None:
        self._timer.stop()
        query = self.text().strip()
        if query != self._asked:
            self._asked = query
            self.query_changed.emit(query)

    def _restyle(self) -> None:
        self.setFont(self._look.font(theme.UI))
        self.setFixedHeight(self._look.px(34))
