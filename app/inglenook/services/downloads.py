"""Downloads: what a person asked for, fetched on threads of their own until it is there."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook.core.errors import (
    InglenookError,
    OfflineError,
    Problem,
    StoppedError,
    StorageError,
)
from inglenook.downloads.job import Job, JobState
from inglenook.downloads.jobfiles import JobFiles
from inglenook.downloads.leftovers import come_bytes, discard_all
from inglenook.downloads.progress import Phase, Progress
from inglenook.downloads.queue import Queue
from inglenook.downloads.source import RemoteFile
from inglenook.services.alarm import Alarm, SetAlarm, set_alarm
from inglenook.services.bus import Bus
from inglenook.services.downloadrun import Run, row_of
from inglenook.services.events import (
    Download,
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    ProblemArose,
)
from inglenook.services.paced import Paced
from inglenook.services.stamps import Stamps
from inglenook.services.tasks import Worker

if TYPE_CHECKING:
    from inglenook.downloads.line import Line

_LONGEST_SLEEP_S = 60.0


@dataclass(frozen=True, slots=True)
class DownloadWishes:
    """What the service asks whenever it matters, since settings may change.

    Attributes:
        folder: Where models are kept.
        open_line: Returns the way to the Hub; called on a worker, before each job.
        is_offline: The network is switched off.
        keep: Puts a finished model on the list, given its job and the first file; called on
            a worker, and may raise one of our errors.
        at_once: How many jobs may run, 1 or more.
    """

    folder: Callable[[], Path]
    open_line: Callable[[], "Line"]
    is_offline: Callable[[], bool]
    keep: Callable[[Job, Path], object]
    at_once: Callable[[], int] = lambda: 2


class DownloadService:
    """The queue of downloads: its order is the person's, it survives restarts and crashes.

    Threads: any; nothing here waits for a disk or a network but ``start`` and ``close``.
    """

    def __init__(
        self,
        bus: Bus,
        files: JobFiles,
        wishes: DownloadWishes,
        *,
        set_alarm: SetAlarm = set_alarm,
    ) -> None:
        """Know what to do; nothing is read or fetched before ``start``.

        Args:
            bus: Told how downloads stand, ten times a second at most.
            files: Keep the jobs.
            wishes: Asked when a job starts.
            set_alarm: Rings when a job tries again, and to tell what was held back.
        """
        self._bus, self._files, self._wishes = bus, files, wishes
        self._set_alarm = set_alarm
        self._lock = threading.RLock()
        self._queue = Queue()
        self._come: dict[str, int] = {}
        self._runs: dict[str, Run] = {}
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._keeper = Worker("downloads", self._tell)
        self._stamps = Stamps()
        self._retry: Alarm | None = None
        self._paced = Paced(self._announce, self._announce_late, set_alarm)
        self._is_closed = False
        self._is_open = False
        self._is_held = False
        self._ended = threading.Condition(self._lock)

    # --- what a person does ---

    def start(self) -> None:
        """Read what was left from last time and go on with it; a second time does nothing."""
        with self._lock:
            if self._is_open:
                return
            for job in self._files.read():
                self._stamps.follow(job.id)
                self._queue = self._queue.with_job(job.interrupted())
                self._come[job.id] = come_bytes(job.files, self._wishes.folder())
            self._is_open = True
            self._go_on()

    def get(self, files: tuple[RemoteFile, ...], title: str, licence: str = "") -> str:
        """Ask for a model; returns at once with the id of its job.

        Files that are asked for already are not asked for twice: that job goes on.

        Args:
            files: All parts, the one that is loaded first.
            title: For people.
            licence: Of the model; empty if unknown.

        A job that cannot be written down runs all the same, and the problem is announced.
        """
        with self._lock:
            known = self._queue.job_for(files)
            job = known or Job(self._stamps.new_id(), title, files, licence)
            self._change(job.resumed())
            self._go_on()
            return job.id

    def pause(self, job: str) -> None:
        """Hold a job; what has come stays.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._lock:
            found = self._queue.job(job)
            if job in self._runs:
                self._end(job, "pause")
            else:
                self._change(found.paused())
            self._go_on()

    def resume(self, job: str) -> None:
        """Let a job go on, or try a failed one again.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._lock:
            found = self._queue.job(job)
            if job in self._runs:
                self._runs[job].after = ""  # it was just told to pause: it starts again
            else:
                self._change(found.resumed())
            self._go_on()

    def resume_gated(self) -> None:
        """Try again what has failed since the Hub wants to know who asks."""
        with self._lock:
            for job in self._queue.gated():
                self._change(job.resumed())
            self._go_on()

    def cancel(self, job: str) -> None:
        """Forget a job and remove what has come of it.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._lock:
            found = self._queue.job(job)
            if job in self._runs:
                self._end(job, "cancel")
            else:
                self._forget(found)
            self._go_on()

    def move(self, job: str, place: int) -> None:
        """Give a job another place in the queue, 0 for the first.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._lock:
            self._queue = self._queue.moved(job, place)
            for each in self._queue.jobs:
                self._write(each)
            self._go_on()

    def wake(self) -> None:
        """Look again at what may run: the network or a setting was changed."""
        with self._lock:
            if self._wishes.is_offline():
                for job in self._runs:
                    self._end(job, self._runs[job].after)
            self._go_on()

    @contextmanager
    def held(self, timeout_s: float = 30.0) -> Iterator[None]:
        """Let nothing be fetched meanwhile; what runs is stopped, and goes on after it.

        Raises:
            StorageError: one does not stop in this time.
        """
        with self._lock:
            self._is_held = True
            for job in self._runs:
                self._end(job, self._runs[job].after)
            has_stopped = self._ended.wait_for(lambda: not self._runs, timeout_s)
        try:
            if not has_stopped:
                raise StorageError("A download does not stop", "Pause it, then try again.")
            yield
        finally:
            with self._lock:
                self._is_held = False
                self._go_on()

    def downloads(self) -> tuple[Download, ...]:
        """Return how all stand, in their order."""
        with self._lock:
            return tuple(
                row_of(job, self._runs.get(job.id), self._come.get(job.id, 0))
                for job in self._queue.jobs
            )

    def is_queued(self, files: tuple[RemoteFile, ...]) -> bool:
        """Tell whether exactly these files are asked for already."""
        with self._lock:
            return self._queue.job_for(files) is not None

    def missing_bytes(self) -> int:
        """Return how much is still to come of all that goes on by itself."""
        with self._lock:
            return self._queue.missing_bytes(self._come)

    def close(self) -> None:
        """Stop all; they go on next time."""
        with self._lock:
            self._is_closed = True
            self._paced.close()
            if self._retry is not None:
                self._retry.cancel()
            for run in self._runs.values():
                run.stop.set()
            workers = [*self._workers, self._keeper]
        for worker in workers:
            worker.close()

    # --- under the lock ---

    def _go_on(self) -> None:
        """Start what may run, and tell how all stand."""
        if self._is_open and not self._is_closed:
            now_ms = self._stamps.now_ms()
            self._queue = replace(self._queue, at_once=max(self._wishes.at_once(), 1))
            if not (self._is_held or self._wishes.is_offline()):
                for job in self._queue.startable(now_ms):
                    self._launch(job)
            self._wait_for_retry(now_ms)
        self._paced.ask()

    def _launch(self, job: Job) -> None:
        run = self._runs[job.id] = Run(threading.Event())
        self._change(job.started())
        worker = self._idle.pop() if self._idle else self._new_worker()
        worker.post(partial(self._work, job, run, worker), partial(self._broke, job.id, worker))

    def _new_worker(self) -> Worker:
        worker = Worker(f"download {len(self._workers) + 1}", self._tell)
        self._workers.append(worker)
        return worker

    def _wait_for_retry(self, now_ms: int) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        due_ms = self._queue.next_retry_ms()
        if due_ms is not None:
            # At most the longest wait, should the clock have been set back meanwhile.
            after_s = min(max(due_ms - now_ms, 0) / 1000, _LONGEST_SLEEP_S)
            self._retry = self._set_alarm(after_s + 0.001, self._try_again)

    def _change(self, job: Job) -> None:
        self._queue = self._queue.with_job(job)
        self._write(job)

    def _write(self, job: Job) -> None:
        place = self._queue.jobs.index(job)
        self._keeper.post(partial(self._files.write, job, place))

    def _end(self, job: str, after: str) -> None:
        run = self._runs[job]
        run.after = after
        run.stop.set()

    def _forget(self, job: Job, *, with_parts: bool = True) -> None:
        self._queue = self._queue.without(job.id)
        self._come.pop(job.id, None)
        self._keeper.post(partial(self._files.remove, job.id))
        if with_parts:
            self._keeper.post(lambda: discard_all(job.files, self._wishes.folder()))

    # --- on a worker ---

    def _work(self, job: Job, run: Run, worker: Worker) -> None:
        error: InglenookError | None = None
        path = ""
        try:
            path = self._fetch(job, run)
        except InglenookError as found:
            error = found
        with self._lock:
            self._leave(job.id, worker)
            if error is None:
                self._finish(job, path)
            elif isinstance(error, StoppedError):
                self._stopped(job.id, run.after)
            else:
                self._stumble(job.id, run.after, error)
            self._go_on()

    def _fetch(self, job: Job, run: Run) -> str:
        # With the HTTP client: a quarter of a second that a start need not wait for.
        from inglenook.downloads.fetch import fetch_all  # noqa: PLC0415

        if self._wishes.is_offline():
            raise OfflineError("The network is switched off", "Switch it on to go on.")
        hear = partial(self._hear, job.id, run)
        with self._wishes.open_line() as line:
            paths = fetch_all(job.files, self._wishes.folder(), line, hear, run.stop)
        self._wishes.keep(job, paths[0])
        return str(paths[0])

    def _hear(self, job: str, run: Run, progress: Progress) -> None:
        with self._lock:
            run.progress = progress
            if progress.phase is not Phase.CHECKING:
                self._come[job] = progress.done_bytes
            self._paced.ask()

    def _leave(self, job: str, worker: Worker) -> None:
        del self._runs[job]
        self._ended.notify_all()
        self._idle.append(worker)

    def _finish(self, job: Job, path: str) -> None:
        self._forget(job, with_parts=False)
        self._bus.publish(DownloadFinished(job.id, job.title, path))

    def _stopped(self, an_id: str, after: str) -> None:
        job = self._queue.job(an_id)
        if after == "cancel":
            self._forget(job)
        elif after == "pause":
            self._change(job.paused())
        else:
            self._change(job.interrupted())

    def _stumble(self, an_id: str, after: str, error: InglenookError) -> None:
        if after:  # it stumbled just when it was told to stop
            self._stopped(an_id, after)
            return
        job = self._queue.job(an_id).stumbled(error, self._stamps.now_ms())
        self._come[an_id] = come_bytes(job.files, self._wishes.folder())  # a wrong file is gone
        self._change(job)
        if job.state in {JobState.FAILED, JobState.PAUSED}:
            self._bus.publish(DownloadFailed(job.id, job.title, error.problem))

    def _broke(self, an_id: str, worker: Worker, problem: Problem) -> None:
        """End a job after a fault of our own, so that its place in the queue is free."""
        with self._lock:
            self._leave(an_id, worker)
            job = self._queue.job(an_id).broke(problem)
            self._change(job)
            self._bus.publish(DownloadFailed(job.id, job.title, problem))
            self._go_on()

    # --- telling ---

    def _try_again(self) -> None:
        with self._lock:
            self._go_on()

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))

    def _announce(self) -> None:
        self._bus.publish(DownloadsChanged(self.downloads()))

    def _announce_late(self) -> None:
        with self._lock:
            self._paced.late()
