"""The open database on its own thread."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from inglenook.core.errors import Problem
from inglenook.services.tasks import Worker
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.library import Library

Result = TypeVar("Result")


class Store:
    """Chats and library behind one worker, the database's owner.

    The database is opened by the first job that needs it, and tried again by the next one
    when that failed: what was locked or read-only may be mended while the window is open.

    Threads: ``post``, ``ask`` and ``close`` on any; the rest inside a job.
    """

    def __init__(self, path: Path, on_problem: Callable[[Problem], None]) -> None:
        self._path, self._on_problem = path, on_problem
        self._worker = Worker("store", on_problem)
        self._database: Database | None = None
        self._conversations: Conversations | None = None
        self._library: Library | None = None

    def post(self, job: Callable[[], None]) -> None:
        """Run a job on the worker; returns at once."""
        self._worker.post(job)

    def ask(self, job: Callable[[], Result]) -> Result:
        """Run a job on the worker and wait for its result, or raise what it raised."""
        return self._worker.ask(job)

    def settle(self, timeout_s: float) -> bool:
        """Wait until every job given so far has run; False if that took too long."""
        return self._worker.settle(timeout_s)

    def close(self) -> None:
        """Run what is waiting, close the database, end the thread."""
        self._worker.post(self._close)
        self._worker.close()

    @property
    def conversations(self) -> Conversations:
        """The chats.

        Raises:
            StorageError: the database cannot be opened.
        """
        self._open()
        assert self._conversations is not None
        return self._conversations

    @property
    def library(self) -> Library:
        """The installed models.

        Raises:
            StorageError: the database cannot be opened.
        """
        self._open()
        assert self._library is not None
        return self._library

    def _open(self) -> None:
        if self._database is None:
            self._database = Database.open(self._path)
            self._conversations = Conversations(self._database)
            self._library = Library(self._database)
            for notice in self._database.notices:
                self._on_problem(notice)

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
