"""One sequence in the KV cache, and which tokens it holds."""

import numpy as np

from inglenook.engine.context import Context, Decoded
from inglenook.engine.model import Ids


class Sequence:
    """Tokens that are resident in a context, in step with its cache.

    Threads: the engine's main thread only.

    Attributes:
        number: llama.cpp's number for it.
        length: How many tokens are resident.
    """

    def __init__(self, context: Context, number: int = 0) -> None:
        self.number = number
        self.length = 0
        self._context = context
        self._ids = np.zeros(context.tokens, np.int32)

    @property
    def room(self) -> int:
        """How many more tokens fit."""
        return len(self._ids) - self.length

    def clear(self) -> None:
        """Drop all its tokens."""
        self.length = self._context.keep(0, sequence=self.number)

    def resident(self) -> Ids:
        """Return the resident tokens, as a view."""
        return self._ids[: self.length]

    def continue_to(self, ids: Ids) -> int:
        """Keep the longest common prefix with a prompt, and always a token to decode.

        Returns:
            How many tokens of the prompt are resident.
        """
        most = min(self.length, len(ids) - 1)
        differs = np.flatnonzero(self._ids[:most] != ids[:most])
        common = int(differs[0]) if len(differs) else most
        self.length = self._context.keep(common, sequence=self.number)
        return self.length

    def read(self, ids: Ids, *, wanted: bool) -> Decoded:
        """Decode tokens at the end.

        Raises:
            ComputeError: llama.cpp failed.
        """
        start = self.length
        self._ids[start : start + len(ids)] = ids
        outcome = self._context.read(ids, start, sequence=self.number, wanted=wanted)
        if outcome is Decoded.DONE:
            self.length = start + len(ids)
        elif outcome is Decoded.ABORTED:
            # Whole compute batches before the abort stay; the last token's logits do not exist.
            reached = self._context.length(sequence=self.number)
            self.length = min(reached, start + len(ids) - 1)
            self.length = self._context.keep(self.length, sequence=self.number)
        return outcome

    def write(self, token: int) -> Decoded:
        """Decode one token at the end and want its logits.

        Raises:
            ComputeError: llama.cpp failed.
        """
        at = self.length
        outcome = self._context.write(token, at, sequence=self.number)
        if outcome is Decoded.DONE:
            self._ids[at] = token
            self.length = at + 1
        return outcome
