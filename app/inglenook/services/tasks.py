"""Named worker threads: jobs one after another, with a definite end."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from inglenook.core.errors import InglenookError, Problem

log = logging.getLogger(__name__)

Job = Callable[[], None]
OnProblem = Callable[[Problem], None]
Result = TypeVar("Result")
_LAST: Final = None


class Worker:
    """One thread that runs jobs in the order they were given.

    What a worker's jobs touch belongs to that thread; nobody else needs a lock for it.

    Threads: ``post`` and ``close`` may be called from any.
    """

    def __init__(self, name: str, on_problem: OnProblem) -> None:
        """Start the thread.

        Args:
            name: Shown in thread lists and logs.
            on_problem: Told on the worker's thread what a job failed with.
        """
        self._on_problem = on_problem
        self._jobs: queue.SimpleQueue[tuple[Job, OnProblem] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def post(self, job: Job, on_problem: OnProblem | None = None) -> None:
        """Run a job after those already waiting; returns at once.

        Args:
            job: Takes nothing, returns nothing.
            on_problem: Told instead of the worker's own what this job failed with.
        """
        self._jobs.put((job, on_problem or self._on_problem))

    def ask(self, job: Callable[[], Result]) -> Result:
        """Run a job after those already waiting, and return its result or raise its error.

        Never from a job of this worker, which would wait for itself, nor after ``close``.
        """
        answer: Future[Result] = Future()

        def run() -> None:
            try:
                answer.set_result(job())
            except Exception as error:  # noqa: BLE001 (handed to the thread that asked)
                answer.set_exception(error)

        self.post(run)
        return answer.result()

    def settle(self, timeout_s: float) -> bool:
        """Wait until every job given so far has run; False if that took too long."""
        done = threading.Event()
        self.post(done.set)
        return done.wait(timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """Let the waiting jobs finish and end the thread; jobs given later never run."""
        self._jobs.put(_LAST)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (next_ := self._jobs.get()) is not _LAST:
            self._do(*next_)

    def _do(self, job: Job, on_problem: OnProblem) -> None:
        try:
            job()
        except InglenookError as error:
            log.warning("%s: %s", self._thread.name, error.problem.title)
            on_problem(error.problem)
        except Exception as error:  # the task runner: a bug must not end the thread
            log.exception("a job of %s failed", self._thread.name)
            on_problem(unexpected(error))


def unexpected(error: Exception) -> Problem:
    """Return words for a fault of our own, without its text, which may quote a chat."""
    return Problem(
        "Something went wrong inside Inglenook",
        "Try again; if it happens twice, restart the application.",
        {"exception": type(error).__name__},
    )
