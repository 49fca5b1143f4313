"""`inglenook models get`: download a model, go on after a break, pause with Ctrl+C."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from inglenook.cli.hubmodels import ask_for_token
from inglenook.cli.output import put, put_json, put_problem
from inglenook.cli.progress import ProgressLine
from inglenook.core.errors import NotFoundError, Problem
from inglenook.core.units import bytes_in_words
from inglenook.downloads.job import JobState
from inglenook.downloads.source import RemoteFile
from inglenook.services.events import (
    Announcement,
    Download,
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
)
from inglenook.services.modelpage import ModelPage, Wanted, wanted_of
from inglenook.services.services import Services

_POLL_S = 0.1
_PAUSE_S = 5.0
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Wished:
    """What to get.

    Attributes:
        target: ``"org/name"``, or ``"org/name:Q4_K_M"``, or a file after the colon.
        with_vision: And the projector that lets it see.
    """

    target: str
    with_vision: bool = False


def get(services: Services, wished: Wished, *, as_json: bool) -> int:
    """Download a model and put it into the library; return the exit code.

    Raises:
        NotFoundError: there is no such file, or nothing fits.
        DownloadError: or the kind of it that fits.
        OfflineError: the network is switched off.
    """
    repo, _, wanted = wished.target.partition(":")
    page = _page(services, repo)
    offer = services.hub.choose(page, wanted)
    files = wanted_of(page, offer, with_projector=wished.with_vision)
    with _Watch(services) as watch, ctrl_c() as pressed:
        services.downloads.start()
        return watch.follow(files, pressed, as_json=as_json)


def _page(services: Services, repo: str) -> ModelPage:
    """Return the page of a repository, after asking for a token where one is needed."""
    page = services.hub.page(repo)
    if page.problem is None or not page.found.gated or not sys.stdin.isatty():
        return page
    put_problem(page.problem)
    services.hub.give_token(ask_for_token())
    return services.hub.page(repo)


class _Watch:
    """Follows downloads from the terminal.

    Threads: the main one; announcements arrive on others and only set fields.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._changed = threading.Condition()
        self._rows: dict[str, Download] = {}
        self._ends: dict[str, str | Problem] = {}
        self._unsubscribe = services.bus.subscribe(self._hear)

    def __enter__(self) -> "_Watch":
        return self

    def __exit__(self, *_: object) -> None:
        self._unsubscribe()

    def follow(self, wanted: Wanted, stop: threading.Event, *, as_json: bool) -> int:
        """Get a row and show how far it is until it is there, paused or failed."""
        title = wanted.title
        job = self._services.downloads.get(wanted.files, title, wanted.licence)
        line = ProgressLine(title, silent=as_json)
        try:
            end = self._wait(job, line, stop)
        finally:
            line.end()
        return self._report(job, wanted, end, as_json=as_json)

    def _hear(self, announcement: Announcement) -> None:
        with self._changed:
            match announcement:
                case DownloadsChanged(rows):
                    self._rows = {row.id: row for row in rows}
                case DownloadFinished(job, _, path):
                    self._ends[job] = path
                case DownloadFailed(job, _, problem):
                    self._ends[job] = problem
                case _:
                    return
            self._changed.notify_all()

    def _wait(
        self, job: str, line: ProgressLine, stop: threading.Event
    ) -> str | Problem | None:
        """Return the path, what went wrong, or None after Ctrl+C."""
        while not stop.is_set():
            with self._changed:
                self._changed.wait(_POLL_S)
                row, end = self._rows.get(job), self._ends.get(job)
            if end is not None:
                return end
            if row is None:
                continue
            line.show(row.done_bytes, row.size_bytes, row.bytes_per_s, _note(row))
            if row.problem is not None and row.state in {JobState.PAUSED, JobState.RETRYING}:
                self._pause(job)
                return row.problem
        self._pause(job)
        return self._ends.get(job)

    def _pause(self, job: str) -> None:
        """Hold the job, and wait until what has come is safe."""
        with suppress(NotFoundError):  # it has ended at this very moment
            self._services.downloads.pause(job)
        with self._changed:
            self._changed.wait_for(lambda: not self._is_running(job), _PAUSE_S)

    def _is_running(self, job: str) -> bool:
        row = self._rows.get(job)
        return row is not None and row.state == JobState.RUNNING

    def _report(
        self, job: str, wanted: Wanted, end: str | Problem | None, *, as_json: bool
    ) -> int:
        if isinstance(end, str):
            _show(wanted, Path(end), as_json=as_json)
            return 0
        problem = end or _PAUSED
        put_problem(problem, as_json=as_json)
        # Asked for, not heard: what is told of rows comes a little after an end.
        rows = self._services.downloads.downloads()
        has_come = any(row.id == job and row.done_bytes for row in rows)
        if end is not None and not as_json and has_come:
            sys.stderr.write("What has come is kept: the same command goes on.\n")
        return 1 if end else _INTERRUPTED


_PAUSED = Problem("Paused", "What has come is kept: the same command goes on.")


def _show(wanted: Wanted, first: Path, *, as_json: bool) -> None:
    """Print what has arrived: the model, and what lets it see."""
    home = first.parents[wanted.own[0].name.count("/")]
    eyes = [(home / file.name, (file,)) for file in wanted.eyes]
    if as_json:
        vision = [_arrived(*each) for each in eyes]
        put_json({"model": _arrived(first, wanted.own), "vision": vision})
        return
    for path, files in ((first, wanted.own), *eyes):
        size_bytes = sum(file.size_bytes for file in files)
        checked = "verified" if all(file.sha256 for file in files) else "its size is right"
        put(f"{path} ({bytes_in_words(size_bytes)}, {checked})")


def _arrived(path: Path, files: Sequence[RemoteFile]) -> dict[str, object]:
    return {
        "path": str(path),
        "size_bytes": sum(file.size_bytes for file in files),
        "sha256": [file.sha256 for file in files],
    }


def _note(row: Download) -> str:
    if row.problem is not None:
        return row.problem.title
    return row.phase if row.phase not in {"", "fetching"} else ""


@contextmanager
def ctrl_c() -> Iterator[threading.Event]:
    """Give an event that Ctrl+C sets; pressed again, it interrupts as usual."""
    pressed = threading.Event()

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            signal.default_int_handler(number, frame)
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
