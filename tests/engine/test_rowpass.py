"""A row of logits is read alike by packaging/llama/row.cpp and by numpy."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inglenook.engine import ggml, rowpass
from inglenook.engine.modules import load_modules
from inglenook.engine.rowpass import in_numpy, read_row

TOP = 20
NEAR = 2e-6
"""Of the largest number that matters; 32 bits keep 6e-8 of each."""
AWKWARD = st.sampled_from([0.0, -0.0, 1e-42, -88.5, 3.4e38, -3.4e38, math.inf, -math.inf])
USUAL = st.floats(-100, 100, width=32)


@pytest.fixture(scope="module", autouse=True)
def _modules():
    load_modules()


@pytest.fixture(scope="module")
def native():
    if ggml.processor_function("inglenook_read_row") is None:
        pytest.skip("llama.cpp was built for a processor for which we have no such function")
    return read_row


def rows(numbers):
    """Return rows of up to a few hundred numbers, some of them all alike."""
    sizes = st.integers(1, 400)
    return sizes.flatmap(lambda size: arrays.arrays(np.float32, size, elements=numbers))


def both(native, row):
    return (
        native(row, likeliest=TOP, has_mean=True),
        in_numpy(row, likeliest=TOP, has_mean=True),
    )


def check(native, row):
    ours, other = both(native, row)
    size = max(1.0, *np.abs(row[np.isfinite(row)]).astype(float), 0.0)
    assert ours.log_sum == pytest.approx(other.log_sum, abs=NEAR * size, nan_ok=True)
    assert ours.mean == pytest.approx(other.mean, abs=NEAR * size, nan_ok=True)
    assert list(ours.likeliest) == list(other.likeliest)


@settings(max_examples=150)
@example(np.full(1000, -np.inf, np.float32))
@example(np.array([np.inf, -np.inf, 1], np.float32))
@given(rows(USUAL | AWKWARD))
def test_a_row_is_read_alike_with_and_without_the_library(native, row):
    check(native, row)


@settings(max_examples=60)
@given(rows(USUAL | AWKWARD | st.just(math.nan)), st.integers(0, 399))
def test_a_row_with_what_is_no_number_has_no_sum(native, row, at):
    row[at % len(row)] = np.nan
    for found in both(native, row):
        assert math.isnan(found.log_sum)
    assert not np.isnan(row[list(native(row, likeliest=TOP).likeliest)]).any()
    assert native(row, has_mean=True).mean == pytest.approx(
        in_numpy(row, likeliest=0, has_mean=True).mean, nan_ok=True
    )


@settings(max_examples=20)
@given(st.integers(1, 300_000), st.floats(0.01, 30), st.integers(0, 99))
def test_wide_rows_are_what_the_formula_says(size, spread, seed):
    row = np.random.default_rng(seed).normal(0, spread, size).astype(np.float32)
    wide = row.astype(np.float64)
    found = read_row(row, likeliest=TOP, has_mean=True)
    exact = wide.max() + math.log(np.exp(wide - wide.max()).sum())
    assert found.log_sum == pytest.approx(exact, abs=3e-6)
    assert found.mean == pytest.approx(wide.mean(), abs=1e-6 * spread)
    assert list(found.likeliest) == np.argsort(-row, kind="stable")[:TOP].tolist()


def test_equal_logits_are_listed_in_the_order_of_their_tokens():
    row = np.zeros(5000, np.float32)
    row[[4000, 17, 900]] = 1.0
    for read in (read_row, in_numpy):
        assert list(read(row, likeliest=5, has_mean=False).likeliest) == [17, 900, 4000, 0, 1]


def test_of_few_possible_tokens_no_others_are_listed():
    row = np.full(5000, -np.inf, np.float32)
    row[[3, 2048]] = 1.0, 2.0
    for read in (read_row, in_numpy):
        found = read(row, likeliest=TOP, has_mean=True)
        assert list(found.likeliest) == [2048, 3]
        assert found.mean == 1.5
        assert found.log_sum == pytest.approx(math.log(math.exp(1) + math.exp(2)))


def test_a_row_that_rises_all_the_way_is_ranked(native):
    row = np.arange(-3000, 3000, dtype=np.float32)
    check(native, row)


@pytest.mark.parametrize("gap", [2, -1])
def test_numbers_with_gaps_between_them_are_refused(native, gap):
    with pytest.raises((TypeError, ValueError)):
        native(np.zeros(100, np.float32)[::gap])


def test_numbers_that_are_too_narrow_are_refused(native):
    with pytest.raises(ValueError, match="size"):
        native(np.zeros(100, np.float16))


def test_a_library_without_the_function_leaves_the_work_to_numpy(monkeypatch):
    monkeypatch.setattr(ggml, "processor_function", lambda _name: None)
    rowpass._native.cache_clear()
    row = np.arange(100, dtype=np.float32)
    try:
        found = read_row(row, likeliest=2, has_mean=True)
    finally:
        rowpass._native.cache_clear()
    assert found == in_numpy(row, likeliest=2, has_mean=True)
    assert found.likeliest == [99, 98]
