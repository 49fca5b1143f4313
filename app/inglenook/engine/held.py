"""What a context and its model take of each device's memory, as llama.cpp counts it itself."""

import ctypes
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from inglenook.engine import ggml
from inglenook.engine.lib import Handle, api, declared_here

# The function is not for C: it returns a std::map from kinds of buffers to three sizes. Two
# standard libraries lay it out differently; where neither is known nothing is asked.
_FUNCTION = "_Z26llama_get_memory_breakdownPK13llama_context"
_WORD = ctypes.sizeof(ctypes.c_void_p)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a std::map and its nodes keep things, in words."""

    map_words: int
    root: int
    count: int
    left: int
    right: int
    value: int


_LAYOUTS = {
    "linux": _Layout(6, root=2, count=5, left=2, right=3, value=4),  # libstdc++
    "darwin": _Layout(3, root=1, count=2, left=0, right=1, value=4),  # libc++
}
# A mapped file counts from its first to its last tensor in main memory. What lies between and
# was copied into another form is counted once, there: the system may drop the file's pages.
_MAPPED = "CPU_Mapped"
# No build has more kinds of buffers; a count beyond it means that the layout is another one.
_MOST_KINDS = 64


@dataclass(frozen=True, slots=True)
class Held:
    """Memory on one device, in bytes.

    Attributes:
        device: ggml's name; ``"CPU"`` for main memory.
        kv_bytes: Caches and recurrent states.
        compute_bytes: Of the graphs; in main memory the rows of scores too.
    """

    device: str
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int


def held(context_handle: Handle, *, scores_bytes: int) -> tuple[Held, ...]:
    """Return what is held, by device, main memory last.

    Of a model that was loaded without allocating it is what would be held.

    Args:
        context_handle: llama.cpp's context.
        scores_bytes: Of the rows of scores, which llama.cpp does not count.

    Returns:
        Nothing where this build cannot tell.
    """
    sizes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    sizes["CPU"][2] += scores_bytes
    kinds = list(_breakdown(context_handle))
    mapped_bytes = 0
    for kind, *each in kinds:
        sums = sizes[ggml.holder(kind)]
        sums[:] = [before + more for before, more in zip(sums, each, strict=True)]
        if ggml.text("ggml_backend_buft_name", kind) == _MAPPED:
            mapped_bytes += each[0]
    main = sizes.pop("CPU")
    main[0] = mapped_bytes or main[0]
    devices = [Held(name, *sizes[name]) for name in sorted(sizes) if any(sizes[name])]
    return (*devices, Held("CPU", *main)) if kinds else ()


def _breakdown(context_handle: Handle) -> Iterator[tuple[int, int, int, int]]:
    """Yield kinds of buffers with bytes of weights, caches and graphs."""
    layout = _LAYOUTS.get(sys.platform)
    ask = declared_here(api._lib, _FUNCTION)  # noqa: SLF001 (no public name)
    if layout is None or ask is None or _WORD != 8:
        return
    answer_type = type(
        "_Map",
        (ctypes.Structure,),
        {"_fields_": [("words", ctypes.c_size_t * layout.map_words)]},
    )
    ask.restype, ask.argtypes = answer_type, [ctypes.c_void_p]
    # The nodes are never freed: some hundred bytes, once a load.
    words = ask(context_handle).words
    if 0 < words[layout.count] <= _MOST_KINDS:
        yield from _nodes(words[layout.root], layout)


def _nodes(address: int, layout: _Layout) -> Iterator[tuple[int, int, int, int]]:
    if not address:
        return
    node = (ctypes.c_size_t * (layout.value + 4)).from_address(address)
    yield from _nodes(node[layout.left], layout)
    kind, weights, kv, compute = node[layout.value : layout.value + 4]
    yield kind, weights, kv, compute
    yield from _nodes(node[layout.right], layout)
