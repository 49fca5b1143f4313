"""The menus of the list of chats: for chats, for a folder, and for what is in the trash."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inglenook.core.ids import ChatId, FolderId
from inglenook.services.chatnews import FolderSummary
from inglenook.ui.chats.rows import ChatRow, FolderRow, Place
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.style import Look
from inglenook.ui.words import menu_text, tr

Ask = Callable[[Wish], None]


class ListMenus:
    """Makes menus; each deletes itself when it closes.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, view: QWidget, ask: Ask, rename: Callable[[], None]) -> None:
        """Make none yet.

        Args:
            look: Colours and icons.
            view: The list, above which menus open.
            ask: Told what was chosen.
            rename: Edits the row that has the keyboard.
        """
        self._look, self._view = look, view
        self._ask, self._rename = ask, rename

    def for_chats(
        self, row: ChatRow, chats: tuple[ChatId, ...], folders: Sequence[FolderSummary]
    ) -> QMenu:
        """Return the menu for chats of the list or the archive.

        Args:
            row: The one that was pressed; it says what is offered.
            chats: All that are meant.
            folders: Where they can be moved.
        """
        menu = self._menu()
        if len(chats) == 1:
            self._add(menu, "pencil", tr("Rename"), self._rename)
        if row.place is Place.ARCHIVE:
            self._add_wish(menu, "restore", tr("Move back to chats"), Act.UNARCHIVE, chats)
        elif row.is_pinned:
            self._add_wish(menu, "pin", tr("Unpin"), Act.UNPIN, chats)
        else:
            self._add_wish(menu, "pin", tr("Pin"), Act.PIN, chats)
        if row.place is Place.CHATS:
            menu.addMenu(self.folders(chats, folders, row.folder, menu))
            self._add_wish(menu, "archive", tr("Archive"), Act.ARCHIVE, chats)
        menu.addSeparator()
        self._add_wish(menu, "trash", tr("Delete"), Act.REMOVE, chats)
        return menu

    def for_trash(self, chats: tuple[ChatId, ...]) -> QMenu:
        """Return the menu for chats in the trash."""
        menu = self._menu()
        self._add_wish(menu, "restore", tr("Restore"), Act.RESTORE, chats)
        menu.addSeparator()
        self._add_wish(menu, "trash", tr("Erase now…"), Act.ERASE, chats)
        return menu

    def for_folder(self, row: FolderRow) -> QMenu:
        """Return the menu for a folder."""
        menu = self._menu()
        self._add(menu, "pencil", tr("Rename"), self._rename)
        folder = row.folder
        self._add_wish(menu, "chevron-up", tr("Move up"), Act.FOLDER_UP, (), folder)
        self._add_wish(menu, "chevron-down", tr("Move down"), Act.FOLDER_DOWN, (), folder)
        menu.addSeparator()
        words = tr("Delete folder, keep its chats")
        self._add_wish(menu, "trash", words, Act.DELETE_FOLDER, (), folder)
        return menu

    def folders(
        self,
        chats: tuple[ChatId, ...],
        folders: Sequence[FolderSummary],
        now_in: FolderId | None,
        parent: QWidget | None = None,
    ) -> QMenu:
        """Return the menu of where chats can be moved."""
        menu = QMenu(tr("Move to folder"), parent or self._view)
        menu.setIcon(self._look.icons.icon("folder", self._look.palette.text_muted))
        for each in folders:
            act = self._add_wish(menu, "folder", menu_text(each.name), Act.MOVE, chats, each.id)
            act.setEnabled(each.id != now_in)
        if now_in is not None:
            self._add_wish(menu, "x", tr("Out of its folder"), Act.MOVE, chats)
        if folders:
            menu.addSeparator()
        self._add_wish(menu, "folder-plus", tr("New folder"), Act.NEW_FOLDER, chats)
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_wish(
        self,
        menu: QMenu,
        icon: str,
        words: str,
        act: Act,
        chats: tuple[ChatId, ...],
        folder: FolderId | None = None,
    ) -> QAction:
        return self._add(menu, icon, words, partial(self._ask, Wish(act, chats, folder)))

    def _add(self, menu: QMenu, icon: str, words: str, slot: Callable[[], None]) -> QAction:
        picture = self._look.icons.icon(icon, self._look.palette.text_muted)
        action = menu.addAction(picture, words)
        action.triggered.connect(partial(_call, slot))
        return action


def _call(slot: Callable[[], None], _checked: bool = False) -> None:
    slot()
