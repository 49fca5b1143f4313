"""Documents that people attach, read one after another off the window's thread."""

import time
from collections.abc import Callable
from functools import partial
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
from inglenook.services.tickets import TicketWork

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
        self._work = TicketWork("documents", self._fail)
        self._told_s = 0.0

    def read(self, path: str) -> str:
        """Have a document read; return the ticket that its announcements bear."""
        return self._work.post(partial(self._read, path))

    def fit(self, documents: tuple[Document, ...], room: int, question: str = "") -> str:
        """Work out what to send of documents that are too long; ``DocumentsFitted`` tells.

        Args:
            documents: All that go with the message.
            room: Tokens that they may take together.
            question: To send the parts that match it; empty to send the beginnings.

        Returns:
            The ticket that the announcement bears.
        """
        return self._work.post(partial(self._fit, documents, room, question))

    def drop(self, ticket: str) -> None:
        """End a reading that nobody wants any more; nothing is told of it then."""
        self._work.drop(ticket)

    def close(self) -> None:
        """End every reading and the thread."""
        self._work.close()

    # --- on the worker ---

    def _fit(
        self, documents: tuple[Document, ...], room: int, question: str, ticket: str
    ) -> None:
        parts = matching(documents, question, room) if question else beginnings(documents, room)
        self._tell(DocumentsFitted(ticket, parts))

    def _read(self, path: str, ticket: str) -> None:
        is_wanted = partial(self._work.is_wanted, ticket)
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
        if now_s - self._told_s >= TELL_EVERY_S and self._work.is_wanted(ticket):
            self._told_s = now_s
            self._bus.publish(DocumentProgressed(ticket, page, pages))

    def _fail(self, ticket: str, problem: Problem) -> None:
        self._tell(DocumentRead(ticket, problem=problem))

    def _tell(self, done: DocumentRead | DocumentsFitted) -> None:
        if self._work.finish(done.ticket):
            self._bus.publish(done)
