"""A button that shows the keys of an action, and listens for others when it is pressed."""

from PySide6.QtCore import QEvent, QKeyCombination, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence

from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import tr

_NATIVE = QKeySequence.SequenceFormat.NativeText
_MODIFIERS = {
    Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock, Qt.Key.Key_unknown,
}  # fmt: skip
_STRONG = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_WIDTH = 168


class KeyButton(Button):
    """Pressed, it waits for a combination; Esc leaves it as it was, Backspace takes it away.

    Signals:
        pressed_keys(keys): a QKeySequence, empty for none.
        refused(): keys that are needed for writing.
    """

    pressed_keys = Signal(object)
    refused = Signal()
    is_listening = False
    """Set here, since Qt sends events while a button is being made."""

    def __init__(self, look: Look, action: str) -> None:
        super().__init__(look, text=" ", kind="outline")
        self._action, self._keys = action, QKeySequence()
        self.clicked.connect(self._listen)

    def show_keys(self, keys: QKeySequence) -> None:
        """Show the keys of the action."""
        self._keys = keys
        self._say()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return hint.expandedTo(QSize(self._look.px(_WIDTH), 0))

    def event(self, event: QEvent) -> bool:
        # While it listens no shortcut of the window gets the keys.
        if self.is_listening and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if self.is_listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._stop()
        super().focusOutEvent(event)

    def _listen(self) -> None:
        self.is_listening = True
        self._say()

    def _stop(self) -> None:
        self.is_listening = False
        self._say()

    def _take(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MODIFIERS or event.isAutoRepeat():
            return
        self._stop()
        if key is Qt.Key.Key_Escape:
            return
        if key in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete} and not event.modifiers():
            self.pressed_keys.emit(QKeySequence())
        elif _is_for_writing(event.keyCombination()):
            self.refused.emit()
        else:
            self.pressed_keys.emit(QKeySequence(event.keyCombination()))

    def _say(self) -> None:
        shown = self._keys.toString(_NATIVE) or tr("None")
        words = tr("Press keys…") if self.is_listening else shown
        self.setText(words)
        self.set_name(f"{self._action}: {words}")
        self.setToolTip("")
        self.set_kind("soft" if self.is_listening else "outline")
        self.updateGeometry()


def _is_for_writing(keys: QKeyCombination) -> bool:
    """Tell whether keys mean something in a text field: all without Ctrl, Alt or F1 to F35."""
    is_function = Qt.Key.Key_F1 <= keys.key() <= Qt.Key.Key_F35
    return not is_function and not keys.keyboardModifiers() & _STRONG
