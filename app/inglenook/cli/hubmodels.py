"""`inglenook models search`, `recommended`, `token`, and `info` of a model on the Hub."""

import getpass
import sys

from inglenook.cli.models import detail_lines, told
from inglenook.cli.output import put, put_json, put_problem, put_table
from inglenook.core.errors import BadArgumentError
from inglenook.core.units import (
    bytes_in_words,
    count_in_words,
    parameters_in_words,
    rate_in_words,
)
from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import MOST_RESULTS, Query, Sort
from inglenook.models.offers import Offer
from inglenook.models.suggestion import Rated
from inglenook.services.modelpage import Looked, ModelPage, best_first
from inglenook.services.services import Services

SORTS = {
    "downloads": Sort.DOWNLOADS,
    "likes": Sort.LIKES,
    "updated": Sort.UPDATED,
    "trending": Sort.TRENDING,
}


def query(words: str, sort: str, limit: int, author: str, *, with_gated: bool) -> Query:
    """Return what to search for.

    Raises:
        BadArgumentError: the limit makes no sense.
    """
    if not 1 <= limit <= MOST_RESULTS:
        raise BadArgumentError("This limit makes no sense", f"Use 1 to {MOST_RESULTS}.")
    return Query(words, SORTS[sort], limit, with_gated, author)


def search(
    services: Services, asked: Query, *, only_fitting: bool = False, as_json: bool
) -> int:
    """Print what the Hub finds, and whether it would fit; return the exit code."""
    found = [(model, services.hub.fits(model)) for model in services.hub.search(asked)]
    if only_fitting:
        found = [(model, fits) for model, fits in found if fits]
    if as_json:
        put_json([{**_fields(model), "fits": fits} for model, fits in found])
    elif found:
        put_table((_HEADER, *(_row(model, fits) for model, fits in found)))
    else:
        put("Nothing was found. Try fewer words.")
    return 0


_HEADER = ("Model", "parameters", "fits", "downloads", "changed", "licence")
_FITS = {True: "yes", False: "no", None: "?"}


def _fields(model: FoundModel) -> dict[str, object]:
    return {name: getattr(model, name) for name in FoundModel.__slots__}


def _row(model: FoundModel, fits: bool | None) -> tuple[str, ...]:
    licence = f"{model.licence}{', asks who you are' if model.gated else ''}"
    return (
        model.repo,
        parameters_in_words(model.parameters),
        _FITS[fits],
        count_in_words(model.downloads),
        model.updated,
        licence.removeprefix(", "),
    )


def info(services: Services, target: str, *, as_json: bool) -> int:
    """Print the page of a model on the Hub: every file, and how it would run here."""
    page = services.hub.page(target.partition(":")[0])
    if as_json:
        put_json(_page(page))
        return 0
    found = page.found
    put(f"{found.name} ({found.repo})")
    put_table(
        row
        for row in (
            ("Licence", found.licence),
            ("Downloads", count_in_words(found.downloads)),
            ("Changed", found.updated),
            ("Asks who you are", "yes" if found.gated else ""),
            ("Trained context", _tokens(page)),
            *(detail_lines(page.details) if page.details else ()),
        )
        if row[1]
    )
    put()
    _show_rows(page)
    if page.problem is not None:
        put_problem(page.problem)
    return 0


def _tokens(page: ModelPage) -> str:
    tokens = page.details.facts.context_tokens if page.details else 0
    return f"{count_in_words(tokens)} tokens" if tokens else ""


def _show_rows(page: ModelPage) -> None:
    how = {one.offer.name: _how(one) for one in page.rated}
    rows = [
        (
            "->" if offer == page.suggestion else "",
            offer.quant or offer.name,
            bytes_in_words(offer.size_bytes),
            how.get(offer.name, ""),
            offer.words,
            f"in {len(offer.files)} files" if len(offer.files) > 1 else "",
        )
        for offer in page.offers.models
    ]
    rows += [
        ("", offer.name, bytes_in_words(offer.size_bytes), "", "lets it see pictures", "")
        for offer in page.offers.projectors
    ]
    if rows:
        put_table(rows)
    if page.suggestion is not None:
        put()
        put(f"Suggested: inglenook models get {page.found.repo}:{page.suggestion.quant}")


def _how(rated: Rated) -> str:
    speed = f", about {rate_in_words(rated.tokens_per_s)}" if rated.tokens_per_s else ""
    return f"{rated.verdict.value}{speed}"


def _page(page: ModelPage) -> dict[str, object]:
    how = {one.offer.name: one for one in page.rated}

    def row(offer: Offer) -> dict[str, object]:
        rated = how.get(offer.name)
        return {
            "file": offer.name,
            "files": offer.files,
            "quant": offer.quant,
            "words": offer.words,
            "size_bytes": offer.size_bytes,
            "verdict": rated.verdict if rated else None,
            "tokens_per_s": round(rated.tokens_per_s, 2) if rated else 0.0,
            "suggested": offer == page.suggestion,
        }

    return {
        "model": page.found,
        "rows": [row(offer) for offer in page.offers.models],
        "projectors": [row(offer) for offer in page.offers.projectors],
        "incomplete": page.offers.broken,
        "details": told(page.details) if page.details else None,
        "problem": page.problem,
    }


def recommended(services: Services, *, as_json: bool) -> int:
    """Look up every model that we recommend and print them, the best for here first."""
    looked = list(services.hub.look_up(services.hub.catalogue()))
    ordered = best_first(looked)
    if as_json:
        put_json([_looked(one) for one in ordered])
        return 0
    for one in ordered:
        put(_looked_line(one))
        put(f"    {one.recommendation.good_at}")
    gone = len(looked) - len(ordered)
    if gone:
        put(f"{gone} of our recommendations are not on the Hub just now.")
    return 0


def _looked(one: Looked) -> dict[str, object]:
    page = one.page
    best = page.suggestion if page else None
    return {
        "recommendation": one.recommendation,
        "fits": one.fits,
        "suggested": best.name if best else None,
        "size_bytes": best.size_bytes if best else None,
        "licence": page.found.licence if page else "",
    }


def _looked_line(one: Looked) -> str:
    entry, best = one.recommendation, one.page.suggestion if one.page else None
    size = f"{bytes_in_words(best.size_bytes)}, {best.quant}" if best else "too big for here"
    return f"{entry.name}: {size}, {entry.licence}. inglenook models get {entry.repo}"


def token(services: Services, *, is_over: bool, as_json: bool) -> int:
    """Keep or remove the access token; it is never printed, nor given as an argument."""
    if is_over:
        services.hub.forget_token()
        outcome = {"kept": False, "outlives_this_process": False}
        words = "The token is removed here and in the keyring."
    else:
        lasts = services.hub.give_token(ask_for_token())
        outcome = {"kept": True, "outlives_this_process": lasts}
        words = _KEPT if lasts else _NOT_KEPT
    if as_json:
        put_json(outcome)
    else:
        put(words)
    return 0 if is_over or outcome["outlives_this_process"] else 1


_KEPT = "The token is in this system's keyring, and goes to the Hub alone."
_NOT_KEPT = (
    "This system has no keyring, and nothing else is safe enough to keep a token in. "
    "Set INGLENOOK_HF_TOKEN for a command that needs it."
)


def ask_for_token() -> str:
    """Return a token from the terminal, unseen, or from standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("Access token: ")
    return sys.stdin.readline()
