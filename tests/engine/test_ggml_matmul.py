"""The products of packaging/llama/matmul.cpp beside the same in 64 bits."""

from dataclasses import dataclass

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind
from gguf import quants
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inglenook.engine.modules import load_modules
from tests.engine.ggmlgraph import F32, graph, packed, processor

NEAR = 1e-6
"""Of the sum of all products' sizes; 32 bits keep 6e-8 of each."""

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
    exact = quants.dequantize(weights, case.kind).astype(np.float64)
    given_ = rounded(activations)
    size = np.abs(given_) @ np.abs(exact).T
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
