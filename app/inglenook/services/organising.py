"""The order of chats: folders, pins, the archive, and the trash with its period."""

from collections.abc import Callable, Sequence
from functools import partial

from inglenook.core.ids import ChatId, FolderId
from inglenook.services.answers import Answers
from inglenook.services.bus import Bus
from inglenook.services.chatnews import (
    ChatsErased,
    ChatsRemoved,
    FolderDeleted,
    FoldersChanged,
    FolderSummary,
    RemovedChat,
    TrashedSummary,
    TrashListed,
)
from inglenook.services.events import ChatListChanged, ChatSummary
from inglenook.services.openchats import OpenChats
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.folders import Folder
from inglenook.storage.text import storable

DAY_MS = 24 * 3600 * 1000
LONGEST_NAME = 80
"""Of a folder, in characters."""


class Organising:
    """Puts chats where a person wants them; every step takes several at once, all or none.

    Threads: every public method returns at once and may be called from any thread; the work
    is done on the store's worker.

    Attributes:
        trash_days: Asked how long removed chats are kept, 0 to 365; 0 until the next start.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        chats: OpenChats,
        answers: Answers,
        show: Callable[[ChatId], None],
    ) -> None:
        """Read nothing yet.

        Args:
            bus: Told what happened.
            store: Keeps the chats.
            chats: Those in memory.
            answers: Those being written; they stop in chats that go.
            show: Puts a chat on screen, on the store's worker.
        """
        self._bus, self._store, self._chats = bus, store, chats
        self._answers, self._show = answers, show
        self._stamps = Stamps()
        self.trash_days: Callable[[], int] = lambda: 30

    def start(self) -> None:
        """Erase what has been in the trash for its time; announce folders and trash."""
        self._store.post(self._start)

    def announce(self) -> None:
        """Announce the list of chats."""
        self._store.post(self._announce_chats)

    def list_trash(self) -> None:
        """Announce what is in the trash."""
        self._store.post(self._announce_trash)

    # --- chats ---

    def pin(self, chats: Sequence[ChatId], *, is_pinned: bool) -> None:
        """Have chats stand above the others, or no longer."""
        self._store.post(partial(self._pin, tuple(chats), is_pinned=is_pinned))

    def archive(self, chats: Sequence[ChatId]) -> None:
        """Put chats aside: kept and found, but not on the list."""
        self._store.post(partial(self._archive, tuple(chats)))

    def unarchive(self, chats: Sequence[ChatId]) -> None:
        """Bring chats back that were put aside."""
        self._store.post(partial(self._unarchive, tuple(chats)))

    def move(self, chats: Sequence[ChatId], folder: FolderId | None) -> None:
        """Put chats into a folder, or into none."""
        self._store.post(partial(self._move, tuple(chats), folder))

    def remove(self, chats: Sequence[ChatId]) -> None:
        """Put chats into the trash; what is being written in them stops."""
        self._stop(chats)  # now, since the store may be busy
        self._store.post(partial(self._remove, tuple(chats)))

    def restore(self, chats: Sequence[ChatId], *, opens: bool = True) -> None:
        """Take chats out of the trash; the first of them is put on screen if wanted."""
        self._store.post(partial(self._restore, tuple(chats), opens=opens))

    def erase(self, chats: Sequence[ChatId]) -> None:
        """Erase chats of the trash for good."""
        self._store.post(partial(self._erase, tuple(chats)))

    def empty_trash(self) -> None:
        """Erase everything in the trash for good."""
        self._store.post(self._empty_trash)

    # --- folders ---

    def create_folder(self, name: str, chats: Sequence[ChatId] = ()) -> FolderId:
        """Make a folder behind the others and put chats into it; return its id."""
        folder = FolderId(Stamps().new_id())
        self._store.post(partial(self._create_folder, folder, name, tuple(chats)))
        return folder

    def rename_folder(self, folder: FolderId, name: str) -> None:
        """Give a folder another name; an empty one changes nothing."""
        self._store.post(partial(self._rename_folder, folder, name))

    def delete_folder(self, folder: FolderId) -> None:
        """Delete a folder and keep its chats."""
        self._store.post(partial(self._delete_folder, folder))

    def bring_back_folder(self, deleted: FolderDeleted) -> None:
        """Make a folder again as it was: its place, and the chats that are in none now."""
        self._store.post(partial(self._bring_back_folder, deleted))

    def move_folder(self, folder: FolderId, step: int) -> None:
        """Have a folder stand one place further down (1) or up (-1)."""
        self._store.post(partial(self._move_folder, folder, step))

    # --- on the store's worker ---

    def _start(self) -> None:
        self._announce_folders()
        now_ms = self._stamps.now_ms()
        # With no period all of it goes, also what was removed in this millisecond.
        limit_ms = now_ms - self.trash_days() * DAY_MS if self.trash_days() else now_ms + 1
        self._tell_erased(self._store.organised.erase_removed_before(limit_ms))
        self._announce_trash()

    def _pin(self, chats: tuple[ChatId, ...], *, is_pinned: bool) -> None:
        self._store.organised.pin(chats, is_pinned=is_pinned)
        self._announce_chats()

    def _archive(self, chats: tuple[ChatId, ...]) -> None:
        self._store.organised.archive(chats, self._stamps.now_ms())
        self._announce_chats()

    def _unarchive(self, chats: tuple[ChatId, ...]) -> None:
        self._store.organised.unarchive(chats)
        self._announce_chats()

    def _move(self, chats: tuple[ChatId, ...], folder: FolderId | None) -> None:
        self._store.organised.move(chats, folder)
        self._announce_chats()

    def _remove(self, chats: tuple[ChatId, ...]) -> None:
        self._stop(chats)  # again, after what was asked for before
        gone = self._store.organised.remove(chats, self._stamps.now_ms())
        self._chats.removed({each.id for each in gone})
        if gone:
            told = tuple(RemovedChat(each.id, each.title) for each in gone)
            self._bus.publish(ChatsRemoved(told))
        self._announce_chats()
        self._announce_trash()

    def _restore(self, chats: tuple[ChatId, ...], *, opens: bool) -> None:
        back = self._store.organised.restore(chats)
        self._chats.restored(back)
        self._announce_chats()
        self._announce_trash()
        if back and opens:
            self._show(back[0])

    def _erase(self, chats: tuple[ChatId, ...]) -> None:
        for chat in chats:
            self._answers.end(chat)  # else its end would be looked for where nothing is left
        self._tell_erased(self._store.organised.erase(chats))
        self._announce_trash()

    def _empty_trash(self) -> None:
        self._erase(tuple(each.id for each in self._store.organised.trash()))

    def _create_folder(self, folder: FolderId, name: str, chats: tuple[ChatId, ...]) -> None:
        made = Folder(folder, tidy_name(name) or "New folder", self._stamps.now_ms())
        self._store.folders.create(made)
        self._announce_folders()
        if chats:
            self._move(chats, folder)

    def _rename_folder(self, folder: FolderId, name: str) -> None:
        if tidy := tidy_name(name):
            self._store.folders.rename(folder, tidy)
            self._announce_folders()

    def _delete_folder(self, folder: FolderId) -> None:
        before = self._store.folders.all()
        rows = self._store.conversations.summaries()
        self._store.folders.delete(folder)
        inside = tuple(row.id for row in rows if row.folder == folder)
        name = next(each.name for each in before if each.id == folder)
        order = tuple(each.id for each in before)
        self._announce_chats()
        self._announce_folders()
        self._bus.publish(FolderDeleted(FolderSummary(folder, name), order, inside))

    def _bring_back_folder(self, deleted: FolderDeleted) -> None:
        folder = deleted.folder
        made = Folder(folder.id, folder.name, self._stamps.now_ms())
        self._store.folders.create(made)
        self._store.folders.reorder(deleted.order)
        rows = self._store.conversations.summaries()
        homeless = {row.id for row in rows if row.folder is None}
        self._announce_folders()
        self._move(tuple(each for each in deleted.chats if each in homeless), folder.id)

    def _move_folder(self, folder: FolderId, step: int) -> None:
        order = [each.id for each in self._store.folders.all()]
        place = order.index(folder) if folder in order else -1
        if place < 0 or not 0 <= place + step < len(order):
            return
        order.insert(place + step, order.pop(place))
        self._store.folders.reorder(order)
        self._announce_folders()

    def _stop(self, chats: Sequence[ChatId]) -> None:
        for chat in chats:
            self._answers.cancel(chat)

    def _tell_erased(self, gone: tuple[ChatId, ...]) -> None:
        self._chats.forget(gone)
        if gone:
            self._bus.publish(ChatsErased(gone))

    def _announce_chats(self) -> None:
        rows = self._store.conversations.summaries()
        chats = tuple(
            ChatSummary(
                row.id, row.title, row.updated_ms, row.folder, row.is_pinned, row.is_archived
            )
            for row in rows
        )
        self._bus.publish(ChatListChanged(chats))

    def _announce_folders(self) -> None:
        found = self._store.folders.all()
        folders = tuple(FolderSummary(each.id, each.name) for each in found)
        self._bus.publish(FoldersChanged(folders))

    def _announce_trash(self) -> None:
        now_ms, days = self._stamps.now_ms(), self.trash_days()
        chats = tuple(
            TrashedSummary(each.id, each.title, days_left(each.removed_ms, now_ms, days))
            for each in self._store.organised.trash()
        )
        self._bus.publish(TrashListed(chats))


def days_left(removed_ms: int, now_ms: int, days: int) -> int:
    """Return in how many days a chat may be erased, rounded up; 0 for at the next start."""
    left_ms = removed_ms + days * DAY_MS - now_ms
    return min(days, max(0, -(-left_ms // DAY_MS)))


def tidy_name(name: str) -> str:
    """Return a folder's name on one line, of bearable length."""
    return " ".join(storable(name).split())[:LONGEST_NAME].rstrip()
