"""How many threads to compute with while other programs want the processor too."""

from collections import deque
from dataclasses import dataclass, field

WINDOW = 5
"""Steps whose median counts, so that two odd ones do not: a page fault, a pause."""
CROWDED = 2.0
"""A step that takes so many times what it did is worth a try with fewer threads. Two threads
beside two busy programs took 14 times as long, one took 2.4 times (docs/decisions/0012)."""
_RISE = 1.0005
"""What is expected of a step may rise so much with each: a longer context makes steps slower,
by a factor of 1.00025 a token with SmolLM2-135M and by less with larger models."""
_STARVED = 0.7
"""Less of the time of their cores than this, and threads are being kept from them; a quiet
computer gives them 0.98, the busy one of above gave 0.5."""
_KEEP_FEWER, _KEEP_MORE = 0.9, 0.95
_RELIEF = 0.7
"""Steps that are so much quicker than when more threads were last tried: others have ended."""


@dataclass(slots=True)
class _Patience:
    """Steps to wait before the next try, more after each that was in vain."""

    first: int
    most: int = 512
    length: int = 0
    left: int = 0

    def begin(self, left: int) -> None:
        self.length, self.left = self.first, left

    def lose(self) -> None:
        self.left = self.length or self.first
        self.length = min(self.most, 2 * self.left)


@dataclass(slots=True)
class _Trial:
    """Some steps with another number of threads."""

    origin: int
    before_s: float
    steps: list[float] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        # Many times slower, the first step says so; more of them would be felt.
        return len(self.steps) == WINDOW or sum(self.steps) > WINDOW * self.before_s

    def has_helped(self, limit: float) -> bool:
        return len(self.steps) == WINDOW and _median(self.steps) <= limit * self.before_s


class Crew:
    """Learns from each step how many threads are worth having.

    Threads that share their cores with other programs wait for whichever of them does not
    run, and may take many times as long together as one alone. So when steps become much
    slower, fewer threads are tried; later more again, until all work. While nothing becomes
    slower, nothing is tried.

    Threads: the engine's main thread only.

    Attributes:
        threads: How many to compute with now, 1 or more.
    """

    def __init__(self, most: int) -> None:
        """Begin with as many threads as there may be."""
        self._most = self.threads = max(1, most)
        self._rows = 0
        self._steps: deque[float] = deque(maxlen=WINDOW)
        self._shares: deque[float] = deque(maxlen=WINDOW)
        self._usual_s: dict[tuple[int, int], float] = {}  # by threads and rows
        self._trial: _Trial | None = None
        self._in_vain = 0  # the last smaller number that did not help; 0 for none
        self._fewer = _Patience(8)
        self._more = _Patience(64)
        self._held_at_s = 0.0  # what a step took when more threads were last in vain
        self._trusts_shares = True

    def took(self, seconds: float, rows: int, share: float = 1.0) -> int | None:
        """Learn from a step in which answers only wrote.

        Args:
            seconds: How long it took.
            rows: How many tokens were computed at once.
            share: What its threads got of the time of their cores, 0 to 1. It alone tells
                that others are busy when they have been from the first step on.

        Returns:
            How many threads to compute with from now on; None if that stays as it is.
        """
        if rows != self._rows:
            self._rows, self._held_at_s = rows, 0.0
            self._forget_steps()
            if self._trial is not None:
                return self._go_back(self._trial)
        if self._trial is not None:
            self._trial.steps.append(seconds)
            return self._judge(self._trial) if self._trial.is_over else None
        self._steps.append(seconds)
        self._shares.append(share)
        self._fewer.left -= self._fewer.left > 0
        self._more.left -= self._more.left > 0
        return self._consider() if len(self._steps) == WINDOW else None

    def set_most(self, most: int) -> None:
        """Compute with so many from now on, and never with more."""
        self._most = max(1, most)
        self.restore()

    def restore(self) -> None:
        """Let all work again, for an answer that must be computed the same way each time."""
        self.threads = self._most
        self._trial, self._in_vain = None, 0
        self._forget_steps()
        self._fewer.begin(0)

    # --- deciding ---

    def _consider(self) -> int | None:
        now_s = _median(self._steps)
        key = self.threads, self._rows
        usual_s = self._usual_s.get(key, now_s)
        self._usual_s[key] = min(now_s, usual_s * _RISE)
        is_crowded = now_s > CROWDED * usual_s
        if self.threads > 1 and (is_crowded or self._is_starved()):
            if self._fewer.left:
                return None
            return self._try(_fewer(self._in_vain or self.threads), now_s)
        self._in_vain = 0
        if self.threads == self._most:
            return None
        if self._more.left and now_s > _RELIEF * self._held_at_s:
            return None
        return self._try(min(self._most, _more(self.threads)), now_s)

    def _is_starved(self) -> bool:
        return self._trusts_shares and _median(self._shares) < _STARVED

    def _try(self, threads: int, before_s: float) -> int:
        self._trial = _Trial(self.threads, before_s)
        self.threads = threads
        return threads

    def _judge(self, trial: _Trial) -> int | None:
        if self.threads > trial.origin:
            return self._judge_more(trial)
        if not trial.has_helped(_KEEP_FEWER):
            return self._give_up_fewer(trial)
        self._trial, self._in_vain = None, 0
        self._forget_steps()
        self._fewer.begin(0)
        self._more.begin(self._more.first)
        self._held_at_s = _median(trial.steps)
        if self.threads == 1:
            return None
        return self._try(_fewer(self.threads), _median(trial.steps))

    def _judge_more(self, trial: _Trial) -> int | None:
        if not trial.has_helped(_KEEP_MORE):
            self._more.lose()
            self._held_at_s = trial.before_s
            return self._go_back(trial)
        self._trial = None
        self._forget_steps()
        self._more.begin(0)
        return None

    def _give_up_fewer(self, trial: _Trial) -> int:
        self._in_vain = self.threads
        self._fewer.lose()
        if self._in_vain == 1:
            # No number of them is better, so a step takes that long now.
            self._usual_s[trial.origin, self._rows] = trial.before_s
            self._in_vain, self._trusts_shares = 0, False
        return self._go_back(trial)

    def _go_back(self, trial: _Trial) -> int:
        self._trial = None
        self._forget_steps()
        self.threads = trial.origin
        return trial.origin

    def _forget_steps(self) -> None:
        self._steps.clear()
        self._shares.clear()


def _fewer(threads: int) -> int:
    return max(1, threads - max(1, threads // 4))


def _more(threads: int) -> int:
    return threads + max(1, threads // 3)


def _median(values: "deque[float] | list[float]") -> float:
    return sorted(values)[len(values) // 2]
