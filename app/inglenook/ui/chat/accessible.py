"""The conversation for screen readers: a list whose items are the messages."""

from functools import cache
from weakref import ref

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from inglenook.ui.chat.divider import divider_words
from inglenook.ui.chat.phrases import name_of, note_of, waiting_words
from inglenook.ui.chat.scrolling_column import ScrollingColumn
from inglenook.ui.words import one_line

LONGEST = 4_000


class AccessibleConversation(QAccessibleWidget):
    """The list of messages.

    Threads: the window's.
    """

    def __init__(self, view: ScrollingColumn) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = ref(view)
        self._items: dict[int, AccessibleMessage] = {}

    def childCount(self) -> int:
        """Return how many messages there are."""
        view = self._view()
        return len(view.column.views) if view is not None else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None ends it
        """Return a message."""
        if not 0 <= index < self.childCount():
            return None
        if index not in self._items:
            self._items[index] = AccessibleMessage(self, self._view, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return the place of a message in the list, -1 if it is not one."""
        return child.index if isinstance(child, AccessibleMessage) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # as above
        """Return the message at a point of the screen."""
        for index in range(self.childCount()):
            item = self.child(index)
            if item is not None and item.rect().contains(x, y):
                return item
        return None


class AccessibleMessage(QAccessibleInterface):
    """One message: who wrote it, what it says, how it ended.

    Threads: the window's.
    """

    def __init__(
        self, parent: AccessibleConversation, view: "ref[ScrollingColumn]", index: int
    ) -> None:
        super().__init__()
        self._parent, self._view = ref(parent), view
        self.index = index

    def isValid(self) -> bool:
        """Whether the message is still on screen's branch."""
        view = self._view()
        return view is not None and self.index < len(view.column.views)

    def object(self) -> QObject | None:  # type: ignore[override]  # a drawn thing has none
        """There is no widget of its own."""
        return None

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]  # None once gone
        """Return the list."""
        return self._parent()

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # has none
        """A message is read as a whole."""
        del index
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # has none
        """A message is read as a whole."""
        del x, y
        return None

    def childCount(self) -> int:
        """A message is read as a whole."""
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """A message is read as a whole."""
        del child
        return -1

    def role(self) -> QAccessible.Role:
        """Return what it is."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Return that it can be read and not edited."""
        state = QAccessible.State()
        state.readOnly = True
        return state

    def rect(self) -> QRect:
        """Return where it is on the whole screen."""
        view = self._view()
        if view is None or not self.isValid():
            return QRect()
        area = view.message_rect(self.index)
        return QRect(view.viewport().mapToGlobal(area.topLeft()), area.size())

    def text(self, kind: QAccessible.Text) -> str:
        """Return who wrote it and what, as the name."""
        view = self._view()
        if view is None or not self.isValid() or kind is not QAccessible.Text.Name:
            return ""
        item = view.column.views[self.index]
        said = waiting_words(item.live) if item.waits() else one_line(item.text, LONGEST)
        above = f"{divider_words()} " if item.is_first_sent else ""
        drafts = f"{item.card.spoken}. " if item.card is not None else ""
        words = f"{above}{name_of(item.message)}: {drafts}{said}"
        note = note_of(item.message)
        return f"{words} {note}" if note else words

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """It cannot be changed here."""
        del kind, text


@cache
def describe_conversations() -> None:
    """Let Qt ask here what a conversation looks like to a screen reader; once is enough."""
    QAccessible.installFactory(_describe)


_DESCRIBED: list[QAccessibleInterface] = []
"""Qt frees what it was given when the widget goes; Python must not free it a second time."""


def _describe(name: str, thing: QObject) -> QAccessibleInterface | None:
    del name
    if not isinstance(thing, ScrollingColumn):
        return None
    described = AccessibleConversation(thing)
    _DESCRIBED.append(described)
    return described
