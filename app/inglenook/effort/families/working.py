"""How a running total is worked out in sentences."""

from collections.abc import Sequence


def worked_out(numbers: Sequence[int]) -> tuple[str, int]:
    """Return the steps in words, and the total; negative numbers are taken away.

    The spaces matter: without them the starter model is right half as often (measured
    2026-11, tests/bench/effort.py).
    """
    total, steps = numbers[0], []
    for each in numbers[1:]:
        after = total + each
        steps.append(f"{total} {'-' if each < 0 else '+'} {abs(each)} = {after}.")
        total = after
    return f"{' '.join(steps)} The answer is {total}.", total


def with_signs(numbers: Sequence[int], picks: Sequence[bool]) -> list[int]:
    """Return numbers to add up, some taken away, so that no total on the way is below 0.

    Args:
        numbers: The first one begins.
        picks: Whether to take away each number after the first, where that is possible.
    """
    total, signed = numbers[0], [numbers[0]]
    for each, takes_away in zip(numbers[1:], picks, strict=True):
        signed.append(-each if takes_away and each <= total else each)
        total += signed[-1]
    return signed
