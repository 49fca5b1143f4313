"""Find in chat: the bar over the conversation, from its first opening on."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from inglenook.ui.style import Look

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView
    from inglenook.ui.chat.findbar import FindBar


class Finding(QObject):
    """Opens, moves and closes the bar that looks for words in one conversation.

    Attributes:
        bar: The bar; None before it was opened once.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, view: "ConversationView", over: QWidget) -> None:
        """Build nothing yet.

        Args:
            look: Colours and type.
            view: Where words are looked for.
            over: What the bar lies over.
        """
        super().__init__(over)
        self._look, self._view, self._over = look, view, over
        self._before: QWidget | None = None
        self.bar: FindBar | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the bar is there."""
        return self.bar is not None and not self.bar.isHidden()

    def open(self) -> None:
        """Show the bar with the keyboard in it."""
        if self.bar is None:
            self.bar = self._make()
        self._before = self._over.window().focusWidget()
        self.bar.begin(self._view.selected_words())

    def step(self, step: int) -> None:
        """Show the next match (1) or the one before (-1); open the bar if it is not there."""
        if self.is_open:
            self._view.finder.step(step)
        else:
            self.open()

    def close(self) -> bool:
        """Close the bar and give the keyboard back; return whether it was open."""
        if self.bar is None or not self.is_open:
            return False
        had_focus = self.bar.holds_focus()
        self.bar.hide()
        self._view.finder.end()
        if had_focus:
            (self._before or self._view).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def place(self) -> None:
        """Stand at the right place after what it lies over has another size."""
        if self.bar is not None:
            self.bar.place()

    def _make(self) -> "FindBar":
        from inglenook.ui.chat.findbar import FindBar  # noqa: PLC0415  (opens faster)

        bar = FindBar(self._look, self._over)
        bar.query_changed.connect(self._view.finder.find)
        bar.step_asked.connect(self._view.finder.step)
        bar.closed.connect(self.close)
        self._view.found.connect(self._show_found)
        return bar

    def _show_found(self, number: int, count: int, is_more: bool) -> None:
        if self.bar is not None:
            self.bar.show_found(number, count, is_more=is_more)
