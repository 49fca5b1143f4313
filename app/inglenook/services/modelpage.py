"""A repository of the Hub as a person sees it: what runs here, and what to take."""

from collections.abc import Iterable
from dataclasses import dataclass

from inglenook.core.errors import Problem
from inglenook.downloads.page import FoundModel
from inglenook.downloads.repository import Repository
from inglenook.models.catalog import Recommendation
from inglenook.models.details import Details
from inglenook.models.fit import Verdict
from inglenook.models.offers import Offer, Offers
from inglenook.models.suggestion import Rated


@dataclass(frozen=True, slots=True)
class ModelPage:
    """A repository, and what of it runs here.

    Attributes:
        repository: With its files.
        offers: Its rows.
        rated: How each model's row would run here; empty where no header could be read.
        suggestion: The row to take; None if nothing fits, or nothing is known.
        details: From the header of one row; None where none could be read.
        problem: Why no header could be read.
    """

    repository: Repository
    offers: Offers
    rated: tuple[Rated, ...] = ()
    suggestion: Offer | None = None
    details: Details | None = None
    problem: Problem | None = None

    @property
    def found(self) -> FoundModel:
        """What the Hub says of it."""
        return self.repository.found


@dataclass(frozen=True, slots=True)
class Looked:
    """A recommended model, looked up.

    Attributes:
        page: What there is; None if it is gone, or could not be looked up.
        problem: Why not.
    """

    recommendation: Recommendation
    page: ModelPage | None = None
    problem: Problem | None = None

    @property
    def fits(self) -> bool:
        """Something of it runs well here."""
        rated = self.page.rated if self.page else ()
        best = self.page.suggestion if self.page else None
        comfortable = {Verdict.GPU, Verdict.SPLIT, Verdict.CPU}
        return any(one.offer == best and one.verdict in comfortable for one in rated)


def best_first(looked: Iterable[Looked]) -> list[Looked]:
    """Return recommended models in the order to show: what fits, the most able first."""
    there = [one for one in looked if one.page is not None]
    return sorted(
        there, key=lambda one: (not one.fits, -_able(one) if one.fits else _able(one))
    )


def _able(looked: Looked) -> int:
    details = looked.page.details if looked.page else None
    return details.facts.parameters if details else 0
