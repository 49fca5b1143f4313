"""What a widget paints by hand, for screen readers: a list, its items and what is in them."""

from weakref import ref

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget


class DrawnPart(QAccessibleInterface):
    """One thing that is painted: it has a place among others, and no widget.

    Threads: the window's.

    Attributes:
        index: Its place in the parent.
    """

    def __init__(self, parent: QAccessibleInterface, index: int) -> None:
        super().__init__()
        self._parent = ref(parent)
        self._parts: dict[int, DrawnPart] = {}
        self.index = index

    def part(self, index: int) -> "DrawnPart | None":
        """Return a new part of this one; None where there are none, which is usual."""
        del index
        return None

    def object(self) -> QObject | None:  # type: ignore[override]  # a drawn thing has none
        """There is no widget of its own."""
        return None

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]  # None once gone
        """Return what it is part of."""
        return self._parent()

    def childCount(self) -> int:
        """Usually it is read as a whole."""
        return 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None ends it
        """Return a part, the same each time."""
        return _kept(self._parts, index, self)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return the place of a part, -1 if it is not one."""
        return child.index if isinstance(child, DrawnPart) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # as above
        """Return the part at a point of the screen."""
        return _at(self, x, y)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """It cannot be changed here."""
        del kind, text


class DrawnList(QAccessibleWidget):
    """A widget that paints the items of a list.

    Threads: the window's.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.List, widget.accessibleName())
        self._parts: dict[int, DrawnPart] = {}

    def part(self, index: int) -> DrawnPart | None:
        """Return a new item."""
        raise NotImplementedError

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None ends it
        """Return an item, the same each time."""
        return _kept(self._parts, index, self)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return the place of an item, -1 if it is not one."""
        return child.index if isinstance(child, DrawnPart) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # as above
        """Return the item at a point of the screen."""
        return _at(self, x, y)


def _kept(
    parts: dict[int, DrawnPart], index: int, whole: DrawnList | DrawnPart
) -> DrawnPart | None:
    if not 0 <= index < whole.childCount():
        return None
    # Qt remembers what it was once given by its address, so that nothing is ever let go.
    if index not in parts and (made := whole.part(index)) is not None:
        parts[index] = made
    return parts.get(index)


def _at(whole: DrawnList | DrawnPart, x: int, y: int) -> QAccessibleInterface | None:
    parts = (whole.child(index) for index in range(whole.childCount()))
    return next((each for each in parts if each and each.rect().contains(x, y)), None)


def on_screen(widget: QWidget, area: QRect) -> QRect:
    """Return where a part of a widget is on the whole screen."""
    return QRect(widget.mapToGlobal(area.topLeft()), area.size())
