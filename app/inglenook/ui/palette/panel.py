"""The palette over the window: a field, the lines below it, and how to go on."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.palette.board import Board, in_words
from inglenook.ui.palette.entries import Entry, Row
from inglenook.ui.palette.rows import PaletteRows
from inglenook.ui.style import Look
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.roles import call_dialog
from inglenook.ui.widgets.shadow import Shadow
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr

_WIDTH, _HEIGHT, _TOP, _EDGE = 640, 480, 72, 24
_HEAD, _FOOT, _PAD, _LEAST, _COUNT_ROOM = 52, 36, 4, 72, 140
_SEEN = 16
"""More rows than the card is high."""
_FIELD = theme.TypeStyle(16, 24, 450)
_BARE = "QLineEdit, QLineEdit:focus { background: transparent; border: none; padding: 0; }"
_SPEAK_AFTER_MS = 400
_LONGEST = 200
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class PaletteField(QLineEdit):
    """Where one types; the keys that move go to the list.

    Signals:
        stepped(by): Up, Down, Page Up or Page Down.
        ended(which): Ctrl+Home (-1) or Ctrl+End (1).
        entered(): Enter.
        left(): Esc, or the keyboard went elsewhere.
    """

    stepped = Signal(int)
    ended = Signal(int)
    entered = Signal()
    left = Signal()

    def event(self, event: QEvent) -> bool:
        # Esc, Enter and the arrows are the palette's while it is open, not the window's.
        is_ours = (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, *_STEPS}
        )
        if is_ours:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        is_far = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif is_far and key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.ended.emit(1 if key == Qt.Key.Key_End else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key not in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        return False  # the field is all there is: what lies below is covered

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        stays = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
        if event.reason() not in stays:
            self.left.emit()


class PalettePanel(QWidget):
    """Lies over the whole window while it is open; a press beside the card closes it.

    Signals:
        typed(text): something else stands in the field.
        chosen(entry): Enter or a press on a line that can be done.
        closed(): it is gone, and nothing was chosen.

    Threads: the UI thread.
    """

    typed = Signal(str)
    chosen = Signal(object)
    closed = Signal()

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        call_dialog(self, tr("Command palette"))
        self._look, self._window = look, window
        self._shadow = Shadow(theme.RADIUS_CARD)
        self.card = QWidget(self)
        self.field = PaletteField()
        self.board = Board()
        self.list = QListView()
        self._nothing = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self._count = ElidedLabel(look, theme.CAPTION, tone="text_faint")
        self._speaking = QTimer(self)
        self._speaking.setSingleShot(True)
        self._speaking.setInterval(_SPEAK_AFTER_MS)
        self._speaking.timeout.connect(self._say_count)
        self._rest = QCursor.pos()
        self._furnish()
        self._lay_out()
        self._connect()
        self.hide()

    def open(self) -> None:
        """Come, empty, and take the keyboard."""
        self._rest = QCursor.pos()
        self.field.clear()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_rows(self, rows: Sequence[Row], *, keeps_place: bool = False) -> None:
        """List others; the first is the one that Enter takes."""
        item = self.board.item(self.list.currentIndex())
        key = item.entry.key if item is not None and keeps_place else ""
        self.board.show_rows(rows)
        self._take(self._index_of(rows, key))
        nothing = tr("Nothing found for “{query}”.")
        self._nothing.setText(nothing.format(query=one_line(self.field.text(), 60)))
        self._nothing.setVisible(not self.board.count)
        self.list.setVisible(bool(self.board.count))
        self._count.set_text(self._count_words())
        self._place()
        self._speaking.start()

    def current(self) -> Entry | None:
        """Return what Enter takes."""
        item = self.board.item(self.list.currentIndex())
        return item.entry if item is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 60))
        card = self.card.geometry()
        self._shadow.paint(painter, card, dark=colours.name == "dark")
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(card, theme.RADIUS_CARD, theme.RADIUS_CARD)
        px = self._look.px
        for top in (px(_HEAD), card.height() - px(_FOOT)):
            y = card.top() + top
            painter.drawLine(card.left() + 1, y, card.right() - 1, y)

    def leave(self) -> None:
        """Go, with nothing chosen."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    # --- inside ---

    def _furnish(self) -> None:
        self.field.setStyleSheet(_BARE)
        self.field.setMaxLength(_LONGEST)
        words = tr("Search chats, models and everything you can do")
        self.field.setPlaceholderText(words)
        self.field.setAccessibleName(words)
        self.list.setModel(self.board)
        self.list.setItemDelegate(PaletteRows(self._look, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(tr("Results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._restyle()

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(20, 0, 16, 0)
        head.setSpacing(10)
        head.addWidget(Icon(self._look, "search", 18, tone="text_muted"))
        head.addWidget(self.field, 1)
        foot.setContentsMargins(20, 0, 20, 0)
        foot.setSpacing(12)
        foot.addWidget(self._count, 1)
        hint = tr("↑ ↓ to move   Enter to choose   Esc to close")
        self._hint = Label(self._look, hint, theme.CAPTION, tone="text_faint")
        foot.addWidget(self._hint)
        middle = QVBoxLayout()
        middle.setContentsMargins(8, _PAD, 8, _PAD)
        self._nothing.setContentsMargins(12, 16, 12, 16)
        middle.addWidget(self._nothing)
        middle.addWidget(self.list, 1)
        middle.addStretch(0)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head, self._foot = QWidget(), QWidget()
        self._head.setLayout(head)
        self._foot.setLayout(foot)
        column.addWidget(self._head)
        column.addLayout(middle, 1)
        column.addWidget(self._foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self.typed)
        self.field.stepped.connect(self._step)
        self.field.ended.connect(self._go_to_end)
        self.field.entered.connect(self._choose)
        self.field.left.connect(self.leave)
        self.list.entered.connect(self._point)
        self.list.clicked.connect(self._choose)
        self._look.changed.connect(self._restyle)
        self._window.installEventFilter(self)

    def _restyle(self) -> None:
        self.field.setFont(self._look.font(_FIELD))

    def _place(self) -> None:
        px, edge = self._look.px, self._look.px(_EDGE)
        self.setGeometry(self._window.rect())
        width = min(px(_WIDTH), self.width() - 2 * edge)
        top = min(px(_TOP), self.height() // 10)
        around = px(_HEAD + _FOOT) + 2 * _PAD
        wanted = around + max(self._content_height(), px(_LEAST))
        height = min(px(_HEIGHT), self.height() - top - edge, wanted)
        self._hint.setVisible(width >= self._hint.sizeHint().width() + px(_COUNT_ROOM))
        card = QRect((self.width() - width) // 2, top, width, height)
        if card != self.card.geometry():  # what lies below is painted anew with it
            self.card.setGeometry(card)
            self.update()
        self._head.setFixedHeight(px(_HEAD))
        self._foot.setFixedHeight(px(_FOOT))

    def _content_height(self) -> int:
        rows = range(min(self.board.rowCount(), _SEEN))
        return sum(self.list.sizeHintForIndex(self.board.index(row)).height() for row in rows)

    def _index_of(self, rows: Sequence[Row], key: str) -> QModelIndex:
        for place in range(len(rows)):
            item = self.board.item(self.board.index(place))
            if key and item is not None and item.entry.key == key:
                return self.board.index(place)
        return self.board.at(1)

    def _take(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        item = self.board.item(index)
        if item is None:
            return
        if item.number == 1:
            self.list.scrollToTop()
        else:
            self.list.scrollTo(index)

    def _point(self, index: QModelIndex) -> None:
        # A line that appears under a mouse at rest was not pointed at.
        is_moved = QCursor.pos() != self._rest
        if is_moved and self.board.item(index) is not None:
            self.list.setCurrentIndex(index)

    def _step(self, by: int) -> None:
        item = self.board.item(self.list.currentIndex())
        number = (item.number if item is not None else 0) + by
        if abs(by) == 1 and self.board.count:  # a single step goes round
            number = (number - 1) % self.board.count + 1
        self._take(self.board.at(number))
        self._say_current()

    def _go_to_end(self, which: int) -> None:
        self._take(self.board.at(self.board.count if which > 0 else 1))
        self._say_current()

    def _choose(self) -> None:
        entry = self.current()
        if entry is None:
            return
        if entry.why:
            speak(self.field, entry.why, at_once=True)
            return
        self.hide()
        self.chosen.emit(entry)

    def _count_words(self) -> str:
        if self.board.count == 1:
            return tr("1 result")
        return tr("{count} results").format(count=self.board.count)

    def _say_count(self) -> None:
        if self.isVisible():
            item = self.board.item(self.list.currentIndex())
            first = in_words(item) if item is not None else ""
            speak(self.field, f"{self._count_words()}. {first}".strip())

    def _say_current(self) -> None:
        item = self.board.item(self.list.currentIndex())
        if item is not None:
            place = tr("{number} of {count}")
            where = place.format(number=item.number, count=self.board.count)
            speak(self.field, f"{in_words(item)}. {where}", at_once=True)
