"""Searching the Hub as a person types: the newest question counts, all others are dropped."""

import threading
from collections.abc import Callable
from functools import partial

from inglenook.core.errors import InglenookError, Problem
from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import Query
from inglenook.services.bus import Bus
from inglenook.services.events import HubSearched, ProblemArose
from inglenook.services.tasks import Worker

# One may hang on a bad line while the next is under way; more would only crowd that line.
_AT_ONCE = 2

Search = Callable[[Query, Callable[[], bool]], tuple[FoundModel, ...]]
"""Asks the Hub; is told by its second argument when nobody waits any more."""


class HubSearch:
    """The search field's memory: what was asked last, and what was found last.

    Threads: any; ``ask`` returns at once.

    Attributes:
        models: What was found last; kept while the network fails.
    """

    def __init__(self, bus: Bus, search: Search) -> None:
        """Know how to search; threads come with the first question.

        Args:
            bus: Told what was found.
            search: Asks the Hub; may take a minute.
        """
        self._bus, self._search = bus, search
        self._lock = threading.Lock()
        self._number = 0
        self._wanted: tuple[int, Query] | None = None
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._is_closed = False
        self.models: tuple[FoundModel, ...] = ()

    def ask(self, query: Query) -> None:
        """Search for this instead of what was asked before."""
        with self._lock:
            self._number += 1
            self._wanted = (self._number, query)
            worker = self._free_worker()
        if worker is not None:
            worker.post(partial(self._work, worker))

    def cancel(self) -> None:
        """Forget what was asked; nothing is announced for it."""
        with self._lock:
            self._number += 1
            self._wanted = None

    def close(self) -> None:
        """End the threads; a question under way is given up."""
        self.cancel()
        with self._lock:
            self._is_closed = True
            workers = list(self._workers)
        for worker in workers:
            worker.close(timeout_s=0.2)

    def _free_worker(self) -> Worker | None:
        """Return a thread that has nothing to do; None if all are busy, or it is over."""
        if self._is_closed:
            return None
        if self._idle:
            return self._idle.pop()
        if len(self._workers) >= _AT_ONCE:
            return None
        worker = Worker(f"hub search {len(self._workers) + 1}", self._tell)
        self._workers.append(worker)
        return worker

    # --- on a worker ---

    def _work(self, worker: Worker) -> None:
        """Answer the newest question, and those that came meanwhile."""
        try:
            while (wanted := self._take()) is not None:
                self._answer(*wanted)
        finally:
            with self._lock:
                self._idle.append(worker)

    def _take(self) -> tuple[int, Query] | None:
        with self._lock:
            wanted, self._wanted = self._wanted, None
            return wanted

    def _answer(self, number: int, query: Query) -> None:
        problem: Problem | None = None
        found: tuple[FoundModel, ...] = ()
        try:
            found = self._search(query, lambda: self._number != number)
        except InglenookError as error:
            problem = error.problem
        with self._lock:
            if self._number != number:
                return
            if problem is None:
                self.models = found
            announcement = HubSearched(query, self.models, problem)
        self._bus.publish(announcement)

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))
