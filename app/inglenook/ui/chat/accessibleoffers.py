"""The list that opens at "/" for screen readers: its rows, and which is marked."""

from functools import cache
from typing import TYPE_CHECKING
from weakref import ref

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface

from inglenook.ui.widgets.drawnparts import DrawnList, DrawnPart, on_screen
from inglenook.ui.words import one_line

if TYPE_CHECKING:
    from inglenook.ui.chat.slashlist import Offer, SlashList

_LONGEST = 200


class AccessibleOffers(DrawnList):
    """The rows that are offered.

    Threads: the window's.
    """

    def __init__(self, shown: "SlashList") -> None:
        super().__init__(shown)
        self._shown = ref(shown)

    def childCount(self) -> int:
        """Return how many rows there are; none while the list is hidden."""
        shown = self._shown()
        return len(shown.offers()) if shown is not None else 0

    def part(self, index: int) -> DrawnPart:
        """Return a row."""
        return AccessibleOffer(self, self._shown, index)


class AccessibleOffer(DrawnPart):
    """One row: its name, what it does, and whether Enter would take it.

    Threads: the window's.
    """

    def __init__(self, parent: AccessibleOffers, shown: "ref[SlashList]", index: int) -> None:
        super().__init__(parent, index)
        self._shown = shown

    def isValid(self) -> bool:
        """Whether it is still offered."""
        return self._offer() is not None

    def role(self) -> QAccessible.Role:
        """Return what it is."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Return whether it is marked, and whether it has room."""
        state, shown = QAccessible.State(), self._shown()
        state.selectable = True
        state.selected = shown is not None and shown.marked() == self.index
        state.offscreen = self.rect().isEmpty()
        return state

    def rect(self) -> QRect:
        """Return where it is on the whole screen."""
        shown = self._shown()
        area = shown.row_rect(self.index) if shown is not None and self.isValid() else QRect()
        return on_screen(shown, area) if shown is not None and not area.isEmpty() else QRect()

    def text(self, kind: QAccessible.Text) -> str:
        """Return its name, and what it does."""
        offer = self._offer()
        if offer is None:
            return ""
        words = {QAccessible.Text.Name: offer.name, QAccessible.Text.Description: offer.about}
        return one_line(words.get(kind, ""), _LONGEST)

    def _offer(self) -> "Offer | None":
        shown = self._shown()
        offers = shown.offers() if shown is not None else ()
        return offers[self.index] if self.index < len(offers) else None


@cache
def describe_offers() -> None:
    """Let Qt ask here what the list looks like to a screen reader, before the first is made."""
    QAccessible.installFactory(_describe)


_DESCRIBED: list[QAccessibleInterface] = []
"""Qt frees what it was given when the widget goes; Python must not free it a second time."""


def _describe(name: str, thing: QObject) -> QAccessibleInterface | None:
    if name != "SlashList":
        return None
    described = AccessibleOffers(thing)  # type: ignore[arg-type]  # it has that name
    _DESCRIBED.append(described)
    return described
