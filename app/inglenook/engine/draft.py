"""The text of one branch: from tokens to pieces, and the reason why it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook.engine.lib import Handle, api
from inglenook.engine.textstream import Piece, TextStream

if TYPE_CHECKING:
    from inglenook.engine.sampling import Chain


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a draft ends at the latest, in tokens.

    Attributes:
        answer: Most it may write; None for the room there is.
        thinking: Most of these that may be thinking, one at least; None for no limit.
        least_thinking: Least that is thinking, once it has begun; no limit, but kept with them.
    """

    answer: int | None = None
    thinking: int | None = None
    least_thinking: int = 0


class Draft:
    """One text in the making.

    Threads: the engine's main thread only.

    Attributes:
        written: Tokens so far.
        reason: Why it has ended, as in Done; ``""`` while it has not.
        thinks_too_long: The limit on thinking has been reached, and not been told before.
    """

    def __init__(
        self,
        stream: TextStream,
        piece_of: Callable[[int], bytes],
        vocab: Handle,
        limits: Limits,
    ) -> None:
        self.written = 0
        self.reason = ""
        self.thinks_too_long = False
        self._stream = stream
        self._piece_of = piece_of
        self._vocab = vocab
        self._limits = limits
        self._thoughts_left = limits.thinking
        self._thoughts = 0

    @property
    def is_thinking(self) -> bool:
        """Whether what comes next is thinking."""
        return self._stream.is_thinking

    def guide(self, chain: "Chain") -> None:
        """Tell a sampler what may come next."""
        chain.is_free = self.is_thinking
        chain.is_barred = self.is_thinking and self._thoughts < self._limits.least_thinking

    def is_ended_by(self, token: int) -> bool:
        """Whether a token ends the text and is no part of it."""
        return bool(api.llama_vocab_is_eog(self._vocab, token))

    def take(self, token: int) -> list[Piece]:
        """Take a token and return the text that is certain now."""
        if self.is_ended_by(token):
            self.reason = "end"
            return self._stream.flush()
        self.written += 1
        pieces = self._stream.feed(self._piece_of(token))
        self._thoughts += self._stream.is_thinking
        if self._stream.has_stopped:
            self.reason = "end"
        elif self.written == self._limits.answer:
            self.end("length", pieces)
        elif self._thoughts_left is not None:
            self._count_thought()
        return pieces

    def end(self, reason: str, pieces: list[Piece]) -> None:
        """End it for a reason from outside; what was held back joins the pieces."""
        self.reason = reason
        pieces += self._stream.flush()

    def _count_thought(self) -> None:
        assert self._thoughts_left is not None
        if self._stream.is_thinking:
            self._thoughts_left -= 1
            if self._thoughts_left <= 0:
                self.thinks_too_long, self._thoughts_left = True, None
