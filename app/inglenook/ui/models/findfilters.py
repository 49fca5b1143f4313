"""Which found models to show, and in which order."""

from dataclasses import dataclass

from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import MOST_RESULTS, Query, Sort

SMALL_PARAMETERS, MEDIUM_PARAMETERS = 4_000_000_000, 16_000_000_000
"""Below the first a model is small, from the second on it is large."""

_FREE = frozenset(
    {
        "Apache 2.0", "MIT", "BSD 3-clause", "CC BY 4.0",
        "bsd-2-clause", "cc0-1.0", "isc", "unlicense", "zlib",
    }
)  # fmt: skip
"""Licences that ask for no more than to name the maker."""


def size_of(parameters: int) -> str:
    """Return ``"small"``, ``"medium"`` or ``"large"``; "" if unknown."""
    if parameters <= 0:
        return ""
    if parameters < SMALL_PARAMETERS:
        return "small"
    return "medium" if parameters < MEDIUM_PARAMETERS else "large"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is let through; several sizes add to each other.

    Attributes:
        fits: Only what probably runs on this computer.
        sizes: Of ``"small"``, ``"medium"``, ``"large"``; none for all.
        is_free: Only licences for any use.
        is_here: Only those of which a file is installed.
        without_gated: None that want to know who asks.
    """

    sort: Sort = Sort.DOWNLOADS
    fits: bool = False
    sizes: frozenset[str] = frozenset()
    is_free: bool = False
    is_here: bool = False
    without_gated: bool = False

    @property
    def is_empty(self) -> bool:
        """Everything is let through."""
        return self == Filters(self.sort)

    def query(self, words: str) -> Query:
        """Return what to ask the Hub; the rest is sorted out here."""
        return Query(words, self.sort, MOST_RESULTS, with_gated=not self.without_gated)

    def lets(self, found: FoundModel, *, fits: bool | None, is_here: bool) -> bool:
        """Tell whether a found model is shown."""
        wrong = (
            (self.fits and fits is not True)
            or (self.sizes and size_of(found.parameters) not in self.sizes)
            or (self.is_free and found.licence not in _FREE)
            or (self.is_here and not is_here)
            or (self.without_gated and found.gated)
        )
        return not wrong
