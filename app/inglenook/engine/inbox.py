"""Commands on their way into the engine, and the ones that overtake the others."""

import queue
import threading
from collections.abc import Callable

from inglenook.engine.backend import Backend
from inglenook.engine.protocol import Cancel, CancelLoad, Command, Load, Shutdown, Work


class Job:
    """A command on its way, and whether somebody still wants it done.

    Threads: written by the Inbox under its lock; ``given_up`` may be read by any.

    Attributes:
        command: What to do.
        given_up: Nobody wants it any more.
        has_begun: The main thread is at it.
    """

    __slots__ = ("command", "given_up", "has_begun")

    def __init__(self, command: Command) -> None:
        self.command = command
        self.given_up = False
        self.has_begun = False


class Inbox:
    """A queue of jobs. Giving one up takes effect at once, wherever the job is.

    Threads: the reader puts; the main thread takes, begins and finishes.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._jobs: list[Job] = []
        self._is_given_up = False

    def put(self, command: Command) -> None:
        """Queue a job, or give up the ones that the command names."""
        match command:
            case Cancel(request):
                self._give_up(
                    lambda job: isinstance(job.command, Work) and job.command.request == request
                )
            case CancelLoad():
                self._give_up(lambda job: isinstance(job.command, Load))
            case Shutdown():
                self._give_up(lambda _: True)
                self._queue.put(Job(command))
            case _:
                self._add(Job(command))

    def take(self, *, wait_s: float | None) -> Job | None:
        """Return the next job; None if none has come after so many seconds.

        Args:
            wait_s: 0 not to wait, None to wait for ever.
        """
        if wait_s == 0.0 and self._queue.empty():
            return None
        try:
            return self._queue.get(timeout=wait_s)
        except queue.Empty:
            return None

    def begin(self, job: Job) -> None:
        """Note that the main thread works on this job from now on."""
        with self._lock:
            job.has_begun = True
            if job.given_up:
                self._abort()

    def given_up(self) -> list[Job]:
        """Return the jobs that have begun and are to end; native calls may run again."""
        if not self._is_given_up:
            return []
        with self._lock:
            self._is_given_up = False
            self._backend.abort(on=False)
            return [job for job in self._jobs if job.given_up and job.has_begun]

    def finish(self, job: Job) -> None:
        """Forget a job; from here on it cannot be given up."""
        with self._lock:
            if job in self._jobs:
                self._jobs.remove(job)
            # What it was aborted for is done; the others must not be.
            if not any(each.given_up and each.has_begun for each in self._jobs):
                self._is_given_up = False
                self._backend.abort(on=False)

    def _add(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)
        self._queue.put(job)

    def _give_up(self, is_meant: Callable[[Job], bool]) -> None:
        with self._lock:
            for job in self._jobs:
                if is_meant(job):
                    job.given_up = True
                    if job.has_begun:
                        self._abort()

    def _abort(self) -> None:
        self._is_given_up = True
        self._backend.abort(on=True)
