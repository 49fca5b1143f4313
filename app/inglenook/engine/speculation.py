"""Which tokens are tried ahead of time, and how many: as far as that has paid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from inglenook.engine.branch import Branch
from inglenook.engine.lookup import Continuation, continuation
from inglenook.engine.rowcost import RowCost

MOST_AHEAD = 7
"""Tokens that are tried for one answer at once; more would have to be right nearly always."""

_HOPES = {9: 0.7, 5: 0.5, 3: 0.35, 2: 0.2, 1: 0.1}
"""How often a guess after so many equal tokens or more is taken to be right at first."""
_WEIGHT = 0.05
_REST_STEPS = 32
_FADING = 0.002
"""What was learnt fades while it keeps guesses from being made, so that some are made again."""


@dataclass(slots=True)
class _Luck:
    """How often guesses after a match of some length were right of late."""

    hope: float
    rate: float

    def learn(self, *, was_right: bool) -> None:
        self.rate += _WEIGHT * (was_right - self.rate)

    def fade(self) -> None:
        self.rate += _FADING * (self.hope - self.rate)


class Speculation:
    """Has several tokens of an answer decoded at once where its text has a precedent.

    An answer that quotes, edits or fills in says again what stands before it. What followed
    there is put into the batch behind the answer's own token, and the answer picks from those
    rows as it always does: while it picks what was guessed, that much is decoded already; the
    rest is dropped. So guesses change how fast an answer is written, and not what it says
    (speculative decoding, arXiv 2302.01318, with the text itself as the draft model; a pick
    that must be equal needs no correction of its distribution).

    A row more makes a step longer. How much, and how often guesses are right, is measured all
    along, and they are made as far as more tokens a second are expected of them.

    Threads: the engine's main thread only.
    """

    def __init__(self, most_rows: int, *, most_ahead: int = MOST_AHEAD) -> None:
        """Begin without having measured anything.

        Args:
            most_rows: Rows of logits that a step can have, 1 or more.
            most_ahead: How many tokens may be tried at once; 0 for none.
        """
        self._cost = RowCost()
        self._most_rows, self._most_ahead = most_rows, most_ahead
        self._rests = 0
        self._luck = {least: _Luck(hope, hope) for least, hope in _HOPES.items()}

    def guess(self, writing: Sequence[Branch], cells: int, *, beside: int = 0) -> None:
        """Note at each branch what is tried in the next step, in place of what was.

        Args:
            writing: Those that write in it and may guess; one row is for each.
            cells: How many more are free for guesses.
            beside: Rows of others, who write without guesses.
        """
        self.withdraw(writing)
        self._rests -= self._rests > 0
        if self._rests:
            return
        writers = len(writing) + beside
        most = min(self._most_rows - writers, self._most_ahead, cells)
        if not writing or most < 1:
            return
        found = [(each, guess) for each in writing if (guess := _precedent(each, most))]
        counts = self._worthwhile(writers, [guess for _, guess in found], most)
        for (branch, guess), count in zip(found, counts, strict=True):
            if count:
                branch.guess = guess.first(count)
            else:
                self._luck_of(guess).fade()

    def withdraw(self, writing: Sequence[Branch]) -> bool:
        """Take back what was to be tried and was not decoded; return whether that was any."""
        has_guessed = any(branch.guess is not None for branch in writing)
        for branch in writing:
            branch.guess = None
        return has_guessed

    def rest(self) -> None:
        """Try nothing for a while: there was no room for a step with guesses."""
        self._rests = _REST_STEPS

    def took(self, seconds: float, writers: int, rows: int) -> float:
        """Learn from a step in which answers only wrote.

        Returns:
            How many seconds it would have taken without guesses.
        """
        self._cost.took(rows, seconds)
        if rows == writers:
            return seconds
        return seconds * self._cost.of(writers) / self._cost.of(rows)

    def settle(self, guess: Continuation, right: int, *, was_wrong: bool) -> None:
        """Learn how far a guess was right.

        Args:
            guess: What was tried.
            right: How many of its tokens were picked.
            was_wrong: Another token was picked then; otherwise nothing is known of the rest.
        """
        luck = self._luck_of(guess)
        for _ in range(right):
            luck.learn(was_right=True)
        if was_wrong:
            luck.learn(was_right=False)

    def _worthwhile(
        self, writers: int, guesses: Sequence[Continuation], most: int
    ) -> Sequence[int]:
        """Return of how many tokens of each guess the most tokens a second are expected."""
        rows = sorted(self._rows(guesses), key=lambda row: row[0], reverse=True)[:most]
        best, chosen = writers / self._cost.of(writers), 0
        for count, gained in enumerate(accumulate(chance for chance, _ in rows), 1):
            rate = (writers + gained) / self._cost.of(writers + count)
            if rate > best:
                best, chosen = rate, count
        taken = [at for _, at in rows[:chosen]]
        return [taken.count(at) for at in range(len(guesses))]

    def _rows(self, guesses: Sequence[Continuation]) -> Iterator[tuple[float, int]]:
        """Yield how likely each row is to be of use, and whose guess it is of."""
        for at, guess in enumerate(guesses):
            chance, rate = 1.0, self._luck_of(guess).rate
            for _ in guess.ids:
                chance *= rate
                yield chance, at

    def _luck_of(self, guess: Continuation) -> _Luck:
        return next(luck for least, luck in self._luck.items() if guess.matched >= least)


def _precedent(branch: Branch, most: int) -> Continuation | None:
    """Return what may follow a branch's text; None for one that is worked on alone."""
    if branch.task.is_alone:
        return None  # with other rows beside it, its own could be rounded in another way
    held = branch.held
    room = min(most, held.room - 1)
    return continuation(held.resident(), branch.token, room) if room > 0 else None
