"""Which file of a repository to take, when all of them are the same model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.memory import MemoryPart
from inglenook.models.offers import Offer
from inglenook.models.search import Verdict

# Small models lose more by rounding, and are quick enough with 8 bits.
_SMALL_PARAMETERS = 2_000_000_000
_BITS_FOR_SMALL = 8
_BITS_ON_GPU = 6
_BITS = 4
# Under four bits answers suffer more than from waiting for a larger file.
_FIRM_BITS = 4
_COMFORTABLE = {Verdict.GPU, Verdict.SPLIT, Verdict.CPU}


@dataclass(frozen=True, slots=True)
class Rated:
    """A row, and how it would run here.

    Attributes:
        summary: ``"Running on CPU"``.
        tokens_per_s: About how fast answers would be written; 0 if nothing is known.
        memory: What it would take of each device, main memory last.
    """

    offer: Offer
    verdict: Verdict
    summary: str = ""
    tokens_per_s: float = 0.0
    memory: tuple[MemoryPart, ...] = ()


def best_that_fits(rated: Sequence[Rated], parameters: int) -> Offer | None:
    """Return the row to suggest; None if nothing fits.

    Args:
        rated: Rows of one model.
        parameters: Of the model; 0 if unknown.
    """
    usable = [one for one in rated if one.verdict is not Verdict.TOO_BIG and one.offer.bits]
    return max(usable, key=lambda one: _worth(one, parameters)).offer if usable else None


def resized(facts: ModelFacts, offer: Offer) -> ModelFacts:
    """Return a model's facts as they are for another row of the same model.

    The header of one file tells the shape of all: only the bytes of the weights differ, in
    about the same proportion everywhere.

    Args:
        facts: Of a file of the same model.
        offer: The other row.
    """
    weights = facts.weights
    before = max(weights.total_bytes, 1)

    def share(count: int) -> int:
        return count * offer.size_bytes // before

    return replace(
        facts,
        weights=Weights(
            tuple(map(share, weights.layers)),
            share(weights.embedding),
            share(weights.output),
            weights.tied,
        ),
        quant=offer.quant,
        quant_bits=offer.bits,
        parts=len(offer.files),
    )


def _worth(one: Rated, parameters: int) -> tuple[object, ...]:
    """Return what makes a row better than another, the weightiest first."""
    bits, on_gpu = one.offer.bits, one.verdict is Verdict.GPU
    wanted = _BITS_ON_GPU if on_gpu else _BITS
    if 0 < parameters < _SMALL_PARAMETERS:
        wanted = _BITS_FOR_SMALL
    return (
        one.verdict in _COMFORTABLE,
        min(bits, _FIRM_BITS),
        on_gpu,
        -abs(bits - wanted) * 2 - (bits > wanted),
        "_K_M" in one.offer.quant,
        "_K" in one.offer.quant,
        one.offer.size_bytes,
        one.offer.name,
    )
