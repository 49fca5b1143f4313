"""The text of all tokens of a model in arrays, to test many at once."""

import ctypes
import weakref

import numpy as np
import numpy.typing as npt

from inglenook.engine.lib import api
from inglenook.engine.model import Ids, Model

_LONGEST_BYTES = 256  # longer pieces are read one by one; few vocabularies have any

_made: "weakref.WeakKeyDictionary[Model, Vocabulary]" = weakref.WeakKeyDictionary()


class Vocabulary:
    """All tokens as answers show them; control tokens have no text.

    Reading it takes about 1 µs a token, so it is made once per model, when first needed.

    Attributes:
        pieces: The bytes of each token.
        text: All pieces end to end.
        starts: Where each piece begins in ``text``, shape (tokens,).
        lengths: In bytes, shape (tokens,); 0 for tokens that end an answer.
        by_first_byte: For each byte the tokens that begin with it.
        enders: Tokens that end an answer.
    """

    def __init__(self, model: Model) -> None:
        self.pieces = _pieces(model)
        self.text = np.frombuffer(b"".join(self.pieces) or b"\0", np.uint8)
        self.lengths = np.fromiter(map(len, self.pieces), np.int32, len(self.pieces))
        self.starts = np.cumsum(self.lengths, dtype=np.int32) - self.lengths
        is_end = api.llama_vocab_is_eog
        vocab = model.vocab
        self.enders: Ids = np.array(
            [token for token in range(model.vocab_size) if is_end(vocab, token)], np.int32
        )
        self.lengths[self.enders] = 0  # no text goes on with what ends it
        self.by_first_byte = self._by_first_byte()

    @staticmethod
    def of(model: Model) -> "Vocabulary":
        """Return the vocabulary of a model, made on first use."""
        known = _made.get(model)
        if known is None:
            known = _made[model] = Vocabulary(model)
        return known

    def _by_first_byte(self) -> list[Ids]:
        tokens = np.flatnonzero(self.lengths).astype(np.int32)
        first: npt.NDArray[np.uint8] = self.text[self.starts[tokens]]
        order = np.argsort(first, kind="stable")
        cuts = np.searchsorted(first[order], np.arange(1, 256))
        return np.split(tokens[order], cuts)


def _pieces(model: Model) -> list[bytes]:
    read, vocab = api.llama_token_to_piece, model.vocab
    buffer = ctypes.create_string_buffer(_LONGEST_BYTES)
    found = []
    for token in range(model.vocab_size):
        count = read(vocab, token, buffer, _LONGEST_BYTES, 0, False)  # noqa: FBT003 (a C call)
        found.append(ctypes.string_at(buffer, count) if count >= 0 else model.piece(token))
    return found
