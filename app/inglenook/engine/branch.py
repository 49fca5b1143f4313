"""One line of text that grows: a sequence, what it still has to read, how it picks."""

from typing import TYPE_CHECKING

import numpy as np

from inglenook.engine.lookup import Continuation
from inglenook.engine.model import Ids

if TYPE_CHECKING:
    from inglenook.engine.sampling import Chain
    from inglenook.engine.sequence import Sequence
    from inglenook.engine.task import Task

NO_TOKEN = -1
NO_ROW = -1


class Branch:
    """One line of text that grows in the KV cache.

    It reads its tail and then picks a token at each step, which is decoded in the next one.

    Threads: the engine's main thread only.

    Attributes:
        task: Whose it is.
        chain: How it picks.
        sequence: Where it is resident; None while its task waits.
        tail: Tokens to read before it picks, shape (n,).
        at: How many of them have been read.
        targets: What each token of the tail is asked to predict, shape (n,), NO_TOKEN where
            nothing is asked; None if it reads only to go on.
        scores: Log-probabilities of the targets so far.
        token: What it picked last and is not decoded yet, or NO_TOKEN.
        guess: What is decoded behind its token in this step, in case it picks that; None for
            nothing.
        row: Its row of logits in the batch decoded last, or NO_ROW.
        is_paused: It neither reads nor picks until it is told to.
    """

    __slots__ = (
        "at", "chain", "guess", "is_paused", "row", "scores", "sequence", "tail", "targets",
        "task", "token",
    )  # fmt: skip

    def __init__(self, task: "Task", chain: "Chain", tail: Ids) -> None:
        self.task = task
        self.chain = chain
        self.sequence: Sequence | None = None
        self.tail = tail
        self.at = 0
        self.targets: Ids | None = None
        self.scores: list[float] = []
        self.token = NO_TOKEN
        self.guess: Continuation | None = None
        self.row = NO_ROW
        self.is_paused = False

    @property
    def is_reading(self) -> bool:
        """Whether a part of its tail is unread."""
        return self.at < len(self.tail)

    @property
    def held(self) -> "Sequence":
        """Its sequence, while its task is being worked on."""
        assert self.sequence is not None
        return self.sequence

    def unread(self) -> Ids:
        """Return what it has to decode to be where it stands: its tail's rest and its token."""
        rest = self.tail[self.at :]
        if self.token == NO_TOKEN:
            return rest
        return np.append(rest, np.int32(self.token))

    def drop_guess(self) -> None:
        """Forget its guess, and what was decoded of it besides what it has taken in."""
        if self.guess is not None:
            self.guess = None
            if self.sequence is not None:
                self.sequence.keep(self.sequence.length)

    def read_next(self, ids: Ids, targets: Ids | None = None) -> None:
        """Give it another tail, in place of what it had."""
        self.tail, self.at, self.targets = ids, 0, targets
        self.scores = []
        self.token, self.row, self.is_paused = NO_TOKEN, NO_ROW, False

    def wanted(self, count: int) -> int:
        """Return of how many of the next ``count`` tokens of its tail logits are wanted."""
        if self.targets is None:
            return int(self.at + count == len(self.tail))
        asked = self.targets[self.at : self.at + count] != NO_TOKEN
        return int(np.count_nonzero(asked))

    def unasked(self) -> Ids:
        """Return its tail up to the first token whose row is asked for something."""
        if self.targets is None:
            return self.tail
        return self.tail[: int(np.argmax(self.targets != NO_TOKEN)) + 1]

    def moved_from(self, length: int) -> None:
        """Follow its sequence, which had so many tokens before a decode that failed."""
        now = self.held.length
        self.row = NO_ROW
        if now >= length:
            self.at += now - length
            return
        self._read_before(self.held.lost(length))

    def _read_before(self, ids: Ids) -> None:
        """Put tokens in front of what is still to be read."""
        if self.targets is not None:
            nothing_asked = np.full(len(ids), NO_TOKEN, np.int32)
            self.targets = np.concatenate([nothing_asked, self.targets[self.at :]])
        self.tail, self.at = np.concatenate([ids, self.tail[self.at :]]), 0

    def read_again(self) -> None:
        """Let its tail be all that must be read to be where it is, because that may go."""
        self._read_before(self.held.resident().copy())
        self.row = NO_ROW
