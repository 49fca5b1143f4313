"""One download as a person sees it: a model of one or more files, and how it stands."""

from dataclasses import dataclass, replace
from enum import StrEnum

from inglenook.core.errors import (
    BusyHubError,
    GatedError,
    InglenookError,
    NetworkError,
    OfflineError,
    Problem,
    StorageError,
)
from inglenook.downloads.source import RemoteFile

_FIRST_WAIT_S = 15.0
_LONGEST_WAIT_S = 600.0
"""A server that is down all night is asked six times an hour, not more."""


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    """For its turn."""
    RUNNING = "running"
    RETRYING = "retrying"
    """The line is down; it tries again by itself, see ``retry_at_ms``."""
    PAUSED = "paused"
    """By the person, or since the disk needs them; ``problem`` says which."""
    FAILED = "failed"
    """Trying again by itself would not help."""


@dataclass(frozen=True, slots=True)
class Job:
    """One download; every change is a new value. A finished or cancelled one is none any more.

    Attributes:
        id: Names it; sorts by the time it was asked for.
        title: For people.
        files: All parts; the first is the one that is loaded.
        licence: Of the model; empty if unknown.
        problem: What went wrong last, or None.
        failed: How often in a row it gave up for a while.
        retry_at_ms: Milliseconds since 1970; when to try again.
        is_gated: It has failed since the Hub wants to know who asks.
    """

    id: str
    title: str
    files: tuple[RemoteFile, ...]
    licence: str = ""
    state: JobState = JobState.WAITING
    problem: Problem | None = None
    failed: int = 0
    retry_at_ms: int = 0
    is_gated: bool = False

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)

    def may_start(self, now_ms: int) -> bool:
        """Tell whether it waits for nothing but its turn.

        A clock that was set back does not hold it up: no wait is longer than the longest.
        """
        if self.state is JobState.RETRYING:
            left_ms = self.retry_at_ms - now_ms
            return not 0 < left_ms <= _LONGEST_WAIT_S * 1000
        return self.state is JobState.WAITING

    def started(self) -> "Job":
        """Return it at work."""
        return replace(self, state=JobState.RUNNING, problem=None)

    def paused(self) -> "Job":
        """Return it as the person wants it: not going on by itself; a failed one stays."""
        if self.state is JobState.FAILED:
            return self
        return replace(self, state=JobState.PAUSED, problem=None, failed=0)

    def resumed(self) -> "Job":
        """Return it waiting for its turn again; one at work stays there."""
        if self.state is JobState.RUNNING:
            return self
        return replace(self, state=JobState.WAITING, problem=None, failed=0, is_gated=False)

    def interrupted(self) -> "Job":
        """Return it as it goes on when the program does: what ran waits for its turn."""
        if self.state is JobState.RUNNING:
            return replace(self, state=JobState.WAITING)
        return self

    def stumbled(self, error: InglenookError, now_ms: int) -> "Job":
        """Return it after an error: it tries again, waits for the person, or has failed."""
        told = replace(self, problem=error.problem)
        if isinstance(error, OfflineError):
            return replace(told, state=JobState.WAITING)
        if isinstance(error, StorageError):
            return replace(told, state=JobState.PAUSED)
        if isinstance(error, NetworkError | BusyHubError):
            asked_s = error.wait_s if isinstance(error, BusyHubError) else 0.0
            wait_s = min(max(_wait_s(self.failed), asked_s), _LONGEST_WAIT_S)
            return replace(
                told,
                state=JobState.RETRYING,
                failed=self.failed + 1,
                retry_at_ms=now_ms + int(wait_s * 1000),
            )
        is_gated = isinstance(error, GatedError)
        return replace(told, state=JobState.FAILED, is_gated=is_gated)

    def broke(self, problem: Problem) -> "Job":
        """Return it after a fault of our own."""
        return replace(self, state=JobState.FAILED, problem=problem)


def _wait_s(failed: int) -> float:
    return min(_FIRST_WAIT_S * 2.0 ** min(failed, 10), _LONGEST_WAIT_S)
