"""The keys that lead through the window: F6 to the next pane, Esc out of what is open."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from inglenook.ui.chat.page import ChatPage
from inglenook.ui.frame import Frame
from inglenook.ui.modeldesk import ModelDesk
from inglenook.ui.sidebar import SideBar
from inglenook.ui.stage import Stage
from inglenook.ui.toast import Toast
from inglenook.ui.topbar import TopBar
from inglenook.ui.widgets.notice import Notice

_BY_KEY = Qt.FocusReason.ShortcutFocusReason


class Rounds(QObject):
    """Knows the panes in the order in which one goes through them, and what lies over them.

    Threads: the UI thread.
    """

    def __init__(
        self,
        stage: Stage,
        frame: Frame,
        side: SideBar,
        top: TopBar,
        page: ChatPage,
        models: ModelDesk,
        notice: Notice,
        toast: Toast,
        compose: Callable[[], None],
    ) -> None:
        """Know the parts.

        Args:
            stage: Says which page is on screen.
            frame: Holds the side bar, which may lie over the page.
            side: The first pane.
            top: The second one.
            page: The chat.
            models: The models page.
            notice: Closed by Esc.
            toast: Closed by Esc.
            compose: Puts the keyboard into the message field.
        """
        super().__init__()
        self._stage, self._frame, self._side, self._top = stage, frame, side, top
        self._page, self._models, self._notice, self._toast = page, models, notice, toast
        self._compose = compose

    def leave(self) -> None:
        """Do what Esc means here: close what is open, else stop the answer."""
        if self._page.close_find():
            return
        if self._frame.close_overlay():
            self._compose()
        elif self._models.is_open and self._notice.isVisible():
            self._notice.hide()
        elif self._stage.close_full():
            pass
        elif self._page.is_answering():
            self._page.stop()
        elif self._notice.isVisible():
            self._notice.hide()
        elif self._toast.isVisible():
            self._toast.hide()
        else:
            self._compose()

    def go_on(self) -> None:
        """Give the keyboard to the next pane on screen."""
        focus, full = self._side.window().focusWidget(), self._stage.shown_full()
        pages = (self._page.above, self._page.composer) if full is None else (full,)
        panes: tuple[QWidget, ...] = (self._side, self._top, *pages)
        shown = [number for number, pane in enumerate(panes) if not pane.isHidden()]
        here = -1
        if focus is not None:
            here = next((n for n in shown if panes[n].isAncestorOf(focus)), -1)
        self._enter(next((n for n in shown if n > here), shown[0]))

    def _enter(self, number: int) -> None:
        models, full = self._models.shown_page(), self._stage.shown_full()
        match number:
            case 0:
                self._side.list.setFocus(_BY_KEY)
            case 1:
                self._top.pill.face.setFocus(_BY_KEY)
            case 2 if models is not None:
                models.tabs.setFocus(_BY_KEY)
            case 2 if full is not None:
                full.come_forward()
            case 2:
                self._page.focus_conversation()
            case _:
                self._compose()
