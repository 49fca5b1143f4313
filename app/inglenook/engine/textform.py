"""How a model wants a text, or a question with a text, before it makes numbers of them."""

import re

import numpy as np

from inglenook.engine.lib import api
from inglenook.engine.model import Ids, Model
from inglenook.engine.tokenizer import Part, Tokenizer

_PLACES = re.compile(r"(\{query\}|\{document\})")


class TextForm:
    """Writes texts as tokens for one model.

    Nothing in a text can become a control token: it comes from people and from models.

    Threads: the engine's main thread only.
    """

    def __init__(self, model: Model) -> None:
        """Learn what belongs around a text, and how pairs are written.

        Models that judge pairs as a chat carry a template called "rerank" with the places
        ``{query}`` and ``{document}``, as llama.cpp's converter writes it.
        """
        self._model = model
        self._pieces = _PLACES.split(model.metadata("tokenizer.chat_template.rerank"))
        self._tokenizer = Tokenizer(model, "".join(self._pieces))

    def alone(self, text: str) -> Ids:
        """Return the tokens of a text with those that the model's file puts around it."""
        return self._model.tokens(text, special=False, ends=True)

    def pair(self, question: str, text: str) -> Ids:
        """Return the tokens of a question and of a text that may answer it.

        Without a template it is what encoders are trained on: ``[CLS] question [SEP] text
        [SEP]``, or ``<s> question </s></s> text </s>`` where the file asks for both marks.
        """
        if len(self._pieces) > 1:
            said = {"{query}": question, "{document}": text}
            parts = [Part(said.get(each, each), own=each not in said) for each in self._pieces]
            return self._tokenizer.mixed(parts)
        begin, end, between = self._marks()
        asked = self._model.tokens(question, special=False)
        answer = self._model.tokens(text, special=False)
        last = end if len(end) else between
        return np.concatenate([begin, asked, end, between, answer, last])

    def _marks(self) -> tuple[Ids, Ids, Ids]:
        """Return what begins texts, what ends each, and what stands between two."""
        model, vocab = self._model, self._model.vocab
        begin = model.bos if model.adds_bos else -1
        end = model.eos if api.llama_vocab_get_add_eos(vocab) else -1
        between = api.llama_vocab_sep(vocab) if api.llama_vocab_get_add_sep(vocab) else -1
        return _if_any(begin), _if_any(end), _if_any(int(between))


def _if_any(token: int) -> Ids:
    return np.array([token] if token >= 0 else [], np.int32)
