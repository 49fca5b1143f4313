"""The products of packaging/llama/matmul.cpp beside the same in 64 bits."""

import ctypes
from dataclasses import dataclass, replace

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind
from gguf import quants
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.engine.ggmlgraph import F32, I32, graph, packed, processor

from inglenook.engine import ggml
from inglenook.engine.modules import load_modules

NEAR = 1e-6
"""Of the largest weight of a row times all activations; 32 bits keep 6e-8 of each."""

KINDS = (
    Kind.Q4_0,
    Kind.Q4_1,
    Kind.Q5_0,
    Kind.Q5_1,
    Kind.Q8_0,
    Kind.Q2_K,
    Kind.Q3_K,
    Kind.Q4_K,
    Kind.Q5_K,
    Kind.Q6_K,
    Kind.IQ4_NL,
    Kind.IQ4_XS,
    Kind.MXFP4,
)


@dataclass(frozen=True)
class Case:
    """A matrix of weights and columns of activations."""

    kind: Kind
    rows: int = 48
    blocks: int = 2
    columns: int = 3
    threads: int = 2
    seed: int = 0

    @property
    def width(self) -> int:
        """Weights of a row."""
        return self.blocks * quants.GGML_QUANT_SIZES[self.kind][0]


@pytest.fixture(scope="module")
def backend():
    load_modules()
    if "INGLENOOK_MATMUL" not in ggml.processor_features():
        pytest.skip("llama.cpp was built for a processor for which we have no kernel")
    with processor() as made:
        yield made


