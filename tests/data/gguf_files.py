"""Writes tiny GGUF files, well-formed or not, byte by byte."""

import struct
from collections.abc import Iterable, Mapping, Sequence

KINDS = {
    "u8": (0, "<B"), "i8": (1, "<b"), "u16": (2, "<H"), "i16": (3, "<h"), "u32": (4, "<I"),
    "i32": (5, "<i"), "f32": (6, "<f"), "bool": (7, "<B"), "u64": (10, "<Q"),
    "i64": (11, "<q"), "f64": (12, "<d"),
}  # fmt: skip
F32, Q4_0, Q8_0, Q4_K = 0, 2, 8, 12
SIZES = {F32: (1, 4), Q4_0: (32, 18), Q8_0: (32, 34), Q4_K: (256, 144)}


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def u64(number: int) -> bytes:
    return struct.pack("<Q", number)


def text(words: str | bytes) -> bytes:
    raw = words.encode() if isinstance(words, str) else words
    return u64(len(raw)) + raw


def scalar(kind: str, number: float) -> bytes:
    code, layout = KINDS[kind]
    return u32(code) + struct.pack(layout, number)


def string(words: str | bytes) -> bytes:
    return u32(8) + text(words)


def numbers(kind: str, items: Sequence[float]) -> bytes:
    code, layout = KINDS[kind]
    body = b"".join(struct.pack(layout, one) for one in items)
    return u32(9) + u32(code) + u64(len(items)) + body


def strings(items: Iterable[str]) -> bytes:
    encoded = [text(one) for one in items]
    return u32(9) + u32(8) + u64(len(encoded)) + b"".join(encoded)


def value(raw: object) -> bytes:
    """Encode a Python value the usual way: whole numbers as u32, lists by their first item."""
    if isinstance(raw, bytes):
        return raw
    if isinstance(raw, bool):
        return scalar("bool", raw)
    if isinstance(raw, int):
        return scalar("u32", raw)
    if isinstance(raw, float):
        return scalar("f32", raw)
    if isinstance(raw, str):
        return string(raw)
    if raw and isinstance(raw[0], str):
        return strings(raw)
    return numbers("bool" if raw and isinstance(raw[0], bool) else "u32", raw)


def tensor(name: str, shape: Sequence[int], kind: int = F32, offset: int = 0) -> bytes:
    dims = b"".join(u64(one) for one in shape)
    return text(name) + u32(len(shape)) + dims + u32(kind) + u64(offset)


def padded(count: int, step: int = 32) -> int:
    return -(-count // step) * step


def gguf(
    values: Mapping[str, object],
    tensors: Sequence[tuple[str, Sequence[int], int]] = (),
    *,
    version: int = 3,
    data: bool = True,
) -> bytes:
    """Return a whole file; tensors are (name, shape, type) and their data is zeros."""
    head = b"GGUF" + u32(version) + u64(len(tensors)) + u64(len(values))
    body = b"".join(text(key) + value(raw) for key, raw in values.items())
    offset, infos = 0, b""
    for name, shape, kind in tensors:
        infos += tensor(name, shape, kind, offset)
        block, size = SIZES[kind]
        elements = 1
        for one in shape:
            elements *= one
        offset = padded(offset + elements // block * size)
    header = head + body + infos
    header += bytes(padded(len(header)) - len(header))
    return header + bytes(offset if data else 0)


LLAMA = {
    "general.architecture": "llama",
    "general.type": "model",
    "general.name": "tiny-test-1B-it",
    "general.file_type": 2,
    "llama.block_count": 2,
    "llama.context_length": 2048,
    "llama.embedding_length": 64,
    "llama.feed_forward_length": 128,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": ["a", "b", "<end>"],
    "tokenizer.chat_template": "{{ messages }}",
}
TENSORS = [
    ("token_embd.weight", (64, 3), F32),
    ("blk.0.attn_q.weight", (64, 64), Q4_0),
    ("blk.1.attn_q.weight", (64, 64), Q4_0),
    ("output_norm.weight", (64,), F32),
    ("rope_freqs.weight", (16,), F32),
]


def tiny_model(**changes: object) -> bytes:
    """Return a small Llama; keys are given with ``__`` for dots, None takes one away."""
    values = {**LLAMA, **{key.replace("__", "."): raw for key, raw in changes.items()}}
    return gguf({key: raw for key, raw in values.items() if raw is not None}, TENSORS)
