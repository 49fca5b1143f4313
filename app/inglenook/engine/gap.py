"""A prompt whose answer fills a gap in a text, for models that were trained to."""

import numpy as np

from inglenook.core.errors import BadArgumentError
from inglenook.engine.lib import api
from inglenook.engine.model import Ids, Model

_NO_TOKEN = -1


def around_gap(model: Model, before: Ids, after: str) -> Ids:
    """Return the tokens of a prompt for what stands between two parts of a text.

    The marks are those that llama.cpp finds in the model's file, in the order that its server
    uses too: what is before, what is after, and then the middle is written.

    Args:
        model: Whose vocabulary has the marks.
        before: Tokens of the first part, shape (n,).
        after: The second part; what it spells of control tokens stays text.

    Raises:
        BadArgumentError: the model has no such marks.
    """
    marks = [
        int(find(model.vocab))
        for find in (
            api.llama_vocab_fim_pre,
            api.llama_vocab_fim_suf,
            api.llama_vocab_fim_mid,
        )
    ]
    if _NO_TOKEN in marks:
        raise BadArgumentError(
            "This model cannot fill a gap in a text",
            "Use a model of code that was trained to, or leave out what follows the gap.",
        )
    first, second, middle = (np.array([each], np.int32) for each in marks)
    return np.concatenate([first, before, second, model.tokens(after, special=False), middle])
