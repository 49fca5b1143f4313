"""The conversation for screen readers: a list of messages with what can be pressed in them."""

from functools import cache
from typing import TYPE_CHECKING, cast
from weakref import ref

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface

from inglenook.ui.chat.divider import divider_words
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.painter import is_off
from inglenook.ui.chat.phrases import name_of, note_of, waiting_words
from inglenook.ui.chat.scrolling_column import ScrollingColumn
from inglenook.ui.chat.target import Target
from inglenook.ui.widgets.drawnparts import DrawnList, DrawnPart, on_screen
from inglenook.ui.words import one_line

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView

LONGEST = 4_000


class AccessibleConversation(DrawnList):
    """The list of messages.

    Threads: the window's.
    """

    def __init__(self, view: "ConversationView") -> None:
        super().__init__(view)
        self._view = ref(view)

    def childCount(self) -> int:
        """Return how many messages there are."""
        view = self._view()
        return len(view.column.views) if view is not None else 0

    def part(self, index: int) -> DrawnPart:
        """Return a message."""
        return AccessibleMessage(self, self._view, index)


class AccessibleMessage(DrawnPart):
    """One message: who wrote it, what it says, how it ended, what can be done with it.

    Threads: the window's.
    """

    def __init__(
        self, parent: AccessibleConversation, view: "ref[ConversationView]", index: int
    ) -> None:
        super().__init__(parent, index)
        self._view = view

    def isValid(self) -> bool:
        """Whether the message is still on screen's branch."""
        view = self._view()
        return view is not None and self.index < len(view.column.views)

    def targets(self) -> list[Target]:
        """Return what can be pressed in it; nothing while it is out of sight."""
        view = self._view()
        if view is None or not self.isValid():
            return []
        seen = view.message_rect(self.index).intersects(view.viewport().rect())
        return view.targets_of(self.index) if seen else []

    def childCount(self) -> int:
        """Return how many things can be pressed in it now."""
        return len(self.targets())

    def part(self, index: int) -> DrawnPart:
        """Return something that can be pressed."""
        return AccessibleTarget(self, self._view, index)

    def role(self) -> QAccessible.Role:
        """Return what it is."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Return that it can be read and not edited."""
        state = QAccessible.State()
        state.readOnly = True
        view = self._view()
        state.offscreen = view is None or not self.rect().intersects(_port(view))
        return state

    def rect(self) -> QRect:
        """Return where it is on the whole screen."""
        view = self._view()
        if view is None or not self.isValid():
            return QRect()
        return on_screen(view.viewport(), view.message_rect(self.index))

    def text(self, kind: QAccessible.Text) -> str:
        """Return who wrote it and what, as the name."""
        view = self._view()
        if view is None or not self.isValid() or kind is not QAccessible.Text.Name:
            return ""
        return _message_words(view.column.views[self.index])


class AccessibleTarget(DrawnPart):
    """Something in a message that can be pressed; Tab brings the keyboard to it.

    Threads: the window's.
    """

    def __init__(
        self, parent: AccessibleMessage, view: "ref[ConversationView]", index: int
    ) -> None:
        super().__init__(parent, index)
        self._message, self._view = ref(parent), view

    def isValid(self) -> bool:
        """Whether it is still there."""
        return self._target() is not None

    def role(self) -> QAccessible.Role:
        """Return what it is."""
        return QAccessible.Role.Button

    def state(self) -> QAccessible.State:
        """Return that the keyboard can be brought to it, and whether it is there."""
        state, view, message = QAccessible.State(), self._view(), self._message()
        state.focusable, target = True, self._target()
        if view is not None and message is not None and target is not None:
            state.focused = view.focused_target(message.index) == target
            state.disabled = is_off(view.column.views[message.index], target)
        return state

    def rect(self) -> QRect:
        """Return where it is on the whole screen."""
        view, message, target = self._view(), self._message(), self._target()
        if view is None or message is None or target is None:
            return QRect()
        return on_screen(view.viewport(), view.seen(message.index, target.rect).toRect())

    def text(self, kind: QAccessible.Text) -> str:
        """Return its name."""
        target = self._target()
        return target.name if target is not None and kind is QAccessible.Text.Name else ""

    def _target(self) -> Target | None:
        message = self._message()
        targets = message.targets() if message is not None else []
        return targets[self.index] if self.index < len(targets) else None


def _message_words(item: MessageView) -> str:
    said = waiting_words(item.live) if item.waits() else one_line(item.text, LONGEST)
    above = f"{divider_words()} " if item.is_first_sent else ""
    drafts = f"{item.card.spoken}. " if item.card is not None else ""
    words = f"{above}{name_of(item.message)}: {drafts}{said}"
    note = note_of(item.message)
    return f"{words} {note}" if note else words


def _port(view: ScrollingColumn) -> QRect:
    return on_screen(view.viewport(), view.viewport().rect())


@cache
def describe_conversations() -> None:
    """Let Qt ask here what a conversation looks like to a screen reader; once is enough.

    Before the first is made: Qt remembers what it was told about a widget when the first
    property of it was set.
    """
    QAccessible.installFactory(_describe)


_DESCRIBED: list[QAccessibleInterface] = []
"""Qt frees what it was given when the widget goes; Python must not free it a second time."""


def _describe(name: str, thing: QObject) -> QAccessibleInterface | None:
    del name
    if not isinstance(thing, ScrollingColumn):
        return None
    described = AccessibleConversation(cast("ConversationView", thing))
    _DESCRIBED.append(described)
    return described
