"""The move of our models to another folder, as the window sees it."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from inglenook.core.errors import Problem
from inglenook.services.bus import Bus
from inglenook.services.engine import EngineService
from inglenook.services.events import Announcement, EngineChanged, ProblemArose
from inglenook.services.modelnews import FolderMoved
from inglenook.services.relocation import Relocation, elsewhere
from inglenook.services.seldom import seldom
from inglenook.services.tasks import Worker

MOVING = Problem("The models are being moved", "Wait until that is done, then try again.")


class FolderMove:
    """Runs one move at a time; the engine follows when it has nothing to do.

    Until then it goes on with the old file, which stays readable for as long as it is open.

    Threads: any; every method but ``close`` returns at once.
    """

    def __init__(
        self,
        bus: Bus,
        relocation: Relocation,
        engine: EngineService,
        before: Callable[[], None],
    ) -> None:
        """Move nothing yet.

        Args:
            bus: Told how far it is.
            relocation: Moves.
            engine: Loads its model from the new place.
            before: Called on the worker before anything moves.
        """
        self._bus, self._relocation, self._engine = bus, relocation, engine
        self._before = before
        self._worker = Worker("move", self._tell)
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._stop: threading.Event | None = None
        self._behind: tuple[Path, Path] | None = None
        self._unsubscribe = bus.subscribe(self._hear)

    @property
    def is_running(self) -> bool:
        """Whether models are being moved."""
        with self._lock:
            return self._stop is not None

    def start(self, folder: str) -> None:
        """Move all to a folder; see ``FolderMoved``."""
        stop = threading.Event()
        with self._lock:
            is_free = self._stop is None
            self._stop = self._stop or stop
        if is_free:
            self._worker.post(partial(self._move, folder, stop), partial(self._fail, folder))
        else:
            self._tell(MOVING)

    def stop(self) -> None:
        """Give up: all stays where it was; harmless if nothing moves."""
        with self._lock:
            if self._stop is not None:
                self._stop.set()

    def close(self) -> None:
        """Give up what moves, and end the thread."""
        self._unsubscribe()
        self.stop()
        self._worker.close()

    # --- on any thread ---

    def _hear(self, announcement: Announcement) -> None:
        if self._behind is not None and isinstance(announcement, EngineChanged):
            self._worker.post(self._follow)

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))

    # --- on the worker ---

    def _move(self, folder: str, stop: threading.Event) -> None:
        done, size = 0, 0
        tell = seldom(lambda *so_far: self._bus.publish(FolderMoved(folder, *so_far)))

        def count(done_bytes: int, size_bytes: int) -> None:
            nonlocal done, size
            done, size = done_bytes, size_bytes
            tell(done, size)

        try:
            self._before()
            source = self._relocation.run(folder, count, stop.is_set)
            self._behind = (source, self._relocation.folder)
            self._follow()
        finally:
            with self._lock:
                self._stop = None
        self._bus.publish(FolderMoved(folder, done, size, is_over=True))

    def _fail(self, folder: str, problem: Problem) -> None:
        self._bus.publish(FolderMoved(folder, 0, 0, is_over=True, problem=problem))

    def _follow(self) -> None:
        """Load the model of the engine from its new place, once it answers nobody."""
        state = self._engine.state
        if self._behind is None or state.answering:
            return
        new = elsewhere(Path(state.model.path), *self._behind) if state.model else None
        self._behind = None
        if new is not None:
            self._engine.load(str(new))
