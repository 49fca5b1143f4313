"""What is said of recommended models, and under which heading they stand."""

from dataclasses import dataclass
from enum import StrEnum

from inglenook.models.offers import Offer
from inglenook.models.suggestion import Rated
from inglenook.services.modelpage import Looked, ModelPage
from inglenook.ui.models.figures import about_as_fast_as, joined
from inglenook.ui.units import bytes_in_words
from inglenook.ui.words import one_line, tr


class Group(StrEnum):
    """What a recommended model is for."""

    TEXT = "text"
    MULTILINGUAL = "multilingual"
    CODE = "code"
    VISION = "vision"
    TOO_BIG = "too big"


def heading_of(group: Group) -> tuple[str, str]:
    """Return a group's heading, and a sentence below it or ""."""
    match group:
        case Group.TEXT:
            return tr("Writing and questions"), ""
        case Group.MULTILINGUAL:
            return tr("Many languages"), ""
        case Group.CODE:
            return tr("Programs"), ""
        case Group.VISION:
            return tr("Pictures"), ""
        case Group.TOO_BIG:
            words = tr("They need more memory than is here, or would be very slow.")
            return tr("Too big for this computer"), words


def group_of(looked: Looked) -> Group:
    """Return where a model stands; what does not fit is last, whatever it is for."""
    tags = looked.recommendation.tags
    if not looked.fits:
        return Group.TOO_BIG
    if "vision" in tags:
        return Group.VISION
    if tags[:1] == ("code",):
        return Group.CODE
    # Models that think are recommended for that first, even if they know many languages.
    is_linguist = "multilingual" in tags and "reasoning" not in tags
    return Group.MULTILINGUAL if is_linguist else Group.TEXT


def offer_of(looked: Looked) -> Offer | None:
    """Return the row to take; the smallest where none is suggested; None if there is none."""
    page = looked.page
    if page is None:
        return None
    return page.suggestion or next(iter(page.offers.models), None)


def rating_of(page: ModelPage | None, offer: Offer | None) -> Rated | None:
    """Return how a row would run; None if nothing is known."""
    rated = page.rated if page is not None else ()
    return next((one for one in rated if one.offer == offer), None)


@dataclass(frozen=True, slots=True)
class QuantWords:
    """How a file stores its numbers.

    Attributes:
        title: ``"4-bit (Q4_K_M)"``, or the file's name.
        short: ``"4-bit"``; "" if unknown.
        note: What it means, as the end of a sentence; "" if unknown.
    """

    title: str
    short: str = ""
    note: str = ""


def quant_words(offer: Offer) -> QuantWords:
    """Return in words how a row stores its numbers."""
    if not offer.words:
        return QuantWords(one_line(offer.name.rpartition("/")[2], 80))
    title, _, note = offer.words.partition(": ")
    return QuantWords(title, title.partition(" (")[0], note)


def figures_of(looked: Looked) -> str:
    """Return size, speed and licence in one line."""
    offer = offer_of(looked)
    if offer is None:
        return ""
    rated = rating_of(looked.page, offer)
    return joined(
        bytes_in_words(offer.size_bytes),
        about_as_fast_as(rated.tokens_per_s) if rated else "",
        one_line(looked.recommendation.licence, 40),
    )
