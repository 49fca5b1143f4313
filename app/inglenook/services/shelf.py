"""The library for the window: what is there, taking off, checking, finding, moving."""

import shutil
import threading
from functools import partial
from pathlib import Path

from inglenook.core.errors import BusyDatabaseError, InglenookError, NotFoundError, Problem
from inglenook.services.alarm import Alarm, SetAlarm, set_alarm
from inglenook.services.bus import Bus
from inglenook.services.engine import EngineService
from inglenook.services.events import Announcement, ModelsChanged, ProblemArose
from inglenook.services.foldermove import MOVING, FolderMove
from inglenook.services.library import LibraryService
from inglenook.services.modelnews import ModelRemoved, ModelsScanned, ShelfChanged
from inglenook.services.newest import Newest, Stop
from inglenook.services.relocation import Relocation
from inglenook.services.removals import Removed
from inglenook.services.shelved import Scanned
from inglenook.services.tasks import Worker
from inglenook.services.verifying import Verifying

UNDO_S = 60.0
"""So long a model that was removed can be brought back."""


class ShelfService:
    """Does for the window what the library can do.

    Threads: every public method returns at once and may be called from any thread, but
    ``recover``, which takes its time after a crash.
    """

    def __init__(
        self,
        bus: Bus,
        library: LibraryService,
        relocation: Relocation,
        engine: EngineService,
        *,
        set_alarm: SetAlarm = set_alarm,
    ) -> None:
        """Look at nothing yet.

        Args:
            bus: Told what there is.
            library: Knows the files.
            relocation: Moves them.
            engine: Has a model of them, perhaps.
            set_alarm: Rings when a removal is final.
        """
        self._bus, self._library, self._relocation = bus, library, relocation
        self._engine, self._set_alarm = engine, set_alarm
        self._worker = Worker("shelf", self._tell)
        self._verifying = Verifying(bus, library)
        self._move = FolderMove(bus, relocation, engine, self._forget_removed)
        self._scans = Newest("scan", self._scan, self._fail_scan)
        self._removed: dict[str, tuple[Removed, Alarm]] = {}  # the worker's
        self._left: Problem | None = None
        self._is_watched = threading.Event()
        self._unsubscribe = bus.subscribe(self._hear)

    def recover(self) -> None:
        """Finish or undo a move of the models that a crash has ended."""
        try:
            self._relocation.recover()
        except InglenookError as error:
            self._left = error.problem

    def start(self) -> None:
        """Decide what a crash has left of removals, and tell what could not be recovered."""
        if self._left is not None:
            self._tell(self._left)
        self._worker.post(self._recover_removals)

    def refresh(self) -> None:
        """Look what there is; told now, and from now on whenever the library changes."""
        self._is_watched.set()
        self._worker.post(self._refresh)

    def remove(self, path: str) -> None:
        """Take a model off the list; see ``ModelRemoved``. One that is in use is freed."""
        self._worker.post(partial(self._remove, path))

    def restore(self, path: str) -> None:
        """Bring a model back that was removed less than a minute ago."""
        self._worker.post(partial(self._restore, path))

    def verify(self, path: str) -> None:
        """Read a model from end to end and compare it; see ``ModelVerified``."""
        self._verifying.start(path)

    def stop_verifying(self, path: str) -> None:
        """Give up reading a model; harmless if nobody reads it."""
        self._verifying.stop(path)

    def scan(self, folders: tuple[str, ...] = ()) -> None:
        """Look for models of other programs; see ``ModelsScanned``.

        Args:
            folders: Where to look; empty for the places of the programs we know.
        """
        self._scans.ask(tuple(map(Path, folders)))

    def borrow(self, found: Scanned) -> None:
        """Put a found model on the list, to be used where it lies."""
        self._worker.post(partial(self._borrow, found))

    def move_folder(self, folder: str) -> None:
        """Move our models to another folder; see ``FolderMoved``.

        What was removed before cannot be brought back any more.

        Args:
            folder: Its whole path.
        """
        self._move.start(folder)

    def stop_moving(self) -> None:
        """Give up moving: all stays where it was; harmless if nothing moves."""
        self._move.stop()

    def close(self) -> None:
        """End the threads; what is removed is erased, and a move is given up."""
        self._unsubscribe()
        self._scans.close()
        self._verifying.close()
        self._move.close()
        self._worker.post(self._erase_all)
        self._worker.close()

    # --- on any thread ---

    def _hear(self, announcement: Announcement) -> None:
        if self._is_watched.is_set() and isinstance(announcement, ModelsChanged):
            self._worker.post(self._refresh)

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))

    # --- on the worker: the list ---

    def _recover_removals(self) -> None:
        self._library.removals.recover(self._library.folder)

    def _refresh(self) -> None:
        folder = self._library.folder
        try:
            free_bytes = shutil.disk_usage(folder).free
        except OSError:  # its disk is not plugged in
            free_bytes = 0
        self._bus.publish(ShelfChanged(self._library.shelf(), free_bytes, str(folder)))

    def _borrow(self, found: Scanned) -> None:
        self._library.borrow(found)

    # --- on the worker: removing ---

    def _remove(self, path: str) -> None:
        if self._move.is_running:
            raise BusyDatabaseError(MOVING.title, MOVING.advice)
        self._erase(path)
        model = self._engine.state.model
        if model is not None and model.path == path:
            self._engine.unload()
        removed = self._library.set_aside(path)
        alarm = self._set_alarm(UNDO_S, partial(self._worker.post, partial(self._erase, path)))
        self._removed[path] = removed, alarm
        self._bus.publish(ModelRemoved(path, removed.model.name, removed.freed_bytes))

    def _restore(self, path: str) -> None:
        if path not in self._removed:
            raise NotFoundError(
                "This model cannot be brought back any more", "Get it or add it again."
            )
        removed, alarm = self._removed[path]
        self._library.removals.restore(removed)
        alarm.cancel()
        del self._removed[path]

    def _erase(self, path: str) -> None:
        removed, alarm = self._removed.pop(path, (None, None))
        if removed is not None and alarm is not None:
            alarm.cancel()
            self._library.removals.erase(removed)
            if self._is_watched.is_set():
                self._refresh()

    def _erase_all(self) -> None:
        for path in tuple(self._removed):
            self._erase(path)

    # --- on other workers ---

    def _forget_removed(self) -> None:
        self._worker.ask(self._erase_all)

    def _scan(self, folders: tuple[Path, ...], is_old: Stop) -> None:
        told = ModelsScanned(self._library.scan(folders, is_old))
        if not is_old():
            self._bus.publish(told)

    def _fail_scan(self, _folders: tuple[Path, ...], problem: Problem) -> None:
        self._bus.publish(ModelsScanned((), problem))
