"""How long a draft will be: learned by the kind of question, told as a median."""

from collections.abc import Mapping
from statistics import median

from inglenook.effort.question import MOST_LOOKED_AT, look_at

KEPT = 9
"""So many of the newest lengths of a kind are kept: the median outlives four odd ones."""
LEAST_OF_A_KIND = 2
"""From fewer, those of all kinds tell more."""

Lengths = Mapping[str, tuple[float, ...]]


def kind_of(question: str) -> str:
    """Return what a question is filed under: how it looks, and how long it is.

    Questions with twice as many characters are another kind: what is asked at length is
    answered at length.
    """
    size = min(len(question.strip()), MOST_LOOKED_AT).bit_length()
    return f"{look_at(question)} {size}"


def with_length(known: Lengths, kind: str, tokens: float) -> dict[str, tuple[float, ...]]:
    """Return what is known after one more answer, whose drafts had so many tokens."""
    newest = (*known.get(kind, ()), tokens)[-KEPT:]
    return {**known, kind: newest}


def usual_length(known: Lengths, kind: str) -> float | None:
    """Return the tokens of a draft of such a question; None before the first answer.

    Told from answers to questions of the same kind, or else of the same look, or of all.
    """
    look = kind.split(maxsplit=1)[0]
    alike = [known.get(kind, ())]
    alike.append(
        tuple(n for other, kept in known.items() if other.split()[0] == look for n in kept)
    )
    alike.append(tuple(n for kept in known.values() for n in kept))
    for lengths in alike:
        if len(lengths) >= LEAST_OF_A_KIND:
            return median(lengths)
    return median(alike[-1]) if alike[-1] else None
