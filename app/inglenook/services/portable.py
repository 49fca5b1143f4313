"""What a window asks of export, import, backup and restore: answered by announcements."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.bus import Bus
from inglenook.services.events import ProblemArose
from inglenook.services.portability import Form, Portability
from inglenook.services.portabilitynews import (
    BackupChecked,
    BackupMade,
    ChatsExported,
    ChatsImported,
    ChatsRead,
    Haul,
    ImportProgressed,
    ImportRead,
    RestorePrepared,
)
from inglenook.services.tasks import Worker
from inglenook.storage import backup, restoring
from inglenook.storage.paths import Folders, find_folders


class PortableService:
    """Export, import, backup and restore on a thread of their own.

    Threads: every method returns at once and may be called from any thread.

    Attributes:
        work: The same, done before a call returns.
    """

    def __init__(
        self, bus: Bus, work: Portability, folders: Folders, refresh: Callable[[], None]
    ) -> None:
        """Begin nothing yet.

        Args:
            bus: Told what came of each request.
            work: Does it.
            folders: Where a restore is made ready.
            refresh: Has the list of chats told anew.
        """
        self._bus, self.work, self._folders, self._refresh = bus, work, folders, refresh
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._worker: Worker | None = None

    def read(self, chats: Sequence[ChatId] | None, ticket: str) -> None:
        """Read whole chats, or all of them for None; ChatsRead brings them."""

        def job() -> None:
            which = self.work.every() if chats is None else chats
            self._bus.publish(ChatsRead(ticket, self.work.load(which)))

        self._post(
            job,
            lambda problem: self._bus.publish(ChatsRead(ticket, (), problem)),
        )

    def export(
        self,
        chats: Sequence[ChatId] | None,
        target: str,
        form: Form,
        *,
        with_thinking: bool = False,
    ) -> None:
        """Write chats, or all of them for None; ChatsExported tells the end."""

        def job() -> None:
            which = self.work.every() if chats is None else chats
            place = Path(target)
            if form == "json":
                self.work.write_json(which, place)
                count = 1
            else:
                count = self.work.write_markdown(which, place, with_thinking=with_thinking)
            self._bus.publish(ChatsExported(target, count))

        self._post(job, lambda problem: self._bus.publish(ChatsExported(target, 0, problem)))

    def look(self, path: str) -> None:
        """Find out what is in an exported file; ImportRead tells."""
        self._post(
            lambda: self._bus.publish(ImportRead(path, self.work.look(Path(path)))),
            lambda problem: self._bus.publish(ImportRead(path, problem=problem)),
        )

    def take(self, haul: Haul, chosen: Collection[ChatId] | None = None) -> None:
        """Store what was found; ImportProgressed and ChatsImported tell."""
        self._stopped.clear()

        def job() -> None:
            report = self.work.take(
                haul,
                chosen,
                on_step=lambda done, total: self._bus.publish(ImportProgressed(done, total)),
                is_stopped=self._stopped.is_set,
            )
            self._refresh()
            self._bus.publish(ChatsImported(report))

        self._post(job)

    def stop(self) -> None:
        """Stop an import; what has come stays."""
        self._stopped.set()

    def back_up(self, target: str) -> None:
        """Write a backup; BackupMade tells."""
        self._post(
            lambda: self._bus.publish(BackupMade(target, self.work.back_up(Path(target)))),
            lambda problem: self._bus.publish(BackupMade(target, problem=problem)),
        )

    def check(self, path: str) -> None:
        """Look through a backup; BackupChecked tells."""
        self._post(
            lambda: self._bus.publish(BackupChecked(path, backup.check(Path(path)))),
            lambda problem: self._bus.publish(BackupChecked(path, problem=problem)),
        )

    def restore(self, path: str) -> None:
        """Make a backup ready to be shown by the next start; RestorePrepared tells."""
        self._prepare(lambda: restoring.prepare(Path(path), self._folders))

    def undo_restore(self) -> None:
        """Make ready to go back to what the last restore has replaced."""

        def prepare() -> None:
            restoring.prepare_undo(self._folders)

        self._prepare(prepare)

    def can_undo(self) -> bool:
        """Tell whether a restore has set something aside."""
        return restoring.last_aside(self._folders) is not None

    def close(self) -> None:
        """Stop, and end the thread."""
        self._stopped.set()
        if self._worker is not None:
            self._worker.close()

    # --- inside ---

    def _prepare(self, prepare: Callable[[], backup.Manifest | None]) -> None:
        self._post(
            lambda: self._bus.publish(RestorePrepared(prepare())),
            lambda problem: self._bus.publish(RestorePrepared(problem=problem)),
        )

    def _post(
        self, job: Callable[[], None], on_problem: Callable[[Problem], None] | None = None
    ) -> None:
        with self._lock:
            if self._worker is None:
                self._worker = Worker("portability", self._tell)
            self._worker.post(job, on_problem)

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore without a window.

    Attributes:
        is_done: False while another Inglenook is open: its next start does it.
        aside: The folder with what was there before; empty if there was nothing.
    """

    is_done: bool
    aside: str


def restore_now(path: Path, folders: Folders | None = None) -> Restored:
    """Put a backup in the place of what is there.

    Raises:
        BadArgumentError: it is no backup, or damaged.
        NewerSchemaError: a newer Inglenook made it.
        StorageError: nothing was changed.
    """
    where = folders or find_folders()
    restoring.prepare(path, where)
    return _finished(where)


def undo_now(folders: Folders | None = None) -> Restored:
    """Go back to what the last restore has replaced.

    Raises:
        NotFoundError: nothing was replaced.
        StorageError: nothing was changed.
    """
    where = folders or find_folders()
    restoring.prepare_undo(where)
    return _finished(where)


def finish_restore(folders: Folders) -> bool:
    """Do what a restore has left for this start; tell whether there was any.

    Raises:
        StorageError: it cannot be done now.
    """
    return restoring.finish(folders)


def is_restore_prepared(folders: Folders) -> bool:
    """Tell whether the next start will put other chats in the place of these."""
    return restoring.is_prepared(folders)


def _finished(folders: Folders) -> Restored:
    is_done = restoring.finish(folders)
    aside = restoring.last_aside(folders) if is_done else None
    return Restored(is_done, "" if aside is None else str(aside))
