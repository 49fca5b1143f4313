"""Guesses that are right as far as a dice says; whatever is guessed, answers stay the same."""

import random

import numpy as np
from tests.data.strict_llama import VOCABULARY, picked_after

from inglenook.engine.lookup import Continuation
from inglenook.engine.speculation import Speculation


class Guessing(Speculation):
    """Guesses as much as there is room for, and knows which tokens will be right.

    Attributes:
        settled: Of each guess how many tokens it had, were right, and whether one was wrong.
    """

    def __init__(self, sequences: int, *, right: float = 0.7, seed: int = 0) -> None:
        super().__init__(sequences)
        self.settled: list[tuple[int, int, bool]] = []
        self._right, self._dice = right, random.Random(seed)

    def guess(self, writing, cells, *, beside=0):
        super().guess(writing, 0, beside=beside)
        if self._rests:
            return
        left = min(cells, self._most_rows - len(writing) - beside)
        for branch in writing:
            count = min(left, branch.held.room - 1, self._dice.randint(0, 5))
            if count > 0 and not branch.task.is_alone:
                branch.guess = Continuation(self._ids(branch.chain, count), 1)
                left -= count

    def settle(self, guess, right, *, was_wrong):
        super().settle(guess, right, was_wrong=was_wrong)
        self.settled.append((len(guess.ids), right, was_wrong))

    def _ids(self, chain, count):
        line = list(chain.line)
        for _ in range(count):
            is_right = self._dice.random() < self._right
            token = picked_after(line, chain.salt)
            line.append(token if is_right else self._dice.randrange(VOCABULARY))
        return np.array(line[-count:], np.int32)
