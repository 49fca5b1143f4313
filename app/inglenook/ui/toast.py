"""A short message at the foot of the window that can be undone and goes away by itself."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.shadow import REACH, Shadow
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

STAYS_MS = 8000


class Toast(QWidget):
    """One message at a time, over everything else in its window.

    Args:
        look: Colours and type.
        window: What it lies over.
        foot: The message stands above this part of the window.

    It stays as long as the pointer or the keyboard is on it.
    """

    def __init__(self, look: Look, window: QWidget, foot: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._foot = foot
        self._act: Callable[[], None] | None = None
        self._shadow = Shadow(theme.RADIUS_CARD)
        self._card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        self.words = Label(look, "", theme.LABEL)
        self.action = Button(look, text=tr("Undo"), kind="soft")
        self.shut = Button(look, icon="x", name=tr("Close this message"), icon_size=16)
        inside = QHBoxLayout(self._card)
        inside.setContentsMargins(16, 6, 6, 6)
        inside.setSpacing(8)
        for part in (self.words, self.action, self.shut):
            inside.addWidget(part)
        around = QHBoxLayout(self)
        around.setContentsMargins(REACH, REACH, REACH, REACH)
        around.addWidget(self._card)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self._leave)
        self.action.clicked.connect(self._do)
        self.shut.clicked.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def show_message(
        self, text: str, action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """Show a message, with a button if there is something to do about it."""
        self._act = act
        self.words.setText(text)
        self.action.setText(action)
        self.action.set_name(action)
        self.action.setVisible(bool(action))
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        speak(self, f"{text} {action}".strip())

    def stand_on(self, foot: QWidget) -> None:
        """Stand above another part of the window from now on."""
        self._foot = foot
        if self.isVisible():
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        is_dark = self._look.palette.name == "dark"
        self._shadow.paint(painter, self._card.geometry(), dark=is_dark)

    def _place(self) -> None:
        # While it is hidden Qt tells no layout of words that have changed.
        self._card.updateGeometry()
        self.adjustSize()
        width = min(self.sizeHint().width(), self._window.width())
        foot = self._foot.mapTo(self._window, self._foot.rect().topLeft())
        left = foot.x() + (self._foot.width() - width) // 2
        top = foot.y() - self.sizeHint().height() + REACH - 4
        self.setGeometry(max(0, left), max(0, top), width, self.sizeHint().height())

    def _leave(self) -> None:
        if self.action.hasFocus() or self.shut.hasFocus():
            self._timer.start()
        else:
            self.hide()

    def _do(self) -> None:
        self.hide()
        self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._act is not None:
            self._act()
