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

_COMFORTABLE = {Verdict.GPU, Verdict.SPLIT, Verdict.CPU}
# People read 238 words a minute (Brysbaert 2019, a review of 190 studies); an English word is
# about 1.3 tokens.
_READING_TOKENS_PER_S = 5.0
# A paragraph takes more than a minute.
_VERY_SLOW_TOKENS_PER_S = 1.0


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
    def best(self) -> Rated | None:
        """The row to suggest and how it would run; None if nothing runs here at all."""
        rated = self.page.rated if self.page else ()
        suggestion = self.page.suggestion if self.page else None
        return next((one for one in rated if one.offer == suggestion), None)

    @property
    def fits(self) -> bool:
        """Something of it has room here and is not very slow."""
        best = self.best
        return (
            best is not None
            and best.verdict in _COMFORTABLE
            and _is_at_least(_VERY_SLOW_TOKENS_PER_S, best)
        )

    @property
    def keeps_up(self) -> bool:
        """It fits, and writes as fast as people read, as far as is known."""
        best = self.best
        return self.fits and best is not None and _is_at_least(_READING_TOKENS_PER_S, best)


def best_first(looked: Iterable[Looked]) -> list[Looked]:
    """Return recommended models in the order to show.

    First what keeps up with a reader, the most able first; then what fits but makes one wait,
    then the rest, each with the smallest first.
    """
    there = [one for one in looked if one.page is not None]
    return sorted(
        there,
        key=lambda one: (
            not one.keeps_up,
            not one.fits,
            -_able(one) if one.keeps_up else _able(one),
        ),
    )


def _is_at_least(tokens_per_s: float, rated: Rated) -> bool:
    return rated.tokens_per_s == 0 or rated.tokens_per_s >= tokens_per_s


def _able(looked: Looked) -> int:
    details = looked.page.details if looked.page else None
    return details.facts.parameters if details else 0
