"""A language model of a few kilobytes with random weights, to try a build of llama.cpp with.

Layout as in models/gguf.py; names of values and tensors as llama.cpp's architecture "llama"
has them (github.com/ggml-org/llama.cpp/blob/master/src/llama-arch.cpp).
"""

import random
import struct
from collections.abc import Mapping, Sequence

_WIDTH, _CONTEXT, _ALIGNMENT = 32, 256, 32
_SPECIAL = ("<unk>", "<s>", "</s>")
_UNKNOWN, _CONTROL, _BYTE = 2, 3, 6
_WHOLE, _WHOLE_IN_ARRAYS, _REAL, _TEXT, _ARRAY = 4, 5, 6, 8, 9
"""Types of values. The types of tokens are signed, single numbers are not."""
_FLOAT32 = 0
_HEADER_VERSION = 3

Metadata = int | float | str | tuple[str, ...] | tuple[float, ...] | tuple[int, ...]


def tiny_model(seed: int = 7) -> bytes:
    """Return a whole GGUF file of some 60 KB whose model writes bytes at random.

    It knows every byte as a token. The token that ends an answer has no weight, so that an
    answer has at least one other token.

    Args:
        seed: Another one gives other weights.
    """
    chance = random.Random(seed)  # noqa: S311 (weights of a model that only has to run)
    tokens = (*_SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)))
    tensors = {
        name: _weights(name, rows, chance) for name, rows in _shapes(len(tokens)).items()
    }
    header = _header(_metadata(tokens), tensors)
    return header + bytes(-len(header) % _ALIGNMENT) + b"".join(map(_packed, tensors.values()))


def _metadata(tokens: tuple[str, ...]) -> dict[str, Metadata]:
    types = (_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * (len(tokens) - len(_SPECIAL)))
    return {
        "general.architecture": "llama",
        "general.name": "Tiny",
        "llama.context_length": _CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.block_count": 1,
        "llama.feed_forward_length": _WIDTH,
        "llama.attention.head_count": 1,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": (0.0,) * len(tokens),
        "tokenizer.ggml.token_type": types,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
    }


def _shapes(tokens: int) -> dict[str, int]:
    """Return how many rows of the model's width each tensor has; 0 for a single vector."""
    layer = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    norms = ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")
    return {
        "token_embd.weight": tokens,
        **{f"blk.0.{name}.weight": _WIDTH for name in layer},
        **{f"{name}.weight": 0 for name in norms},
    }


def _weights(name: str, rows: int, chance: random.Random) -> tuple[int, tuple[float, ...]]:
    if not rows:
        return 0, (1.0,) * _WIDTH
    values = [chance.gauss(0, 0.3) for _ in range(rows * _WIDTH)]
    if name == "token_embd.weight":
        ending = _SPECIAL.index("</s>") * _WIDTH
        values[ending : ending + _WIDTH] = [0.0] * _WIDTH
    return rows, tuple(values)


def _header(
    metadata: Mapping[str, Metadata], tensors: Mapping[str, tuple[int, tuple[float, ...]]]
) -> bytes:
    parts = [b"GGUF", struct.pack("<IQQ", _HEADER_VERSION, len(tensors), len(metadata))]
    for name, value in metadata.items():
        parts += [_text(name), _value(value)]
    place = 0
    for name, (rows, values) in tensors.items():
        sides = (_WIDTH, rows) if rows else (_WIDTH,)
        parts += [_text(name), struct.pack(f"<I{len(sides)}Q", len(sides), *sides)]
        parts.append(struct.pack("<IQ", _FLOAT32, place))
        place += 4 * len(values)  # always a multiple of the alignment
    return b"".join(parts)


def _value(value: Metadata) -> bytes:
    if isinstance(value, tuple):
        items = [_item(each) for each in value]
        kind = _WHOLE_IN_ARRAYS if items[0][0] == _WHOLE else items[0][0]
        body = b"".join(item for _, item in items)
        return struct.pack("<IIQ", _ARRAY, kind, len(value)) + body
    kind, body = _item(value)
    return struct.pack("<I", kind) + body


def _item(value: int | float | str) -> tuple[int, bytes]:
    """Return the type that a value has in GGUF, and its bytes."""
    if isinstance(value, str):
        return _TEXT, _text(value)
    if isinstance(value, float):
        return _REAL, struct.pack("<f", value)
    return _WHOLE, struct.pack("<I", value)


def _text(words: str) -> bytes:
    raw = words.encode()
    return struct.pack("<Q", len(raw)) + raw


def _packed(tensor: tuple[int, Sequence[float]]) -> bytes:
    return struct.pack(f"<{len(tensor[1])}f", *tensor[1])
