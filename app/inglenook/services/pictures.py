"""Pictures that people attach, made ready one after another off the window's thread."""

import threading
from collections.abc import Callable
from functools import partial
from itertools import count

from inglenook.chat.attachment import Attachment
from inglenook.core.errors import InglenookError, Problem
from inglenook.services.attachments import PictureRead
from inglenook.services.bus import Bus
from inglenook.services.tasks import Worker

Work = Callable[[], Attachment]
"""Reads a picture and makes it ready to be kept; raises PictureError where that fails."""


class PictureService:
    """Has pictures made ready by whoever can draw.

    Threads: any; the work is done on a worker that starts with the first picture.
    """

    def __init__(self, bus: Bus) -> None:
        """Wait for the first picture; ``bus`` is told of each."""
        self._bus = bus
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._wanted: set[str] = set()
        self._is_closed = False
        self._numbers = count(1)

    def prepare(self, work: Work) -> str:
        """Have a picture made ready; return the ticket that its announcement bears."""
        with self._lock:
            ticket = f"picture {next(self._numbers)}"
            if not self._is_closed:
                self._wanted.add(ticket)
                fail = partial(self._fail, ticket)
                self._worker = self._worker or Worker("pictures", fail)
                self._worker.post(partial(self._do, ticket, work), fail)
        return ticket

    def drop(self, ticket: str) -> None:
        """Let nothing be told of a picture that nobody wants any more."""
        with self._lock:
            self._wanted.discard(ticket)

    def close(self) -> None:
        """End the thread; pictures that wait are dropped."""
        with self._lock:
            self._is_closed = True
            self._wanted.clear()
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    # --- on the worker ---

    def _do(self, ticket: str, work: Work) -> None:
        with self._lock:
            if ticket not in self._wanted:
                return
        try:
            picture = work()
        except InglenookError as error:
            self._fail(ticket, error.problem)
        else:
            self._tell(PictureRead(ticket, picture))

    def _fail(self, ticket: str, problem: Problem) -> None:
        self._tell(PictureRead(ticket, problem=problem))

    def _tell(self, done: PictureRead) -> None:
        with self._lock:
            is_wanted = done.ticket in self._wanted
            self._wanted.discard(done.ticket)
        if is_wanted:
            self._bus.publish(done)
