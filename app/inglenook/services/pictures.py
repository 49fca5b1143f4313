"""Pictures that people attach, made ready one after another off the window's thread."""

from collections.abc import Callable
from functools import partial

from inglenook.chat.attachment import Attachment
from inglenook.core.errors import InglenookError, Problem
from inglenook.services.attachments import PictureRead
from inglenook.services.bus import Bus
from inglenook.services.tickets import TicketWork

Work = Callable[[], Attachment]
"""Reads a picture and makes it ready to be kept; raises PictureError where that fails."""


class PictureService:
    """Has pictures made ready by whoever can draw.

    Threads: any; the work is done on a worker that starts with the first picture.
    """

    def __init__(self, bus: Bus) -> None:
        """Wait for the first picture; ``bus`` is told of each."""
        self._bus = bus
        self._work = TicketWork("pictures", self._fail)

    def prepare(self, work: Work) -> str:
        """Have a picture made ready; return the ticket that its announcement bears."""
        return self._work.post(partial(self._do, work))

    def drop(self, ticket: str) -> None:
        """Let nothing be told of a picture that nobody wants any more."""
        self._work.drop(ticket)

    def close(self) -> None:
        """End the thread; pictures that wait are dropped."""
        self._work.close()

    # --- on the worker ---

    def _do(self, work: Work, ticket: str) -> None:
        if not self._work.is_wanted(ticket):
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
        if self._work.finish(done.ticket):
            self._bus.publish(done)
