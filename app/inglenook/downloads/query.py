"""What to search the Hub for."""

from dataclasses import dataclass
from enum import StrEnum

MOST_RESULTS = 100


class Sort(StrEnum):
    """Orders that the Hub knows; the most, or the newest, first."""

    DOWNLOADS = "downloads"
    LIKES = "likes"
    UPDATED = "lastModified"
    TRENDING = "trendingScore"


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for.

    Attributes:
        words: As typed; "" for all models.
        limit: Most results, 1 to 100.
        with_gated: Those that ask who you are as well.
        author: An organisation or a person; "" for all.
    """

    words: str = ""
    sort: Sort = Sort.DOWNLOADS
    limit: int = 30
    with_gated: bool = True
    author: str = ""
