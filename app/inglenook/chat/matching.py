"""Which parts of a long text a question is about: BM25 over paragraphs."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SATURATION = 1.2
_LENGTH_COUNTS = 0.75
"""The usual constants k1 and b: Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009, section 3.4."""
_LEAST_STEM = 3


def scores(question: str, passages: Sequence[str]) -> list[float]:
    """Return how well each passage matches a question; 0 where no word is shared."""
    wanted = set(_terms(question))
    counted = [Counter(_terms(passage)) for passage in passages]
    lengths = [sum(each.values()) for each in counted]
    average = sum(lengths) / max(1, len(lengths)) or 1.0
    weights = {term: _rarity(term, counted) for term in wanted}
    return [
        sum(
            weights[term] * _share(each[term], length / average)
            for term in wanted & each.keys()
        )
        for each, length in zip(counted, lengths, strict=True)
    ]


def _rarity(term: str, counted: Sequence[Counter[str]]) -> float:
    having = sum(term in each for each in counted)
    return math.log(1 + (len(counted) - having + 0.5) / (having + 0.5))


def _share(count: int, length: float) -> float:
    damped = _SATURATION * (1 - _LENGTH_COUNTS + _LENGTH_COUNTS * length)
    return count * (_SATURATION + 1) / (count + damped)


def _terms(text: str) -> list[str]:
    """Return words without their endings, and single signs where words have no gaps."""
    terms: list[str] = []
    for found in _WORD.findall(text.lower()):
        if _WIDE.search(found):
            terms += found
        else:
            terms.append(_stem(found))
    return terms


def _stem(word: str) -> str:
    """Take a plural's or an adverb's ending off a long word; enough to match most forms."""
    for ending in ("ies", "ing", "es", "ed", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word.removesuffix(ending)
    return word
