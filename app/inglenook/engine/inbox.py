"""Commands on their way into the engine, and the ones that overtake the others."""

import queue
import threading
from collections.abc import Callable

from inglenook.engine.backend import Backend
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    CancelLoad,
    Command,
    Load,
    Shutdown,
)


class Job:
    """A command that takes time, and whether somebody still wants it done.

    Threads: written by the Inbox under its lock; ``given_up`` may be read by any.
    """

    __slots__ = ("command", "given_up")

    def __init__(self, command: Command) -> None:
        self.command = command
        self.given_up = False


class Inbox:
    """A queue of jobs. Giving one up takes effect at once, wherever the job is.

    Threads: the reader puts; the main thread takes, begins and finishes.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._jobs: list[Job] = []
        self._now: Job | None = None

    def put(self, command: Command) -> None:
        """Queue a job, or give up the ones that the command names."""
        match command:
            case Cancel(request):
                self._give_up(
                    lambda job: (
                        isinstance(job.command, Answer) and job.command.request == request
                    )
                )
            case CancelLoad():
                self._give_up(lambda job: isinstance(job.command, Load))
            case Shutdown():
                self._give_up(lambda _: True)
                self._queue.put(Job(command))
            case _:
                self._add(Job(command))

    def take(self, *, wait: bool) -> Job | None:
        """Return the next job; None if there is none and it should not wait for one."""
        if not wait and self._queue.empty():
            return None
        return self._queue.get()

    def begin(self, job: Job) -> None:
        """Note that the main thread works on this job now."""
        with self._lock:
            self._now = job
            if job.given_up:
                self._backend.abort(on=True)

    def pause(self) -> None:
        """Note that it works on none, and let native calls run to their end again."""
        with self._lock:
            self._now = None
            self._backend.abort(on=False)

    def finish(self, job: Job) -> None:
        """Forget a job; from here on it cannot be given up."""
        with self._lock:
            if self._now is job:
                self._now = None
            if job in self._jobs:
                self._jobs.remove(job)
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
                    if job is self._now:
                        self._backend.abort(on=True)
