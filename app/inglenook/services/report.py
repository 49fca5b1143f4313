"""What a report of a fault needs to say of this installation; no word of a chat."""

import platform
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from inglenook import __version__
from inglenook.core.errors import InglenookError, Problem
from inglenook.hardware.devices import FoundDevices
from inglenook.services import check
from inglenook.services.tasks import Worker


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        facts: Name and value, each with its source where it has one.
    """

    what: str
    ok: bool
    says: str
    facts: tuple[tuple[str, str], ...] = ()


def version_line() -> str:
    """Return our version with those of Python and the system."""
    return f"Inglenook {__version__}, Python {platform.python_version()}, {platform.platform()}"


def findings(
    checks: Mapping[str, Callable[[], check.Checked]] = check.CHECKS,
) -> tuple[Finding, ...]:
    """Return what every check found; takes some seconds, since engines are started."""
    return tuple(_find(what, look) for what, look in checks.items())


def _find(what: str, look: Callable[[], check.Checked]) -> Finding:
    try:
        says, facts = look()
    except InglenookError as error:
        problem = error.problem
        facts = tuple(problem.facts.items())
        return Finding(what, ok=False, says=problem.in_words(), facts=facts)
    return Finding(what, ok=True, says=says, facts=facts)


def in_lines(found: tuple[Finding, ...]) -> str:
    """Return findings as the lines that people read and paste."""
    lines = [version_line()]
    for one in found:
        lines.append(f"{'ok     ' if one.ok else 'PROBLEM'}  {one.what}: {one.says}")
        lines += [f"           {name}: {value}" for name, value in one.facts]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class InstallationRead:
    """Which build of llama.cpp is used, and which devices it has found."""

    found: FoundDevices


@dataclass(frozen=True, slots=True)
class ReportMade:
    """The report that was asked for is ready to be copied."""

    text: str


@dataclass(frozen=True, slots=True)
class ReportSaved:
    """A report was to be saved.

    Attributes:
        path: Where it is, or was to be.
        problem: Why it is not there; None if it is.
    """

    path: str
    problem: Problem | None = None


Told = ReportMade | InstallationRead | ReportSaved


class Reports:
    """Makes reports while the window goes on.

    Threads: any; the checks run on the worker "report", which is there while it is needed.
    """

    def __init__(
        self,
        told: Callable[[Told], None],
        devices: Callable[[], FoundDevices],
        find: Callable[[], tuple[Finding, ...]] = findings,
        save: Callable[[Path], None] | None = None,
    ) -> None:
        """Check nothing yet.

        Args:
            told: Told what was found.
            devices: Asks llama.cpp, which may take seconds.
            find: Runs the checks.
            save: Writes a report into a file.
        """
        self._told, self._devices, self._find, self._save = told, devices, find, save
        self._lock = threading.Lock()
        self._worker: Worker | None = None  # guarded by the lock

    def ask(self) -> None:
        """Make a report; it is told when it is ready."""
        self._post(self._make)

    def save(self, path: str) -> None:
        """Write a report into a zip file; how that went is told."""
        self._post(lambda: self._told(self._saved(path)))

    def look(self) -> None:
        """Look at the installation; what is found is told."""
        self._post(lambda: self._told(InstallationRead(self._devices())))

    def close(self) -> None:
        """End the worker; checks that wait for a driver do not keep the process."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close(timeout_s=1.0)

    def _post(self, job: Callable[[], None]) -> None:
        with self._lock:
            if self._worker is None:
                self._worker = Worker("report", _leave_to_log)
            self._worker.post(job)

    def _make(self) -> None:
        self._told(ReportMade(in_lines(self._find())))

    def _saved(self, path: str) -> ReportSaved:
        try:
            if self._save is not None:
                self._save(Path(path))
        except InglenookError as error:
            return ReportSaved(path, error.problem)
        return ReportSaved(path)


def _leave_to_log(_problem: Problem) -> None:
    """A check that fails is a finding; what else goes wrong is in the log."""
