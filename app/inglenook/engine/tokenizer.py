"""From the parts of a prompt to its tokens: exact, safe, and not the same text twice."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from inglenook.engine.lib import api
from inglenook.engine.model import Ids, Model
from inglenook.engine.spelling import Spellings

_MOST_REMEMBERED_CHARACTERS = 4 * 1024 * 1024  # some 30 MB with their tokens
V = TypeVar("V")
_EMPTY = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a prompt.

    Attributes:
        own: The template wrote it; else a person, a model or a tool did.
    """

    text: str
    own: bool


class Tokenizer:
    """Tokenises prompts for one model.

    llama.cpp first parts a text at the spellings of its special tokens and then reads what
    lies between, each stretch for itself. So a text that is cut in front of such a token
    gives the same tokens in pieces as in one, and pieces that were read are remembered: the
    turns of a chat are read once, not once for each answer.

    Threads: the engine's main thread only.

    Attributes:
        controls: Spellings of the control tokens.
    """

    def __init__(self, model: Model, sample: str) -> None:
        """Learn the vocabulary.

        Args:
            model: Whose vocabulary it is.
            sample: A prompt as the model's template makes them, to see which tokens part it.
        """
        self._model = model
        found = np.flatnonzero(model.controls)
        self.controls = Spellings(self._spelling(int(each)) for each in found)
        self._cut = self._border_of(sample)
        self._pieces: OrderedDict[str, Ids] = OrderedDict()
        self._harmless: OrderedDict[str, bool] = OrderedDict()
        self._room = [_MOST_REMEMBERED_CHARACTERS, _MOST_REMEMBERED_CHARACTERS]
        self._pads = self._begins_with_space()

    # --- reading ---

    def trusted(self, text: str) -> Ids:
        """Return the tokens of a text; what it spells of control tokens becomes them."""
        pieces = self._cut.split(text) if self._cut else [text]
        read = [self._remembered(each) for each in pieces if each]
        return np.concatenate(read) if read else _EMPTY

    def mixed(self, parts: Sequence[Part], *, inside: bool = False) -> Ids:
        """Return the tokens of parts; only the template's own can make control tokens.

        What lies between two control tokens is read in one, whoever wrote it: it gives the
        tokens that it would give if the spellings in it were nothing special.

        Args:
            parts: In order.
            inside: The parts go on in the middle of a text, not at its beginning.
        """
        read: list[Ids] = []
        line = ""
        for part in parts:
            past = 0
            for begin, end in self.controls.found(part.text) if part.own else ():
                read.append(self._plain(line + part.text[past:begin], inside and not read))
                read.append(self._model.tokens(part.text[begin:end], special=True))
                line, past = "", end
            line += part.text[past:]
        read.append(self._plain(line, inside and not read))
        return np.concatenate(read)

    def is_harmless(self, text: str) -> bool:
        """Whether a text can make no control token, whatever stands around it."""
        known = self._harmless.get(text)
        if known is None:
            known = not (self.controls.are_in(text) or self.controls.could_join(text))
            self._keep(self._harmless, 0, text, known)
        return known

    def _plain(self, text: str, inside: bool) -> Ids:
        if not text:
            return _EMPTY
        if inside and self._pads:
            return self._unpadded(text)
        return self._model.tokens(text, special=False)

    def _unpadded(self, text: str) -> Ids:
        """Read a text without the space that this vocabulary puts before the first word."""
        for anchor in ("\n", ".", "a"):
            before = self._model.tokens(anchor, special=False)
            ids = self._model.tokens(anchor + text, special=False)
            if np.array_equal(ids[: len(before)], before):
                return ids[len(before) :]
        return self._model.tokens(text, special=False)

    # --- remembering ---

    def _remembered(self, text: str) -> Ids:
        ids = self._pieces.get(text)
        if ids is not None:
            self._pieces.move_to_end(text)
            return ids
        ids = self._model.tokens(text, special=True)
        self._keep(self._pieces, 1, text, ids)
        return ids

    def _keep(self, known: OrderedDict[str, V], shelf: int, text: str, value: V) -> None:
        known[text] = value
        self._room[shelf] -= len(text)
        while self._room[shelf] < 0 and known:
            oldest, _ = known.popitem(last=False)
            self._room[shelf] += len(oldest)

    # --- the vocabulary ---

    def _spelling(self, token: int) -> str:
        return self._model.piece(token, special=True).decode("utf-8", "replace")

    def _border_of(self, sample: str) -> re.Pattern[str] | None:
        """Return what finds the tokens in front of which a prompt may be cut."""
        ids = self._model.tokens(sample, special=True)
        seen = dict.fromkeys(int(each) for each in ids[self._model.controls[ids]])
        fit = [
            text for token in seen if self._may_cut_before(token, text := self._spelling(token))
        ]
        return re.compile(f"(?={'|'.join(map(re.escape, fit))})") if fit else None

    def _may_cut_before(self, token: int, text: str) -> bool:
        attributes = self._model.attributes
        if not text or attributes[token] & api.LLAMA_TOKEN_ATTR_LSTRIP:
            return False
        kinds = api.LLAMA_TOKEN_ATTR_CONTROL | api.LLAMA_TOKEN_ATTR_USER_DEFINED
        special = np.flatnonzero(attributes & (kinds | api.LLAMA_TOKEN_ATTR_UNKNOWN))
        return not any(_overlap(text, self._spelling(int(each))) for each in special)

    def _begins_with_space(self) -> bool:
        ids = self._model.tokens("a", special=False)
        return b"".join(self._model.piece(int(each)) for each in ids).startswith(b" ")


def _overlap(text: str, other: str) -> bool:
    """Whether an occurrence of one could share characters with one of the other."""
    if not other or text == other:
        return False
    if text in other or other in text:
        return True
    most = min(len(text), len(other))
    return any(
        text[:k] == other[-k:] or text[-k:] == other[:k]
        for k in range(1, most)
        if text[0] == other[-k] or other[0] == text[-k]
    )


def parts_of(pieces: Sequence[str]) -> Iterator[Part]:
    """Yield parts from texts that are the template's and another's in turn."""
    for at, text in enumerate(pieces):
        yield Part(text, own=at % 2 == 0)
