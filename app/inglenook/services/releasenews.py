"""What is announced of a release file that somebody had looked at."""

from dataclasses import dataclass

from inglenook.core.errors import Problem
from inglenook.storage.releases import Release


@dataclass(frozen=True, slots=True)
class ReleaseChecked:
    """A release file was looked at.

    Attributes:
        release: What it says; None if it is not to be believed.
        is_newer: It tells of a newer version than this one.
        problem: Why there is no release.
    """

    release: Release | None = None
    is_newer: bool = False
    problem: Problem | None = None
