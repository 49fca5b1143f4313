"""The attention of packaging/llama/attention.cpp beside the same in 64 bits."""

import ctypes
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.engine.ggmlgraph import F16, F32, POINTER, graph, processor

from inglenook.engine import ggml
from inglenook.engine.modules import load_modules

NEAR = 2e-5
"""ggml's own adds in 16 bits, and is 50 times as far away."""


@dataclass(frozen=True)
class Case:
    """A question to the attention; see ``ggml_flash_attn_ext``."""

    rows: int = 2
    cells: int = 64
    heads_kv: int = 2
    shared: int = 3
    key: int = 64
    value: int = 64
    seen: float = 0.3
    softcap: float = 0.0
    slope: float = 0.0
    sinks: bool = False
    masked: bool = True
    threads: int = 2
    seed: int = 0

    @property
    def has_mask(self) -> bool:
        return self.masked or bool(self.slope)

    @property
    def heads(self) -> int:
        return self.heads_kv * self.shared


@pytest.fixture(scope="module")
def backend():
    load_modules()
    with processor() as made:
        yield made


def inputs(case: Case) -> dict[str, np.ndarray]:
    """Return q (rows, heads, key), k and v (cells, heads_kv, ...), mask (rows, cells)."""
    random = np.random.default_rng(case.seed)
    mask = np.where(random.random((case.rows, case.cells)) < case.seen, 0.0, -np.inf)
    mask[:, random.integers(case.cells)] = 0.0  # every row sees something: itself
    mask[0] = np.where(np.arange(case.cells) < max(1, case.cells // 2), 0.0, -np.inf)
    if case.slope:
        mask -= random.integers(0, 9, case.cells)
    if not case.has_mask:
        mask[:] = 0.0
    return {
        "q": random.standard_normal((case.rows, case.heads, case.key)).astype(np.float32),
        "k": random.standard_normal((case.cells, case.heads_kv, case.key)).astype(np.float16),
        "v": random.standard_normal((case.cells, case.heads_kv, case.value)).astype(np.float16),
        "mask": mask.astype(np.float16),
        "sinks": random.standard_normal(case.heads).astype(np.float32),
    }


def slopes(case: Case) -> np.ndarray:
    """Return ALiBi's factor of each head (Press et al. 2022, arXiv:2108.12409)."""
    if not case.slope:
        return np.ones(case.heads)
    power = 2 ** int(np.log2(case.heads))
    head = np.arange(case.heads)
    first = 2.0 ** (-case.slope / power * (head + 1))
    rest = 2.0 ** (-case.slope / 2 / power * (2 * (head - power) + 1))
    return np.where(head < power, first, rest)


def exact(case: Case, given: dict[str, np.ndarray]) -> np.ndarray:
    """Return the result in 64 bits, shape (rows, heads, value)."""
    q, k, v = (given[name].astype(np.float64) for name in "qkv")
    k, v = (np.repeat(each, case.shared, axis=1) for each in (k, v))
    scores = np.einsum("rhd,chd->rhc", q, k) / np.sqrt(case.key)
    if case.softcap:
        scores = case.softcap * np.tanh(scores / case.softcap)
    scores += given["mask"].astype(np.float64)[:, None, :] * slopes(case)[None, :, None]
    most = scores.max(axis=2, keepdims=True)
    sinks = given["sinks"].astype(np.float64)[None, :, None]
    if case.sinks:
        most = np.maximum(most, sinks)
    shares = np.exp(scores - most)
    total = shares.sum(axis=2, keepdims=True)
    if case.sinks:
        total = total + np.exp(sinks - most)
    return np.einsum("rhc,chd->rhd", shares / total, v)


def computed(backend, case: Case, given: dict[str, np.ndarray]) -> np.ndarray:
    """Return what ggml makes of the same, the cache laid out as llama.cpp does."""
    with graph(backend) as here:
        kinds = {"q": F32, "k": F16, "v": F16, "mask": F16, "sinks": F32}
        plain = {name: here.tensor(given[name], kind) for name, kind in kinds.items()}
        turn = [ctypes.c_int] * 4
        turned = [
            here.made("ggml_permute", plain[name], 0, 2, 1, 3, kinds=turn) for name in "qkv"
        ]
        mask = plain["mask"] if case.has_mask else None
        numbers = (case.key**-0.5, case.slope, case.softcap)
        result = here.made(
            "ggml_flash_attn_ext", *turned, mask, *numbers, kinds=[ctypes.c_float] * 3
        )
        if case.sinks:
            add = ggml.function("ggml_flash_attn_ext_add_sinks", None, POINTER, POINTER)
            add(result, plain["sinks"])
        return here.computed(result, (case.rows, case.heads, case.value), case.threads)


cases = st.builds(
    Case,
    rows=st.one_of(st.integers(1, 9), st.integers(10, 70)),
    cells=st.integers(1, 700),
    heads_kv=st.integers(1, 3),
    shared=st.integers(1, 18),
    key=st.sampled_from((32, 64, 80, 128)),
    value=st.sampled_from((32, 64, 96, 128)),
    seen=st.floats(0.0, 1.0),
    softcap=st.sampled_from((0.0, 0.0, 20.0)),
    slope=st.sampled_from((0.0, 0.0, 8.0)),
    sinks=st.booleans(),
    masked=st.booleans(),
    threads=st.integers(1, 4),
    seed=st.integers(0, 1000),
)


@settings(max_examples=60)
@example(Case(rows=1, cells=512, threads=2))
@example(Case(rows=1, cells=4096, heads_kv=1, shared=1, threads=4))
@example(Case(rows=63, cells=300, key=128, value=128))
@example(Case(rows=70, cells=700, seen=0.9, slope=8.0))
@example(Case(rows=40, cells=600, seen=1.0, sinks=True, softcap=20.0))
@example(Case(rows=3, cells=200, heads_kv=1, shared=40, key=576, value=512))
@given(cases)
def test_attention_is_what_its_formula_says(backend, case):
    given_ = inputs(case)
    found, wanted = computed(backend, case, given_), exact(case, given_)
    assert np.abs(found - wanted).max() < NEAR * max(1.0, np.abs(wanted).max())


def test_the_result_does_not_depend_on_what_lies_between_the_cells_that_are_seen(backend):
    close = Case(rows=1, cells=48, seen=1.0, threads=1)
    given_ = inputs(close)
    given_["mask"][:] = 0.0
    far = dict(given_)
    for name in "kv":
        noise = np.full((48, 8, *given_[name].shape[1:]), 7.0, np.float16)
        noise[:, 3] = given_[name]
        far[name] = noise.reshape(384, *given_[name].shape[1:])
    far["mask"] = np.full((1, 384), -np.inf, np.float16)
    far["mask"][:, 3::8] = 0.0
    wide = Case(rows=1, cells=384, threads=1)
    assert np.array_equal(computed(backend, close, given_), computed(backend, wide, far))


@settings(max_examples=30)
@given(cases, st.integers(0, 69))
def test_a_row_does_not_depend_on_its_company_nor_on_the_threads(backend, case, row):
    case = replace(case, rows=max(case.rows, 33))
    row %= case.rows
    given_ = inputs(case)
    alone = {**given_, "q": given_["q"][row : row + 1], "mask": given_["mask"][row : row + 1]}
    together = computed(backend, case, given_)
    one = computed(backend, replace(case, rows=1, threads=case.threads % 3 + 1), alone)
    assert np.array_equal(one[0], together[row])


def test_a_row_of_a_prompt_is_the_same_however_the_prompt_is_cut(backend):
    whole = Case(rows=600, cells=600, heads_kv=1, threads=2)
    given_ = inputs(whole)
    given_["mask"] = np.where(np.tri(600, dtype=bool), 0.0, -np.inf).astype(np.float16)
    expected = computed(backend, whole, given_)
    for first, end in ((0, 40), (40, 41), (250, 260), (299, 599)):
        piece = {**given_, "q": given_["q"][first:end], "mask": given_["mask"][first:end]}
        found = computed(backend, replace(whole, rows=end - first), piece)
        assert np.array_equal(found, expected[first:end])
