"""The bar over a conversation in which words are looked for."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from inglenook.ui import theme
from inglenook.ui.chat.search import LONGEST_QUERY
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.shadow import REACH, Shadow
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

WIDTH, HEIGHT = 400, 48
"""Of the card, in pixels at 100 % text size."""
BESIDE = 16


class FindField(QLineEdit):
    """Where the words are typed; Enter goes on, Shift+Enter back.

    Signals:
        step_asked(1 or -1): to the next match or the one before.
        left(): Esc was pressed.
    """

    step_asked = Signal(int)
    left = Signal()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the field, not to the window's shortcut.
        ours = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if ours and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            back = Qt.KeyboardModifier.ShiftModifier in event.modifiers()
            self.step_asked.emit(-1 if back else 1)
        else:
            super().keyPressEvent(event)


class FindBar(QWidget):
    """A card with the field, which match is shown of how many, and the way to the others.

    Signals:
        query_changed(words): the field says something else.
        step_asked(1 or -1): to the next match or the one before.
        closed(): the person is done.

    Threads: the UI thread.
    """

    query_changed = Signal(str)
    step_asked = Signal(int)
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._over = look, parent
        self._shadow = Shadow(theme.RADIUS_CARD)
        self.field = FindField()
        self.field.setPlaceholderText(tr("Find in this chat"))
        self.field.setAccessibleName(tr("Find in this chat"))
        self.field.setMaxLength(LONGEST_QUERY)
        self.count = Label(look, "", theme.LABEL, tone="text_muted")
        self.back = Button(look, icon="chevron-up", name=tr("Previous match"))
        self.on = Button(look, icon="chevron-down", name=tr("Next match"))
        self.shut = Button(look, icon="x", name=tr("Close the search"))
        self.back.set_name(tr("Previous match"), tr("Shift+Enter"))
        self.on.set_name(tr("Next match"), tr("Enter"))
        self.shut.set_name(tr("Close the search"), tr("Esc"))
        self._lay_out()
        self._connect()
        self.show_found(0, 0, is_more=False)
        self.hide()

    def begin(self, words: str) -> None:
        """Come up with words to look for, or with those of the last time."""
        if words:
            self.field.setText(words)
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_found(self, number: int, count: int, *, is_more: bool) -> None:
        """Say which match is shown of how many; ``is_more`` if there may be others."""
        self.back.setEnabled(count > 0)
        self.on.setEnabled(count > 0)
        words = _found_words(number, count, is_more=is_more)
        if not self.field.text().strip():
            words = ""
        if words != self.count.text():
            self.count.setText(words)
            if words and not is_more and self.isVisible():
                speak(self.field, words)

    def holds_focus(self) -> bool:
        """Tell whether the keyboard is in the bar."""
        return any(each.hasFocus() for each in (self.field, self.back, self.on, self.shut))

    def place(self) -> None:
        """Stand at the upper right of what it lies over."""
        over = self._over.rect()
        px = self._look.px
        wide = min(px(WIDTH), over.width() - 2 * BESIDE)
        left = over.right() - wide - BESIDE if not self._is_right_to_left() else BESIDE
        card = QRect(left, over.top() + theme.SPACE_2, wide, px(HEIGHT))
        self.setGeometry(card.adjusted(-REACH, -REACH, REACH, REACH))

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(WIDTH) + 2 * REACH, self._look.px(HEIGHT) + 2 * REACH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self.rect().adjusted(REACH, REACH, -REACH, -REACH)
        self._shadow.paint(painter, card, dark=colours.name == "dark")
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(card, theme.RADIUS_CARD, theme.RADIUS_CARD)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        edge = REACH + theme.SPACE_2
        row.setContentsMargins(edge, REACH, edge, REACH)
        row.setSpacing(theme.SPACE_1)
        row.addWidget(self.field, 1)
        row.addSpacing(theme.SPACE_1)
        row.addWidget(self.count)
        row.addSpacing(theme.SPACE_1)
        for button in (self.back, self.on, self.shut):
            row.addWidget(button)
        self._restyle()

    def _connect(self) -> None:
        self.field.textChanged.connect(self.query_changed)
        self.field.step_asked.connect(self.step_asked)
        self.field.left.connect(self.closed)
        self.back.clicked.connect(self._ask_back)
        self.on.clicked.connect(self._ask_on)
        self.shut.clicked.connect(self.closed)
        self._look.changed.connect(self._restyle)

    def _ask_back(self) -> None:
        self.step_asked.emit(-1)

    def _ask_on(self) -> None:
        self.step_asked.emit(1)

    def _restyle(self) -> None:
        self.field.setFont(self._look.font(theme.UI))
        self.field.setFixedHeight(self._look.px(34))
        self.place()

    def _is_right_to_left(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft


def _found_words(number: int, count: int, *, is_more: bool) -> str:
    if not count:
        return tr("Searching…") if is_more else tr("No matches")
    shown = f"{count:,}+" if is_more else grouped(count)
    return tr("{} of {}").format(grouped(number), shown) if number else shown
