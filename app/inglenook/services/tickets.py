"""Jobs done one after another, each with a ticket by which nobody need wait for it any more."""

import threading
from collections.abc import Callable
from functools import partial
from itertools import count

from inglenook.core.errors import Problem
from inglenook.services.tasks import Worker


class TicketWork:
    """A worker that starts with the first job, and what is still wanted of it.

    Threads: any; jobs run on the worker.
    """

    def __init__(self, name: str, fail: Callable[[str, Problem], None]) -> None:
        """Wait for the first job.

        Args:
            name: Of the worker, and what tickets begin with.
            fail: Told the ticket of a job that broke, and why.
        """
        self._name, self._fail = name, fail
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._worker: Worker | None = None
        self._wanted: set[str] = set()
        self._is_closed = False
        self._numbers = count(1)

    def post(self, job: Callable[[str], None]) -> str:
        """Have a job done unless all is closed; return the ticket that it is given."""
        with self._lock:
            ticket = f"{self._name} {next(self._numbers)}"
            if not self._is_closed:
                self._wanted.add(ticket)
                fail = partial(self._fail, ticket)
                self._worker = self._worker or Worker(self._name, fail)
                self._worker.post(partial(job, ticket), fail)
        return ticket

    def drop(self, ticket: str) -> None:
        """Want a job no more."""
        with self._lock:
            self._wanted.discard(ticket)

    def is_wanted(self, ticket: str) -> bool:
        """Tell whether somebody still waits for a job."""
        with self._lock:
            return ticket in self._wanted

    def finish(self, ticket: str) -> bool:
        """Tell whether somebody waited for a job that is over; nobody does after that."""
        with self._lock:
            was_wanted = ticket in self._wanted
            self._wanted.discard(ticket)
            return was_wanted

    def close(self) -> None:
        """Want nothing more, and end the thread."""
        with self._lock:
            self._is_closed = True
            self._wanted.clear()
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
