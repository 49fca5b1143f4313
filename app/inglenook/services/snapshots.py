"""What the engine keeps of chats on the disk: within a budget, and gone with the chat."""

from collections.abc import Callable
from functools import partial

from inglenook.core.errors import Problem, StorageError
from inglenook.core.ids import ChatId
from inglenook.services.bus import Bus
from inglenook.services.chatnews import ChatsRemoved
from inglenook.services.events import Announcement, ProblemArose
from inglenook.services.settings import SettingsService
from inglenook.services.store import Store
from inglenook.storage.snapshots import SnapshotFolder


class SnapshotService:
    """Clears away the snapshots that the engine process writes.

    A chat's snapshot goes when the chat comes into the trash, not when it is erased for good:
    nobody talks there, it may lie there for weeks, and what a model has read of it can be had
    again by reading it once if it comes back. What a crash left is found at the next start,
    where only the chats on the list keep theirs.

    Threads: every public method returns at once and may be called from any thread; the work
    is done on the store's worker.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        folder: SnapshotFolder,
        settings: SettingsService,
        is_sealed: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read and remove nothing yet.

        Args:
            bus: Says which chats are removed, and is told of a snapshot that stays.
            store: Knows the chats; its worker does the work.
            folder: Where the snapshots are.
            settings: Has the budget.
            is_sealed: Tells whether chats are encrypted; then nothing is kept of them.
        """
        self._is_sealed = is_sealed
        self._bus, self._store = bus, store
        self._folder, self._settings = folder, settings

    def watch(self, forget: Callable[[ChatId], None]) -> None:
        """Remove the snapshots of removed chats from now on.

        Args:
            forget: Has the engine do the same, so that it writes none after that.
        """

        def hear(announcement: Announcement) -> None:
            if isinstance(announcement, ChatsRemoved):
                for chat in announcement.chats:
                    forget(chat.id)
                    self._remove(chat.id)

        self._bus.subscribe(hear)

    def start(self) -> None:
        """Let the engine keep snapshots, if it may, and clear away what nobody needs."""
        self._store.post(self._start, _say_nothing)

    def saved(self, _chat: str, _size_bytes: int) -> None:
        """Make room after a snapshot was written."""
        self._store.post(self._keep_to_budget, _say_nothing)

    def set_budget(self, budget_bytes: int) -> None:
        """Choose how much snapshots may take; 0 removes them all and keeps no more.

        Raises:
            BadArgumentError: it is less than nothing.
        """
        self._settings.set_snapshot_budget(budget_bytes)
        self._store.post(partial(self._keep_to_budget, is_new=True))

    # --- on the store's worker ---

    def settle(self) -> None:
        """Keep snapshots or erase them, as the budget and the encryption of chats say.

        Raises:
            StorageError: something could not be removed.
        """
        self._keep_to_budget(is_new=True)

    def _start(self) -> None:
        self._keep_to_budget(is_new=True)
        self._folder.keep_only({row.id for row in self._store.conversations.summaries()})

    def _keep_to_budget(self, *, is_new: bool = False) -> None:
        budget_bytes = self._settings.now.snapshot_budget_bytes
        is_sealed = self._is_sealed()
        if is_sealed or not budget_bytes:
            self._folder.close(overwriting=is_sealed)
            return
        if is_new:
            self._folder.open()
        self._folder.tidy(budget_bytes)

    def _remove(self, chat: ChatId) -> None:
        # At once, since this is announced on the worker, which may be about to end.
        try:
            self._folder.remove(chat)
        except StorageError as error:
            self._bus.publish(ProblemArose(error.problem))


def _say_nothing(_problem: Problem) -> None:
    """Leave a fault to the log: all that snapshots give is time."""
