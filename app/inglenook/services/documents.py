"""Documents that people attach, read one after another off the window's thread."""

import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Protocol

from inglenook.chat.document import Document
from inglenook.core.errors import DocumentError, Problem
from inglenook.documents.reader import DocumentReader
from inglenook.services.attachments import (
    DocumentProgressed,
    DocumentRead,
    DocumentsFitted,
    beginnings,
    matching,
)
from inglenook.services.bus import Bus
from inglenook.services.tasks import Worker

TELL_EVERY_S = 0.1


class Reader(Protocol):
    """What reads one document, as :class:`DocumentReader` does."""

    def read(
        self,
        path: str,
        *,
        is_wanted: Callable[[], bool],
        progress: Callable[[int, int], None],
    ) -> Document:
        """Return what it says."""
        ...


class DocumentService:
    """Reads documents and tells what they say.

    Threads: any; reading happens on a worker that starts with the first document.
    """

    def __init__(self, bus: Bus, reader: Reader | None = None) -> None:
        """Wait for the first document.

        Args:
            bus: Told how it goes.
            reader: Reads one; a child process for each if None.
        """
        self._bus, self._reader = bus, reader or DocumentReader()
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._wanted: set[str] = set()
        self._is_closed = False
        self._told_s = 0.0
        self._numbers = count(1)

    def read(self, path: str) -> str:
        """Have a document read; return the ticket that its announcements bear."""
        return self._post(partial(self._read, path))

    def fit(self, documents: tuple[Document, ...], room: int, question: str = "") -> str:
        """Work out what to send of documents that are too long; ``DocumentsFitted`` tells.

        Args:
            documents: All that go with the message.
            room: Tokens that they may take together.
            question: To send the parts that match it; empty to send the beginnings.

        Returns:
            The ticket that the announcement bears.
        """
        return self._post(partial(self._fit, documents, room, question))

    def drop(self, ticket: str) -> None:
        """End a reading that nobody wants any more; nothing is told of it then."""
        with self._lock:
            self._wanted.discard(ticket)

    def close(self) -> None:
        """End every reading and the thread."""
        with self._lock:
            self._is_closed = True
            self._wanted.clear()
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _post(self, job: Callable[[str], None]) -> str:
        with self._lock:
            ticket = f"document {next(self._numbers)}"
            if not self._is_closed:
                self._wanted.add(ticket)
                fail = partial(self._fail, ticket)
                self._worker = self._worker or Worker("documents", fail)
                self._worker.post(partial(job, ticket), fail)
        return ticket

    # --- on the worker ---

    def _fit(
        self, documents: tuple[Document, ...], room: int, question: str, ticket: str
    ) -> None:
        parts = matching(documents, question, room) if question else beginnings(documents, room)
        self._tell(DocumentsFitted(ticket, parts))

    def _read(self, path: str, ticket: str) -> None:
        is_wanted = partial(self._is_wanted, ticket)
        if not is_wanted():
            return
        try:
            progress = partial(self._progress, ticket)
            document = self._reader.read(path, is_wanted=is_wanted, progress=progress)
        except DocumentError as error:
            self._fail(ticket, error.problem)
        else:
            self._tell(DocumentRead(ticket, document))

    def _progress(self, ticket: str, page: int, pages: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S and self._is_wanted(ticket):
            self._told_s = now_s
            self._bus.publish(DocumentProgressed(ticket, page, pages))

    def _fail(self, ticket: str, problem: Problem) -> None:
        self._tell(DocumentRead(ticket, problem=problem))

    def _tell(self, done: DocumentRead | DocumentsFitted) -> None:
        with self._lock:
            is_wanted = done.ticket in self._wanted
            self._wanted.discard(done.ticket)
        if is_wanted:
            self._bus.publish(done)

    def _is_wanted(self, ticket: str) -> bool:
        with self._lock:
            return ticket in self._wanted
