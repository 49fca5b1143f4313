"""The open database on its own thread."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from inglenook.core.errors import StorageError
from inglenook.services.tasks import OnProblem, Worker
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.folders import ChatFolders
from inglenook.storage.library import Library
from inglenook.storage.organised import Organised

Result = TypeVar("Result")


class _Opened(NamedTuple):
    database: Database
    conversations: Conversations
    organised: Organised
    folders: ChatFolders
    library: Library


class Store:
    """Chats and library behind one worker, the database's owner.

    The database is opened by the first job that needs it, and tried again by the next one
    when that failed: what was locked or read-only may be mended while the window is open.
    Answers that a crash left unfinished are marked as interrupted then.

    Threads: ``post``, ``ask``, ``settle`` and ``close`` on any; the rest inside a job.
    """

    def __init__(
        self,
        path: Path,
        on_problem: OnProblem,
        *,
        key: Callable[[], bytes] = bytes,
        busy_timeout_s: float = 5.0,
    ) -> None:
        """Start the worker; the database is not opened yet.

        Args:
            path: The database file.
            on_problem: Told what jobs failed with, and what happened while opening.
            key: Returns the key of the database, empty for none; raises if it is locked.
            busy_timeout_s: How long to wait for another program that has it locked.
        """
        self._path, self._on_problem, self._key = path, on_problem, key
        self._busy_timeout_s = busy_timeout_s
        self._worker = Worker("store", on_problem)
        self._opened: _Opened | None = None

    def post(self, job: Callable[[], None], on_problem: OnProblem | None = None) -> None:
        """Run a job on the worker; returns at once.

        Args:
            job: Takes nothing, returns nothing.
            on_problem: Told instead of the store's own what this job failed with.
        """
        self._worker.post(job, on_problem)

    def ask(self, job: Callable[[], Result]) -> Result:
        """Run a job on the worker and wait for its result, or raise what it raised."""
        return self._worker.ask(job)

    def settle(self, timeout_s: float) -> bool:
        """Wait until every job given so far has run; False if that took too long."""
        return self._worker.settle(timeout_s)

    def close(self) -> None:
        """Run what is waiting, close the database, end the thread."""
        self._worker.post(self.shut)
        self._worker.close()

    @property
    def is_open(self) -> bool:
        """Whether the database has been opened."""
        return self._opened is not None

    def open(self) -> None:
        """Open the database now.

        Raises:
            StorageError: that cannot be done.
        """
        self._open()

    def shut(self) -> None:
        """Close the database; the next job that needs it opens it again."""
        if self._opened is not None:
            self._opened.database.close()
            self._opened = None

    @property
    def conversations(self) -> Conversations:
        """The chats.

        Raises:
            StorageError: the database cannot be opened.
        """
        return self._open().conversations

    @property
    def organised(self) -> Organised:
        """The order of the chats, and the trash.

        Raises:
            StorageError: the database cannot be opened.
        """
        return self._open().organised

    @property
    def folders(self) -> ChatFolders:
        """The folders that chats are sorted into.

        Raises:
            StorageError: the database cannot be opened.
        """
        return self._open().folders

    @property
    def library(self) -> Library:
        """The installed models.

        Raises:
            StorageError: the database cannot be opened.
        """
        return self._open().library

    @property
    def database(self) -> Database:
        """The file itself, for what is kept beside the chats.

        Raises:
            StorageError: it cannot be opened.
        """
        return self._open().database

    def _open(self) -> _Opened:
        if self._opened is None:
            database = Database.open(
                self._path, key=self._key(), busy_timeout_s=self._busy_timeout_s
            )
            conversations = Conversations(database)
            try:
                conversations.interrupt_unfinished()
            except StorageError:
                database.close()
                raise
            self._opened = _Opened(
                database,
                conversations,
                Organised(database),
                ChatFolders(database),
                Library(database),
            )
            for notice in database.notices:
                self._on_problem(notice)
        return self._opened
