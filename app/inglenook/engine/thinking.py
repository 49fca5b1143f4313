"""What ends a thinking part, for answers that shall think for a while at least."""

import numpy as np

from inglenook.engine.marks import Marks
from inglenook.engine.model import Ids, Model
from inglenook.engine.vocabulary import Vocabulary

_LEADS = ("", " ", "\n")


def thinking_enders(model: Model, marks: Marks) -> Ids:
    """Return the tokens that may not be picked while a model shall go on thinking, shape (n,).

    They are those that end an answer, and those with which a mark that closes the thinking
    begins as this model spells it, be it after a blank.
    """
    found = set(map(int, Vocabulary.of(model).enders))
    for mark in marks.ends:
        for lead in _LEADS:
            for token in map(int, model.tokens(lead + mark, special=True)):
                if model.piece(token, special=True).strip():
                    found.add(token)
                    break
    return np.array(sorted(found), np.int32)
