"""The library for the window: what is there, taking off, checking, finding, moving."""

import shutil
import threading
import time
from functools import partial
from pathlib import Path

from inglenook.core.errors import InglenookError, Problem
from inglenook.services.bus import Bus
from inglenook.services.events import ModelsChanged, ProblemArose
from inglenook.services.library import LibraryService
from inglenook.services.modelnews import (
    ModelRemoved,
    ModelsScanned,
    ModelVerified,
    ShelfChanged,
)
from inglenook.services.newest import Newest, Stop
from inglenook.services.shelved import Scanned
from inglenook.services.tasks import Worker

_EVERY_S = 0.1
"""Announcements are ten a second at most."""


class ShelfService:
    """Does for the window what the library can do.

    Threads: every public method returns at once and may be called from any thread.
    """

    def __init__(self, bus: Bus, library: LibraryService) -> None:
        """Look at nothing yet.

        Args:
            bus: Told what there is.
            library: Knows the files.
        """
        self._bus, self._library = bus, library
        self._worker = Worker("shelf", self._tell)
        self._reader = Worker("verify", self._tell)
        self._scans = Newest("scan", self._scan, self._tell)
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._verifying: dict[str, threading.Event] = {}
        self._is_watched = False
        self._unsubscribe = bus.subscribe(self._hear)

    def refresh(self) -> None:
        """Look what there is; told now and whenever the library changes from now on."""
        with self._lock:
            self._is_watched = True
        self._worker.post(self._refresh)

    def remove(self, path: str) -> None:
        """Take a model off the list; see ``ModelRemoved``."""
        self._worker.post(partial(self._remove, path))

    def restore(self, path: str) -> None:
        """Bring a model back that was removed a moment ago."""
        self._worker.post(partial(self._restore, path))

    def verify(self, path: str) -> None:
        """Read a model from end to end and compare it; see ``ModelVerified``."""
        stop = threading.Event()
        with self._lock:
            if path in self._verifying:
                return
            self._verifying[path] = stop
        self._reader.post(partial(self._verify, path, stop))

    def stop_verifying(self, path: str) -> None:
        """Give up reading a model; harmless if nobody reads it."""
        with self._lock:
            stop = self._verifying.get(path)
        if stop is not None:
            stop.set()

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
        """Move our models to another folder; see ``FolderMoved``."""

    def stop_moving(self) -> None:
        """Give up moving: all stays where it was; harmless if nothing moves."""

    def close(self) -> None:
        """End the threads; what is unfinished is given up."""
        self._unsubscribe()
        with self._lock:
            for stop in self._verifying.values():
                stop.set()
        self._scans.close()
        self._reader.close()
        self._worker.close()

    # --- on any thread ---

    def _hear(self, announcement: object) -> None:
        if self._is_watched and isinstance(announcement, ModelsChanged):
            self._worker.post(self._refresh)

    # --- on the workers ---

    def _refresh(self) -> None:
        folder = self._library.folder
        try:
            free_bytes = shutil.disk_usage(folder).free
        except OSError:  # the disk is not plugged in
            free_bytes = 0
        self._bus.publish(ShelfChanged(self._library.shelf(), free_bytes, str(folder)))

    def _remove(self, path: str) -> None:
        name = self._library.find(path).model.name
        self._bus.publish(ModelRemoved(path, name, self._library.remove(path)))

    def _borrow(self, found: Scanned) -> None:
        self._library.borrow(found)

    def _restore(self, path: str) -> None:
        pass

    def _verify(self, path: str, stop: threading.Event) -> None:
        told_s = float("-inf")

        def hear(done: int, size: int) -> None:
            nonlocal told_s
            if time.monotonic() - told_s >= _EVERY_S:
                told_s = time.monotonic()
                self._bus.publish(ModelVerified(path, done, size))

        try:
            verified = self._library.verify(path, hear, stop.is_set)
            size = verified.model.size_bytes
            told = ModelVerified(path, size, size, verified)
        except InglenookError as error:
            told = ModelVerified(path, 0, 0, problem=error.problem)
        with self._lock:
            del self._verifying[path]
        self._bus.publish(told)

    def _scan(self, folders: tuple[Path, ...], is_old: Stop) -> None:
        try:
            told = ModelsScanned(self._library.scan(folders))
        except InglenookError as error:
            told = ModelsScanned((), error.problem)
        if not is_old():
            self._bus.publish(told)

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))
