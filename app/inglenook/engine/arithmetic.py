"""A small product on the processor, to see whether this build's instructions are its own.

Choosing a module by what the processor says of itself is not enough: a virtual machine may
announce what it does not run, and a library built for another processor announces nothing.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

from inglenook.engine import ggml

# enum ggml_type: F16, Q4_0, Q4_1, Q8_0, Q4_K, Q6_K; one for each family of kernels.
_TYPES = (1, 2, 3, 8, 12, 14)
_F32 = 0
_WIDTH, _ROWS = 256, 32
_COLUMNS = (1, 8)  # an answer's next token, and a piece of a prompt
_SCRATCH_BYTES = 1 << 20
_POINTER = ctypes.c_void_p


class _Scratch(ctypes.Structure):
    """struct ggml_init_params."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("memory", _POINTER),
        ("no_alloc", ctypes.c_bool),
    ]


def try_processor() -> bool:
    """Multiply matrices of the usual types; a process without these instructions ends here.

    Returns:
        False if there is no processor to compute with.
    """
    device = next((one for one in ggml.devices() if ggml.device_kind(one) == ggml.CPU), None)
    if device is None:
        return False
    start = ggml.function("ggml_backend_dev_init", _POINTER, _POINTER, ctypes.c_char_p)
    backend = start(device, None)
    if not backend:
        return False
    try:
        return all(_multiply(backend, kind, count) for kind in _TYPES for count in _COLUMNS)
    finally:
        ggml.function("ggml_backend_free", None, _POINTER)(backend)


def _multiply(backend: int, kind: int, columns: int) -> bool:
    with _scratch() as scratch:
        weights, values = _tensor(scratch, kind, _ROWS), _tensor(scratch, _F32, columns)
        multiply = ggml.function("ggml_mul_mat", _POINTER, _POINTER, _POINTER, _POINTER)
        product = multiply(scratch, weights, values)
        graph = ggml.function("ggml_new_graph", _POINTER, _POINTER)(scratch)
        ggml.function("ggml_build_forward_expand", None, _POINTER, _POINTER)(graph, product)
        with _memory(scratch, backend):
            compute = ggml.function(
                "ggml_backend_graph_compute", ctypes.c_int, _POINTER, _POINTER
            )
            return int(compute(backend, graph)) == 0


def _tensor(scratch: int, kind: int, rows: int) -> int:
    make = ggml.function(
        "ggml_new_tensor_2d", _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64, ctypes.c_int64
    )
    return int(make(scratch, kind, _WIDTH, rows))


@contextmanager
def _scratch() -> Iterator[int]:
    start = ggml.function("ggml_init", _POINTER, _Scratch)
    scratch = start(_Scratch(size=_SCRATCH_BYTES, memory=None, no_alloc=True))
    try:
        yield scratch
    finally:
        ggml.function("ggml_free", None, _POINTER)(scratch)


@contextmanager
def _memory(scratch: int, backend: int) -> Iterator[None]:
    """Give the tensors memory, all zeros."""
    allocate = ggml.function("ggml_backend_alloc_ctx_tensors", _POINTER, _POINTER, _POINTER)
    buffer = allocate(scratch, backend)
    ggml.function("ggml_backend_buffer_clear", None, _POINTER, ctypes.c_uint8)(buffer, 0)
    try:
        yield
    finally:
        ggml.function("ggml_backend_buffer_free", None, _POINTER)(buffer)
