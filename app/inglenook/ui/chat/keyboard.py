"""The keyboard in a conversation: scrolling, copying, and pressing everything there is."""

from typing import TYPE_CHECKING
from weakref import proxy

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSlider

from inglenook.ui.chat.actions import all_targets
from inglenook.ui.chat.painter import is_off
from inglenook.ui.chat.target import BLOCK_ACTS, Act, Target

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView

_Slide = QAbstractSlider.SliderAction
_SLIDES = {
    Qt.Key.Key_PageUp: _Slide.SliderPageStepSub,
    Qt.Key.Key_PageDown: _Slide.SliderPageStepAdd,
    Qt.Key.Key_Up: _Slide.SliderSingleStepSub,
    Qt.Key.Key_Down: _Slide.SliderSingleStepAdd,
    Qt.Key.Key_Home: _Slide.SliderToMinimum,
    Qt.Key.Key_End: _Slide.SliderToMaximum,
}
_PRESSES = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
SIDEWAYS_STEP = 48.0


class Keyboard:
    """What has the keyboard inside the conversation.

    Attributes:
        target: What Enter presses; None while the conversation as a whole has the focus.
        message: Number of the message it belongs to, -1 for none.

    Threads: the window's.
    """

    def __init__(self, view: "ConversationView") -> None:
        # A strong reference would be a cycle, which only the garbage collector could end.
        self._view: ConversationView = proxy(view)
        self.target: Target | None = None
        self.message = -1

    def forget(self) -> None:
        """Find the focused target again after its message changed, or let it go."""
        views = self._view.column.views
        target = self.target
        if target is None or not 0 <= self.message < len(views):
            self.target, self.message = None, -1
            return
        same = [
            each
            for each in self._targets(self.message)
            if (each.act, each.value) == (target.act, target.value)
        ]
        self.target = same[0] if same else None

    def leave(self) -> None:
        """Let go of the focused target."""
        before, self.target, self.message = self.message, None, -1
        if before >= 0:
            self._view.viewport().update()

    def key(self, event: QKeyEvent) -> bool:
        """Take a key press; return whether it meant something here."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._view.copy_selection()
            return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._view.select_all()
            return True
        key = Qt.Key(event.key())
        if Qt.KeyboardModifier.AltModifier in event.modifiers():
            return self._to_message(key)
        if key in _PRESSES and self.target is not None:
            self._view.press(self.message, self.target)
            return True
        if key == Qt.Key.Key_Escape and self._view.has_selection():
            self._view.select(None)
            return True
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            return self._sideways(1 if key == Qt.Key.Key_Right else -1)
        if key in _SLIDES:
            self._view.verticalScrollBar().triggerAction(_SLIDES[key])
            return True
        return False

    def tab(self, step: int) -> bool:
        """Move to the next target on screen, +1 or -1; return False at the end."""
        places = self._on_screen()
        if not places:
            return False
        now = (self.message, self.target)
        if now in places:
            index = places.index(now) + step
        else:
            index = 0 if step > 0 else len(places) - 1
        if not 0 <= index < len(places):
            self.leave()
            return False
        self._focus(*places[index])
        return True

    def _to_message(self, key: Qt.Key) -> bool:
        if key not in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            return False
        column, views = self._view.column, self._view.column.views
        if not views:
            return False
        if self.message >= 0:
            number = self.message + (1 if key == Qt.Key.Key_Down else -1)
        else:
            bar = self._view.verticalScrollBar()
            number = column.message_at(bar.value() + 1)
            if key == Qt.Key.Key_Down and bar.value() > 0:
                number += 1
        number = max(0, min(number, len(views) - 1))
        self._view.scroll_to(views[number].message.id)
        row = [each for each in self._targets(number) if each.act is Act.COPY]
        self._focus(number, row[0] if row else None, reveal=False)
        return True

    def _focus(self, number: int, target: Target | None, *, reveal: bool = True) -> None:
        self.message, self.target = number, target
        if target is not None and reveal:
            self._view.reveal(self._view.seen(number, target.rect))
        self._view.say_focus(number, target)
        self._view.viewport().update()

    def _targets(self, number: int) -> list[Target]:
        view = self._view.column.views[number]
        return [each for each in all_targets(view, self._view.ink) if not is_off(view, each)]

    def _on_screen(self) -> list[tuple[int, Target | None]]:
        column, screen = self._view.column, QRectF(self._view.viewport().rect())
        top = float(self._view.verticalScrollBar().value())
        found: list[tuple[int, Target | None]] = []
        for number in column.between(top, top + screen.height()):
            for target in self._targets(number):
                here = (number, target) == (self.message, self.target)
                if here or screen.contains(self._view.seen(number, target.rect).center()):
                    found.append((number, target))
        return found

    def _sideways(self, step: int) -> bool:
        target = self.target
        if target is None or target.act not in BLOCK_ACTS:
            return False
        piece = self._view.column.views[self.message].pieces[int(target.value)]
        wide = getattr(piece, "sideways", None)
        if wide is None or not wide.move(step * SIDEWAYS_STEP):
            return False
        self._view.viewport().update()
        return True
