"""Products of quantised weights: our kernel beside ggml's own and ggml's other forms.

Run it with `./dev bench matmul`; `--json` prints a list of {name, value, unit, bar, holds}.
Sixteen matrices of random weights, together larger than the caches, are multiplied with one
column of activations as when one answer is written, with eight, and with as many as a prompt
has. ggml's own kernel is what computes weights whose rows have a gap between them, which ours
leaves to it; repacked are those that ggml has another form for, made when a model is loaded,
and with AMX those that it has one for where the processor has a matrix unit. They take turns;
what is told is the median.
"""

import argparse
import ctypes
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf import quants
from tests.engine.ggmlgraph import F32, POINTER, SIZE, Graph, graph, packed, processor

from inglenook.engine import ggml
from inglenook.engine.modules import load_modules
from peers.figure import Figure, at_least, table

ROWS, WIDTH, MATRICES = 2048, 2048, 16
COLUMNS = (1, 8, 512)
TURNS = {1: 15, 8: 9, 512: 3}
THREADS = 2
KINDS = (
    *("Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_XS"),
    *("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "IQ4_NL", "MXFP4"),
)
BAR = 1.0
REPACKED = {"Q4_0", "Q4_K", "IQ4_NL", "MXFP4"}
REPACKED_WIDE = {"Q2_K"}
"""Of which ggml has another form on x86, and with AVX-512 (its repack.cpp, 2026-11)."""
TILED = {"Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_XS"}
"""Of which it has one for Intel's matrix unit (its amx/common.h, 2026-11)."""


def main() -> int:
    """Measure; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--columns", nargs="+", type=int, default=COLUMNS)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    load_modules()
    figures = []
    with processor() as backend:
        for name in chosen.kinds:
            for columns in chosen.columns:
                found = list(compared(backend, Kind[name], columns))
                figures += found
                if not chosen.json:
                    print(table(found), flush=True)
    if chosen.json:
        print(json.dumps([asdict(each) for each in figures], indent=1))
    return int(not all(each.holds for each in figures))


@dataclass(frozen=True, slots=True)
class Products:
    """A graph that multiplies all the matrices with the same columns."""

    here: Graph
    whole: int

    def once(self) -> float:
        """Return the seconds that one computation takes."""
        started = time.perf_counter()
        self.here.compute(self.whole, THREADS)
        return time.perf_counter() - started


def compared(backend: int, kind: Kind, columns: int) -> Iterator[Figure]:
    """Return the figures of one kind of weights and one number of columns."""
    random = np.random.default_rng(0)
    weights = packed(random.standard_normal((ROWS, WIDTH)).astype(np.float32), kind)
    x = random.standard_normal((columns, WIDTH)).astype(np.float32)
    with ExitStack() as stack:
        ways = {
            "ours": products(stack, backend, kind, weights, x),
            "ggml's own": products(stack, backend, kind, weights, x, gap=True),
        }
        for way, place in other_forms(kind):
            ways[way] = products(stack, backend, kind, weights, x, place=place)
        spent = {way: [] for way in ways}
        for _ in range(1 + TURNS.get(columns, 3)):
            for way, made in ways.items():
                spent[way].append(made.once())
    middle = {way: statistics.median(each[1:]) for way, each in spent.items()}
    ours = middle.pop("ours")
    label = f"{kind.name}, {columns} columns"
    rate = MATRICES * ROWS * WIDTH * columns / ours / 1e9
    yield Figure(f"{label}: ours", rate, "G products/s", digits=0)
    for way, other_s in middle.items():
        yield at_least(f"{label}: ours / {way}", other_s / ours, BAR)


def products(
    stack: ExitStack, backend: int, kind: Kind, weights: np.ndarray, x: np.ndarray, **other
) -> Products:
    """Return the graph; see ``_matrices`` for what else can be asked."""
    kept, here = (stack.enter_context(graph(backend)) for _ in range(2))
    columns = here.tensor(x, F32)
    results = [
        here.made("ggml_mul_mat", matrix, columns)
        for matrix in _matrices(kept, kind, weights, **other)
    ]
    here.fill()
    return Products(here, here.plan(*results))


def _matrices(
    kept: Graph, kind: Kind, weights: np.ndarray, gap: bool = False, place: int | None = None
) -> list[int]:
    """Return the matrices, their rows apart by a block, or in a memory of that kind."""
    size, length = quants.GGML_QUANT_SIZES[kind]
    width = WIDTH
    if gap:
        weights, width = np.pad(weights, ((0, 0), (0, length))), WIDTH + size
    whole = [kept.tensor(weights, kind, (ROWS, width)) for _ in range(MATRICES)]
    numbers = [ctypes.c_int64] * 2 + [SIZE] * 2
    views = [
        kept.made("ggml_view_2d", each, WIDTH, ROWS, weights.shape[1], 0, kinds=numbers)
        if gap
        else each
        for each in whole
    ]
    kept.fill(place)
    return views


def other_forms(kind: Kind) -> Iterator[tuple[str, int]]:
    """Yield the memories in which ggml keeps such weights in another form, and their names."""
    device = next(one for one in ggml.devices() if ggml.device_kind(one) == ggml.CPU)
    registry = ggml.function("ggml_backend_dev_backend_reg", POINTER, POINTER)(device)
    find = ggml.function("ggml_backend_reg_get_proc_address", POINTER, POINTER, ctypes.c_char_p)
    listed = ctypes.CFUNCTYPE(ctypes.POINTER(POINTER), POINTER)(
        find(registry, b"ggml_backend_dev_get_extra_bufts")
    )(device)
    name = ggml.function("ggml_backend_buft_name", ctypes.c_char_p, POINTER)
    places = {}
    for place in listed:
        if not place:
            break
        places[name(place)] = place
    features = ggml.processor_features()
    kinds = REPACKED | (REPACKED_WIDE if "AVX512" in features else set())
    if "AVX2" in features and kind.name in kinds and b"CPU_REPACK" in places:
        yield "ggml's repacked", places[b"CPU_REPACK"]
    if kind.name in TILED and b"AMX" in places:
        yield "ggml's with AMX", places[b"AMX"]


if __name__ == "__main__":
    sys.exit(main())
