"""A graph of ggml's that a test fills with numbers, computes and reads."""

import ctypes
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

from inglenook.engine import ggml

F32, F16, I32 = 0, 1, 26
POINTER = ctypes.c_void_p
SIZE = ctypes.c_size_t


class Scratch(ctypes.Structure):
    _fields_ = [("size", SIZE), ("memory", POINTER), ("no_alloc", ctypes.c_bool)]


@contextmanager
def processor():
    """Yield the processor as ggml's backend."""
    device = next(one for one in ggml.devices() if ggml.device_kind(one) == ggml.CPU)
    made = ggml.function("ggml_backend_dev_init", POINTER, POINTER, ctypes.c_char_p)(
        device, None
    )
    try:
        yield made
    finally:
        ggml.function("ggml_backend_free", None, POINTER)(made)


def packed(weights: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    """Return weights as llama.cpp packs them, shape (rows, bytes of a row)."""
    rows, width = weights.shape
    pack = ggml.function(
        "ggml_quantize_chunk",
        SIZE,
        ctypes.c_int,
        *[POINTER] * 2,
        *[ctypes.c_int64] * 3,
        POINTER,
    )
    size, length = GGML_QUANT_SIZES[kind]
    made = np.empty((rows, width // size * length), np.uint8)
    assert (
        pack(kind, weights.ctypes.data, made.ctypes.data, 0, rows, width, None) == made.nbytes
    )
    return made


@dataclass
class Graph:
    """Tensors with their numbers; shapes are numpy's, the innermost last."""

    backend: int
    context: int
    given: list[tuple[int, np.ndarray]] = field(default_factory=list)
    memory: int | None = None

    def tensor(self, values: np.ndarray, kind: int, shape: tuple[int, ...] = ()) -> int:
        """Return a new tensor that will hold the values; the shape if they are packed."""
        sizes = (shape or values.shape)[::-1]
        new = ggml.function(
            "ggml_new_tensor_4d", POINTER, POINTER, ctypes.c_int, *[ctypes.c_int64] * 4
        )
        made = new(self.context, kind, *sizes, *[1] * (4 - len(sizes)))
        self.given.append((made, np.ascontiguousarray(values)))
        return made

    def made(self, name: str, *given, kinds: tuple = ()) -> int:
        """Return what ggml's function of that name makes of tensors, then plain numbers."""
        tensors = [POINTER] * (len(given) - len(kinds))
        return ggml.function(name, POINTER, POINTER, *tensors, *kinds)(self.context, *given)

    def fill(self, place: int | None = None) -> None:
        """Give the tensors memory, of that kind of ggml's if one is named, and numbers."""
        if place is None:
            allocate = ggml.function("ggml_backend_alloc_ctx_tensors", POINTER, *[POINTER] * 2)
        else:
            allocate = ggml.function(
                "ggml_backend_alloc_ctx_tensors_from_buft", POINTER, *[POINTER] * 2
            )
        self.memory = allocate(self.context, place or self.backend)
        put = ggml.function("ggml_backend_tensor_set", None, POINTER, POINTER, SIZE, SIZE)
        for tensor, values in self.given:
            put(tensor, values.ctypes.data, 0, values.nbytes)

    def plan(self, *results: int) -> int:
        """Return ggml's graph of what the results need."""
        made = ggml.function("ggml_new_graph", POINTER, POINTER)(self.context)
        for result in results:
            ggml.function("ggml_build_forward_expand", None, POINTER, POINTER)(made, result)
        return made

    def compute(self, plan: int, threads: int) -> None:
        """Compute a plan."""
        device = ggml.function("ggml_backend_get_device", POINTER, POINTER)(self.backend)
        registry = ggml.function("ggml_backend_dev_backend_reg", POINTER, POINTER)(device)
        find = ggml.function(
            "ggml_backend_reg_get_proc_address", POINTER, POINTER, ctypes.c_char_p
        )
        found = find(registry, b"ggml_backend_set_n_threads")
        ctypes.CFUNCTYPE(None, POINTER, ctypes.c_int)(found)(self.backend, threads)
        compute = ggml.function("ggml_backend_graph_compute", ctypes.c_int, POINTER, POINTER)
        assert compute(self.backend, plan) == 0

    def read(self, result: int, shape: tuple[int, ...]) -> np.ndarray:
        """Return a result's numbers, 32 bits each."""
        found = np.empty(shape, np.float32)
        get = ggml.function("ggml_backend_tensor_get", None, POINTER, POINTER, SIZE, SIZE)
        get(result, found.ctypes.data, 0, found.nbytes)
        return found

    def computed(self, result: int, shape: tuple[int, ...], threads: int) -> np.ndarray:
        """Return a result's numbers, of a graph that was not computed yet."""
        plan = self.plan(result)
        self.fill()
        self.compute(plan, threads)
        return self.read(result, shape)


@contextmanager
def graph(backend: int):
    """Yield a new graph on the backend."""
    made = Graph(
        backend,
        ggml.function("ggml_init", POINTER, Scratch)(
            Scratch(size=1 << 20, memory=None, no_alloc=True)
        ),
    )
    try:
        yield made
    finally:
        if made.memory:
            ggml.function("ggml_backend_buffer_free", None, POINTER)(made.memory)
        ggml.function("ggml_free", None, POINTER)(made.context)
