"""The model as its own judge: the question it is asked, and what its answer is read from."""

from collections.abc import Sequence

import numpy as np

from inglenook.chat.message import Role
from inglenook.engine.candidates import Logits
from inglenook.engine.model import Ids, Model
from inglenook.engine.protocol import Turn

_QUESTION = (
    "Is the answer above right? Check it, and say only Yes or No."  # short: it is read n times
)


def judge_turns(turns: Sequence[Turn], text: str) -> tuple[Turn, ...]:
    """Return a conversation that ends by asking whether a draft of its answer is right."""
    return (*turns, Turn(Role.ASSISTANT, text), Turn(Role.USER, _QUESTION))


def spellings(model: Model, word: str) -> Ids:
    """Return the first tokens with which a model may begin to write a word, shape (n,)."""
    forms = (word, word.capitalize(), word.upper())
    tokens = [
        model.tokens(f"{blank}{form}", special=False)[:1]
        for form in forms
        for blank in ("", " ")
    ]
    # np.unique would load numpy's masked arrays, 0.05 s and more before the first answer.
    return np.array(sorted(set(np.concatenate(tokens).tolist())), np.int32)


def says_yes(logits: Logits, yes: Ids, no: Ids) -> float:
    """Return the probability of "yes" when only "yes" and "no" are allowed, 0 to 1.

    Generative verification as in arXiv 2408.15240, by a model nobody trained for it.

    Args:
        logits: Where the judge is about to answer, shape (vocab_size,).
        yes: Tokens that begin a "yes"; those that begin both count for neither.
        no: The same for "no".
    """
    both = np.intersect1d(yes, no)
    most = float(logits[np.concatenate([yes, no])].max())
    sums = [
        float(np.exp(logits[np.setdiff1d(each, both)].astype(np.float64) - most).sum())
        for each in (yes, no)
    ]
    total = sum(sums)
    return sums[0] / total if total > 0.0 else 0.5
