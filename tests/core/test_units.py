"""Numbers as people read them."""

import pytest

from inglenook.core.units import (
    GIB,
    KIB,
    MIB,
    bytes_in_words,
    count_in_words,
    parameters_in_words,
    rate_in_words,
    seconds_in_words,
)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1023, "1 KB"),
        (92 * MIB, "92 MB"),
        (999 * KIB, "999 KB"),
        (int(4.6 * GIB), "4.6 GB"),
        (int(99.96 * GIB), "100 GB"),
        (3 * 1024 * GIB, "3.0 TB"),
        (5000 * 1024 * GIB, "5000 TB"),
        (-2 * GIB, "-2.0 GB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert bytes_in_words(count) == words


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [
        (0.0, "0 ms"),
        (0.003, "3 ms"),
        (0.0996, "0.1 s"),
        (0.4, "0.4 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (60.0, "1 min"),
        (125.0, "2 min 5 s"),
        (3600.0, "1 h"),
        (3660.0, "1 h 1 min"),
    ],
)
def test_durations(duration_s: float, words: str) -> None:
    assert seconds_in_words(duration_s) == words


@pytest.mark.parametrize(
    ("tokens_per_s", "words"),
    [(0.25, "0.2 tokens/s"), (9.94, "9.9 tokens/s"), (41.2, "41 tokens/s")],
)
def test_rates(tokens_per_s: float, words: str) -> None:
    assert rate_in_words(tokens_per_s) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(950, "950"), (3_100, "3.1k"), (9_949, "9.9k"), (128_000, "128k"), (1_200_000, "1.2M")],
)
def test_counts(count: int, words: str) -> None:
    assert count_in_words(count) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, ""), (-5, ""), (362_000_000, "362M"), (999_800_000, "1B"), (8_190_000_000, "8.2B"),
     (116_800_000_000, "117B"), (10, "1M")],
)  # fmt: skip
def test_parameters_are_told_in_short(count, words):
    assert parameters_in_words(count) == words
