"""The largest number that still fits, found with few questions when a guess is close."""

from collections.abc import Callable


def largest(fits: Callable[[int], bool], low: int, high: int, guess: int) -> int:
    """Return the largest number from ``low`` to ``high`` that fits.

    Args:
        fits: True up to some number and False beyond it; never asked about ``low``, which is
            taken to fit.
        low: Least number.
        high: Greatest number, not less than ``low``.
        guess: Where to look first; from there the steps double.
    """
    guess = min(max(guess, low), high)
    step = 1
    if guess == low or fits(guess):
        low = guess
        while low < high and fits(min(low + step, high)):
            low, step = min(low + step, high), step * 2
        high = min(low + step, high + 1) - 1 if low < high else high
    else:
        high = guess - 1
        while low < high - step + 1 and not fits(high - step + 1):
            high, step = high - step, step * 2
        low = max(low, high - step + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