def inputs(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return packed weights and activations, shape (columns, width)."""
    random = np.random.default_rng(case.seed)
    weights = random.standard_normal((case.rows, case.width)).astype(np.float32)
    activations = random.standard_normal((case.columns, case.width)).astype(np.float32)
    activations *= random.lognormal(0, 2, (1, case.width)).astype(np.float32)
    activations[:, : case.width // 4] *= random.integers(0, 2)  # sometimes nothing but zeros
    return packed(weights, case.kind), activations


def unpacked(weights: np.ndarray, kind: Kind) -> np.ndarray:
    """Return packed weights in 64 bits."""
    return quants.dequantize(weights, kind).astype(np.float64)


def rounded(activations: np.ndarray) -> np.ndarray:
    """Return the activations as they are after rounding to 8 bits in blocks of 32."""
    blocks = activations.reshape(-1, 32)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)
    inverse = np.divide(np.float32(1), scale, where=scale > 0, out=np.zeros_like(scale))
    whole = np.rint(blocks * inverse).astype(np.float64)
    return (whole * scale).reshape(activations.shape)


def computed(backend, case: Case, weights: np.ndarray, activations: np.ndarray) -> np.ndarray:
    """Return what ggml makes of it, shape (columns, rows)."""
    with graph(backend) as here:
        w = here.tensor(weights, case.kind, (case.rows, case.width))
        x = here.tensor(activations, F32)
        result = here.made("ggml_mul_mat", w, x)
        return here.computed(result, (len(activations), case.rows), case.threads)


cases = st.builds(
    Case,
    kind=st.sampled_from(KINDS),
    rows=st.integers(16, 130),
    blocks=st.integers(1, 40),
    columns=st.integers(1, 140),
    threads=st.integers(1, 4),
    seed=st.integers(0, 1000),
)


@settings(max_examples=60)
@example(Case(Kind.Q4_1, rows=576, blocks=48, columns=8))
@example(Case(Kind.Q6_K, rows=16, blocks=1, columns=1, threads=4))
@given(cases)
def test_a_product_is_what_its_formula_says(backend, case):
    check(backend, case)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_weights_is_read_as_it_was_packed(backend, kind):
    check(backend, Case(kind, rows=37, blocks=3, columns=5))


def check(backend, case: Case) -> None:
    weights, activations = inputs(case)
    exact = unpacked(weights, case.kind)
    given_ = rounded(activations)
    size = np.abs(given_).sum(axis=1)[:, None] * np.abs(exact).max(axis=1)
    error = np.abs(computed(backend, case, weights, activations) - given_ @ exact.T)
    assert (error / np.maximum(size, 1e-30)).max() < NEAR


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_column_does_not_depend_on_its_company_nor_on_the_threads(backend, kind):
    case = Case(kind, rows=70, blocks=5, columns=75, threads=3)
    weights, activations = inputs(case)
    together = computed(backend, case, weights, activations)
    for column in (0, 7, 63, 74):
        alone = Case(kind, rows=70, blocks=5, columns=1, threads=1)
        one = computed(backend, alone, weights, activations[column : column + 1])
        assert np.array_equal(one[0], together[column])


experts = st.builds(
    Case,
    kind=st.sampled_from(KINDS),
    rows=st.integers(16, 70),
    blocks=st.integers(1, 4),
    columns=st.integers(1, 90),
    threads=st.integers(1, 4),
    seed=st.integers(0, 1000),
)


@settings(max_examples=40)
@given(experts, st.integers(1, 9), st.integers(1, 4), st.booleans())
def test_each_column_is_multiplied_with_the_experts_that_are_named_for_it(
    backend, case, matrices, used, is_shared
):
    random = np.random.default_rng(case.seed)
    used = min(used, matrices)
    weights = [inputs(replace(case, seed=seed))[0] for seed in range(matrices)]
    _, activations = inputs(replace(case, columns=case.columns * (1 if is_shared else used)))
    activations = activations.reshape(case.columns, -1, case.width)
    ids = np.array([random.permutation(matrices)[:used] for _ in range(case.columns)], np.int32)
    with graph(backend) as here:
        w = here.tensor(np.stack(weights), case.kind, (matrices, case.rows, case.width))
        x = here.tensor(activations, F32)
        result = here.made("ggml_mul_mat_id", w, x, here.tensor(ids, I32))
        found = here.computed(result, (case.columns, used, case.rows), case.threads)
    exact = np.stack([unpacked(each, case.kind) for each in weights])
    given_ = np.broadcast_to(rounded(activations), (case.columns, used, case.width))
    wanted = np.einsum("tkrw,tkw->tkr", exact[ids], given_)
    size = np.abs(given_).sum(axis=2)[:, :, None] * np.abs(exact).max(axis=2)[ids]
    assert (np.abs(found - wanted) / np.maximum(size, 1e-30)).max() < NEAR


def test_activations_may_lie_in_any_order(backend):
    case = Case(Kind.Q4_K, rows=40, columns=7)
    weights, activations = inputs(replace(case, columns=7 * 3))
    turned = np.ascontiguousarray(activations.reshape(7, 3, -1).transpose(1, 0, 2))
    with graph(backend) as here:
        w = here.tensor(weights, case.kind, (case.rows, case.width))
        x = here.tensor(turned, F32)
        there = here.made("ggml_permute", x, 0, 2, 1, 3, kinds=[ctypes.c_int] * 4)
        found = here.computed(here.made("ggml_mul_mat", w, there), (7, 3, case.rows), 2)
    straight = computed(backend, case, weights, activations)
    assert np.array_equal(found.reshape(21, -1), straight)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("columns", [1, 5, 20])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_does_not_become_one(backend, kind, columns, wrong):
    case = Case(kind, columns=columns)
    weights, activations = inputs(case)
    clean = computed(backend, case, weights, activations)
    activations[columns - 1, 40] = wrong
    found = computed(backend, case, weights, activations)
    assert np.isnan(found[-1]).all()
    assert np.array_equal(found[:-1], clean[:-1])


def test_activations_too_small_to_be_rounded_are_nothing(backend):
    case = Case(Kind.Q8_0)
    weights, activations = inputs(case)
    assert not computed(backend, case, weights, activations * np.float32(1e-42)).any()
