"""A repository of the Hub as a person sees it: what runs here, and what to take."""

from collections.abc import Iterable
from dataclasses import dataclass

from inglenook.core.errors import Problem
from inglenook.downloads.page import FoundModel
from inglenook.downloads.repository import Repository
from inglenook.downloads.source import RemoteFile
from inglenook.models.catalog import Recommendation
from inglenook.models.details import Details
from inglenook.models.fit import Verdict
from inglenook.models.offers import Offer, Offers, best_projector
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
class Wanted:
    """What a person wants of a repository, as downloads are asked for it.

    Attributes:
        title: For people.
        own: The files of the row.
        eyes: Those of what lets it see.
    """

    title: str
    own: tuple[RemoteFile, ...]
    eyes: tuple[RemoteFile, ...] = ()
    licence: str = ""

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """All, the one that is loaded first."""
        return (*self.own, *self.eyes)

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)


def wanted_of(page: ModelPage, offer: Offer, *, with_projector: bool = True) -> Wanted:
    """Return what to ask downloads for.

    Args:
        page: Of the repository.
        offer: The row.
        with_projector: And what lets it see, where the repository has that.
    """
    projector = best_projector(page.offers.projectors)
    sees = with_projector and projector is not None and not offer.is_projector
    own, eyes = (
        tuple(page.repository.remote(file) for file in row.files) if row else ()
        for row in (offer, projector if sees else None)
    )
    return Wanted(f"{page.found.name} {offer.quant}".strip(), own, eyes, page.found.licence)


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
