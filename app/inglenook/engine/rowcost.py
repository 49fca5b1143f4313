"""What a step costs by how many rows it computes, learnt from each."""

import math

_RISE = 0.2
"""What each further row is taken to add to a step of one row, until it is measured."""
_MOST_RISE = 2.0
_WEIGHT = 0.1
_FADING = 0.002
"""What was learnt fades while there is nothing to learn from: a busy moment must not decide for
good that more rows do not pay."""
_ODD = 0.4
"""A step so much further from what was expected, as a logarithm, says more about the computer
than about its rows."""


class RowCost:
    """Learns how long a step with one row is, and what each further row adds to it.

    It adds about the same each time: with SmolLM2-135M (Q4_1, processor) steps of 2, 3, 5
    and 8 rows took 1.14, 1.30, 1.47 and 1.81 times as long as one of one row.

    Threads: the engine's main thread only.
    """

    def __init__(self) -> None:
        """Begin without having measured anything."""
        self._one_s = 0.0
        self._rise = _RISE

    def took(self, rows: int, seconds: float) -> None:
        """Learn from a step.

        Args:
            rows: How many it had, 1 or more.
            seconds: How long it took.
        """
        seconds, more, wanted = max(seconds, 1e-9), rows - 1, self.of(rows)
        if not self._one_s:
            self._one_s = seconds / wanted
            return
        # Logarithms, in which noise adds up to nothing: the mean is not drawn to odd steps.
        error = math.log(seconds / (self._one_s * wanted))
        error = _WEIGHT * min(max(error, -_ODD), _ODD)
        self._one_s *= math.exp(error)
        if not more:
            self._rise += _FADING * (_RISE - self._rise)
            return
        rise = self._rise + error * wanted * more / (1 + more**2)
        self._rise = min(max(rise, 0.0), _MOST_RISE)

    def of(self, rows: int) -> float:
        """Return how long a step with so many rows takes, as a multiple of one with one."""
        return 1.0 + self._rise * (rows - 1)
