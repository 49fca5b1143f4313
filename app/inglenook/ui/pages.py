"""The full pages that take the chat's place, one at a time, each made when it is needed."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget


class FullPage(QWidget):
    """A page in the place of the chat.

    Signals:
        closed(): it was left by its own means.
    """

    closed = Signal()

    def come_forward(self) -> None:
        """Take the keyboard where work on this page begins."""
        self.setFocus()

    @property
    def foot(self) -> QWidget:
        """The part that short messages stand on."""
        return self


class Pages(QObject):
    """Knows the full pages by name, and which one is open.

    Signals:
        turned(): another page is open, or none.

    Threads: the UI thread.
    """

    turned = Signal()

    def __init__(self, stack: QStackedLayout) -> None:
        super().__init__()
        self._stack = stack
        self._makers: dict[str, Callable[[], FullPage]] = {}
        self._made: dict[str, FullPage] = {}
        self._open = ""

    def add(self, name: str, make: Callable[[], FullPage]) -> None:
        """Know how a page is made; it is made when it is opened for the first time."""
        self._makers[name] = make

    def open(self, name: str) -> FullPage:
        """Open a page, in the place of another one if need be, and return it."""
        if name not in self._made:
            page = self._makers[name]()
            page.closed.connect(self.close)
            self._made[name] = page
            self._stack.addWidget(page)
        self._open = name
        self.turned.emit()
        page = self._made[name]
        if page.isVisible():  # behind the first-run page it must not take the keys
            page.come_forward()
        return page

    def close(self) -> None:
        """Go back to what was there before."""
        if self._open:
            self._open = ""
            self.turned.emit()

    @property
    def shown(self) -> FullPage | None:
        """The page that is open."""
        return self._made.get(self._open)
