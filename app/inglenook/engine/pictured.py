"""Where pictures stand in a prompt: signs in the text of a turn that nobody can have typed."""

import re
import secrets
from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace

from inglenook.core.errors import PictureError, TemplateError
from inglenook.engine.model import Ids
from inglenook.engine.sight import Sight
from inglenook.engine.tokenizer import Part
from inglenook.engine.turns import Turn

Reader = Callable[[list[Part]], Ids]
_EMPTY = np.empty(0, np.int32)
_UNSEEN = "[A picture was sent here, which you cannot see.]\n"


class PictureSigns:
    """Puts signs for pictures into turns, and what the model reads in their place.

    A picture comes before the text of its turn, with nothing between, as llama.cpp's server
    has it; models are used to that.

    Threads: the engine's main thread only.
    """

    def __init__(self, sight: Sight | None) -> None:
        """Read pictures through ``sight``; None if the model has none."""
        self._sight = sight
        # No letters, which a template might change; not to be guessed by who writes a text.
        self._sign = "".join(chr(0xE000 + secrets.randbelow(0x1900)) for _ in range(12))
        self._found = re.compile(f"{self._sign}([0-9]+);")

    def signed(self, turns: Sequence[Turn]) -> tuple[list[Turn], list[Ids]]:
        """Return turns with a sign for each picture, and what the pictures are, in order.

        A model that cannot see is told of pictures in what was said before; so a chat can go
        on with another model.

        Raises:
            PictureError: the model cannot see those of the last turn, or one of them cannot
                be used.
        """
        read: list[Ids] = []
        signed: list[Turn] = []
        for number, turn in enumerate(turns, 1):
            signs = ""
            for picture in turn.pictures:
                if self._sight is None and number < len(turns):
                    signs += _UNSEEN
                    continue
                signs += f"{self._sign}{len(read)};"
                read.append(self._ids(picture))
            signed.append(replace(turn, text=signs + turn.text, pictures=()))
        return signed, read

    def read(self, parts: Sequence[Part], pictures: Sequence[Ids], read: Reader) -> Ids:
        """Return the tokens of parts of a prompt, with those of pictures where their signs are.

        Args:
            parts: In order.
            pictures: As ``signed`` gave them.
            read: Reads parts that have no sign in them.

        Raises:
            TemplateError: the template has lost a picture, or shows one twice.
        """
        if not pictures:
            return read(list(parts))
        ids: list[Ids] = []
        line: list[Part] = []
        seen: list[int] = []
        for part in parts:
            first, *rest = self._found.split(part.text)
            line.append(Part(first, part.own))
            for number, after in zip(rest[::2], rest[1::2], strict=True):
                seen.append(int(number))
                ids += [read(line), pictures[seen[-1]]]
                line = [Part(after, part.own)]
        if seen != list(range(len(pictures))):
            raise TemplateError(
                "The model's chat template has no place for pictures",
                "Ask without pictures, or choose another conversion of this model.",
            )
        return np.concatenate([*ids, read(line)]) if ids else _EMPTY

    def _ids(self, picture: bytes) -> Ids:
        if self._sight is None:
            raise PictureError(
                "This model cannot see pictures",
                "Choose a model that can, or its projector, or ask without pictures.",
            )
        return self._sight.ids(picture)
