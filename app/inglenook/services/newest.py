"""Questions of which only the newest counts: what was asked before it is dropped."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from inglenook.core.errors import Problem
from inglenook.services.tasks import Worker

# One may hang on a bad line while the next is under way; more would only crowd that line.
_AT_ONCE = 2

Question = TypeVar("Question")
Stop = Callable[[], bool]
"""Tells whether nobody waits for the answer any more."""


class Newest(Generic[Question]):
    """Answers the newest question on a thread of its own.

    Threads: any; ``ask`` returns at once.
    """

    def __init__(
        self,
        name: str,
        answer: Callable[[Question, Stop], None],
        on_fault: Callable[[Question, Problem], None],
    ) -> None:
        """Know how to answer; threads come with the first question.

        Args:
            name: Of the threads.
            answer: Finds the answer and tells it; may take a minute. Its second argument is
                asked before anything is told.
            on_fault: Told of a fault of our own, unless nobody waits any more.
        """
        self._name, self._answer, self._on_fault = name, answer, on_fault
        self._lock = threading.Lock()
        self._number = 0
        self._wanted: tuple[int, Question] | None = None
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._is_closed = False

    def ask(self, question: Question) -> None:
        """Answer this instead of what was asked before."""
        with self._lock:
            self._number += 1
            self._wanted = (self._number, question)
            worker = self._free_worker()
        if worker is not None:
            worker.post(partial(self._work, worker))

    def cancel(self) -> None:
        """Forget what was asked; nothing is told of it."""
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
        worker = Worker(f"{self._name} {len(self._workers) + 1}", _ignore)
        self._workers.append(worker)
        return worker

    # --- on a worker ---

    def _work(self, worker: Worker) -> None:
        """Answer the newest question, then look whether another came meanwhile."""
        wanted = self._take(worker)
        if wanted is None:
            return
        number, question = wanted
        worker.post(
            partial(self._answer, question, partial(self._is_old, number)),
            partial(self._fail, number, question),
        )
        worker.post(partial(self._work, worker))

    def _fail(self, number: int, question: Question, problem: Problem) -> None:
        if not self._is_old(number):
            self._on_fault(question, problem)

    def _take(self, worker: Worker) -> tuple[int, Question] | None:
        """Return what to answer; None if there is nothing, and the thread is idle from then."""
        with self._lock:
            wanted, self._wanted = self._wanted, None
            if wanted is None:
                # Under the same lock: else a question could find neither of the two idle.
                self._idle.append(worker)
            return wanted

    def _is_old(self, number: int) -> bool:
        with self._lock:
            return self._number != number


def _ignore(_problem: Problem) -> None:
    """Every answer tells of its own end."""
