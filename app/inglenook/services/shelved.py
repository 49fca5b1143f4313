"""A model of the library as a person sees it: how its file is, and what was found of it."""

from dataclasses import dataclass

from inglenook.core.errors import Problem
from inglenook.services.installed import InstalledModel
from inglenook.services.provenance import Provenance
from inglenook.storage.library import LibraryModel


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model of the library, and how its file is.

    Attributes:
        is_ours: Its file was downloaded by us and may be deleted; all others stay.
        can_be_verified: Somebody has said what it must hash to.
        trouble: Why it cannot be used, or not be trusted, as it is now; None if all is well.
        is_missing: The trouble is that its file is not there.
    """

    model: InstalledModel
    is_ours: bool = False
    can_be_verified: bool = False
    trouble: Problem | None = None
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Scanned:
    """A model file that a look through other programs' folders has found.

    Attributes:
        provenance: For putting it on the list.
        model: What it is; None if it is no chat model.
        is_known: It is on the list already.
    """

    path: str
    provenance: Provenance
    model: InstalledModel | None
    is_known: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What came out of reading a model from end to end.

    Attributes:
        sha256: Of each part.
        expected: What they must be; empty if nobody has said.
    """

    model: InstalledModel
    sha256: tuple[str, ...]
    expected: tuple[str, ...]

    @property
    def is_right(self) -> bool | None:
        """Whether it is what it should be; None if nobody has said what that is."""
        return self.sha256 == self.expected if self.expected else None


def trouble_of(kept: LibraryModel) -> Problem | None:
    """Return why a model cannot be used or trusted as it is now; None if all is well."""
    if kept.missing and kept.is_borrowed:
        return Problem(
            f"{kept.origin} has this model no more",
            "Get it there again, or remove it from the list here.",
        )
    if kept.missing:
        return Problem(
            "The file of this model is gone",
            "Put it back, open it where it is now, or remove it from the list.",
        )
    if kept.changed:
        return Problem(
            "The file of this model has changed",
            "Verify it; if it is not what it should be, get it again.",
        )
    return None
