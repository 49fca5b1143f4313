"""What people do with many chats: pin, move, put aside, throw away, and take it all back."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.core.ids import ChatId, FolderId
from inglenook.services.chatnews import FolderDeleted, FoldersChanged, TrashListed
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.chats.rows import Place
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.frame import Frame
from inglenook.ui.sidebar import SideBar
from inglenook.ui.toast import Toast
from inglenook.ui.words import one_line, tr, tr_n

if TYPE_CHECKING:
    from inglenook.services.organising import Organising


class OrganiseDesk(QObject):
    """Passes wishes about the order of chats to the service, and news of it back.

    Threads: the UI thread.
    """

    def __init__(
        self,
        service: "Organising",
        side: SideBar,
        frame: Frame,
        toast: Toast,
        actions: Actions,
        on_screen: Callable[[], ChatId | None],
    ) -> None:
        """Join the parts.

        Args:
            service: Keeps the order.
            side: Shows it.
            frame: Holds the side bar.
            toast: Offers to undo.
            actions: Those about the order are connected here.
            on_screen: Asked which chat is shown.
        """
        super().__init__()
        self._service, self._side, self._frame = service, side, frame
        self._toast, self._on_screen = toast, on_screen
        self._acts: dict[Act, Callable[[Wish], object]] = {
            Act.PIN: partial(self._pin, is_pinned=True),
            Act.UNPIN: partial(self._pin, is_pinned=False),
            Act.MOVE: self._move,
            Act.NEW_FOLDER: self._make_folder,
            Act.ARCHIVE: self._archive,
            Act.UNARCHIVE: self._unarchive,
            Act.REMOVE: self._remove,
            Act.RESTORE: self._restore,
            Act.ERASE: side.shelf.ask_to_erase,
            Act.DELETE_FOLDER: self._delete_folder,
            Act.FOLDER_UP: partial(self._move_folder, step=-1),
            Act.FOLDER_DOWN: partial(self._move_folder, step=1),
        }
        side.list.wished.connect(self.do)
        side.list.folder_renamed.connect(self._rename_folder)
        side.shelf.erase_agreed.connect(self._erase)
        side.shelf.places.chosen.connect(self._list_trash)
        actions.connect_all(
            pin=self._pin_chosen,
            archive=self._archive_chosen,
            move_to_folder=self._move_chosen,
            new_folder=self._new_folder,
            show_archive=partial(self._show_place, Place.ARCHIVE),
            show_trash=partial(self._show_place, Place.TRASH),
        )

    def listen(self, bridge: Bridge) -> None:
        """Follow the announcements about the order of chats."""
        bridge.folders_changed.connect(self._take_folders)
        bridge.trash_listed.connect(self._take_trash)
        bridge.folder_deleted.connect(self._offer_folder_back)

    def do(self, wish: Wish) -> None:
        """Do what is wished."""
        self._acts[wish.act](wish)

    def chosen(self) -> tuple[ChatId, ...]:
        """Return the chats that an action is about: the selected ones, or that on screen."""
        selected = self._side.list.selected_chats()
        is_here = self._side.list.hasFocus() or len(selected) > 1
        if is_here and self._side.shelf.place is not Place.TRASH:
            return selected
        here = self._on_screen()
        known = here is not None and here in {each.id for each in self._side.chats}
        return (here,) if here is not None and known else ()

    def _take_folders(self, event: FoldersChanged) -> None:
        self._side.shelf.show_folders(event.folders)

    def _take_trash(self, event: TrashListed) -> None:
        self._side.shelf.show_trash(event.chats)

    def _offer_folder_back(self, event: FolderDeleted) -> None:
        words = tr("Deleted the folder “{name}”, its chats are still here")
        back = partial(self._service.bring_back_folder, event)
        self._toast.show_message(
            words.format(name=one_line(event.folder.name, 40)), tr("Undo"), back
        )

    def _pin(self, wish: Wish, *, is_pinned: bool) -> None:
        self._service.pin(wish.chats, is_pinned=is_pinned)

    def _move(self, wish: Wish) -> None:
        self._service.move(wish.chats, wish.folder)

    def _remove(self, wish: Wish) -> None:
        self._service.remove(wish.chats)

    def _restore(self, wish: Wish) -> None:
        self._service.restore(wish.chats, opens=False)

    def _unarchive(self, wish: Wish) -> None:
        self._service.unarchive(wish.chats)

    def _delete_folder(self, wish: Wish) -> None:
        self._service.delete_folder(_folder(wish))

    def _move_folder(self, wish: Wish, *, step: int) -> None:
        self._service.move_folder(_folder(wish), step)

    def _archive(self, wish: Wish) -> None:
        self._service.archive(wish.chats)
        count = len(wish.chats)
        words = tr_n("Archived 1 chat", "Archived {count} chats", count)
        back = partial(self._service.unarchive, wish.chats)
        self._toast.show_message(words.format(count=count), tr("Undo"), back)

    def _erase(self, wish: Wish) -> None:
        self._service.erase(wish.chats)

    def _make_folder(self, wish: Wish) -> None:
        folder = self._service.create_folder(tr("New folder"), wish.chats)
        self._side.list.name_when_made(folder)

    def _rename_folder(self, folder: str, name: str) -> None:
        self._service.rename_folder(FolderId(folder), name)

    def _list_trash(self) -> None:
        self._service.list_trash()  # the period may be another one than at the start

    # --- actions ---

    def _pin_chosen(self) -> None:
        chats = self.chosen()
        pinned = {each.id for each in self._side.chats if each.is_pinned}
        if chats:
            self.do(Wish(Act.UNPIN if pinned.issuperset(chats) else Act.PIN, chats))

    def _archive_chosen(self) -> None:
        chats = self.chosen()
        archived = {each.id for each in self._side.chats if each.is_archived}
        if chats:
            self.do(Wish(Act.UNARCHIVE if archived.issuperset(chats) else Act.ARCHIVE, chats))

    def _move_chosen(self) -> None:
        if chats := self.chosen():
            self._frame.show_side()
            view = self._side.list
            menu = view.menus.folders(chats, view.rows.folders(), None)
            menu.popup(view.mapToGlobal(view.rect().topLeft()))

    def _new_folder(self) -> None:
        self._frame.show_side()
        self._side.search.leave()
        self._side.shelf.show_place(Place.CHATS)
        self._make_folder(Wish(Act.NEW_FOLDER))

    def _show_place(self, place: Place) -> None:
        self._frame.show_side()
        self._side.search.leave()
        self._side.shelf.show_place(place)
        self._list_trash()


def _folder(wish: Wish) -> FolderId:
    assert wish.folder is not None, "these wishes are about a folder"
    return wish.folder
