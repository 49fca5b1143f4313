"""Models with the real shapes of published ones, whose numbers are holes in a sparse file.

A file says all that placement depends on (keys, tensors, their types) and takes only some
kilobytes of the disk. Types follow llama.cpp's rules for Q4_K_M, so sizes come out as
published: 4.58 GiB for Llama-3.1-8B, 15.4 for Gemma-3-27B, 17.3 for Qwen3-30B-A3B.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

from tests.data.gguf_files import numbers, padded, tensor, text, u32, u64, value

from inglenook.models.quant import TENSOR_TYPES

F32, F16, Q8_0, Q4_K, Q6_K, MXFP4, Q5_0 = 0, 1, 8, 12, 14, 39, 6
Shape = tuple[int, ...]
Tensors = Iterator[tuple[str, Shape]]
_LAYER = re.compile(r"blk\.(\d+)\.(.*)")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One model's shape.

    Attributes:
        keys: Of its architecture, without the architecture's name.
        tensors: Yields name and shape; the first dimension is the row.
    """

    name: str
    arch: str
    vocabulary: int
    keys: Mapping[str, object]
    tensors: Callable[["Skeleton"], Tensors]
    type_of: Callable[["Skeleton", str, Shape], int]

    @property
    def layers(self) -> int:
        return int(str(self.keys["block_count"]))


def write(folder: Path, name: str, *, quant: str = "Q4_K_M", words: bool = False) -> Path:
    """Write a skeleton.

    Args:
        quant: ``"F16"`` instead of the published mix.
        words: With a vocabulary of made-up words, so that the engine can load it whole.
    """
    one = SKELETONS[name]
    path = folder / f"{name}-{quant}.gguf"
    keys: dict[str, object] = {
        "general.architecture": one.arch,
        "general.name": name,
        "general.file_type": 1 if quant == "F16" else 15,
        **{f"{one.arch}.{key}": raw for key, raw in one.keys.items()},
        f"{one.arch}.vocab_size": one.vocabulary,
        **(_words(one.vocabulary) if words else {"tokenizer.ggml.model": "no_vocab"}),
    }
    tensors = list(one.tensors(one))
    offset, infos = 0, []
    for tensor_name, shape in tensors:
        kind = one.type_of(one, tensor_name, shape)
        if quant == "F16" and kind != F32:
            kind = F16
        infos.append(tensor(tensor_name, shape, kind, offset))
        packing = TENSOR_TYPES[kind]
        assert shape[0] % packing.block == 0, (tensor_name, shape)
        offset += padded(prod(shape) // packing.block * packing.block_bytes)
    body = [text(key) + value(raw) for key, raw in keys.items()]
    header = b"".join([b"GGUF", u32(3), u64(len(infos)), u64(len(body)), *body, *infos])
    with path.open("wb") as out:
        out.write(header)
        out.truncate(padded(len(header)) + offset)
    return path


def _words(count: int) -> dict[str, object]:
    specials = ["<unk>", "<s>", "</s>"]
    letters = [f"<0x{byte:02X}>" for byte in range(256)]
    made_up = [f"▁w{at:x}" for at in range(count - len(specials) - len(letters))]
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": specials + letters + made_up,
        "tokenizer.ggml.scores": numbers("f32", [0.0] * count),
        "tokenizer.ggml.token_type": numbers("i32", [2, 3, 3, *[6] * 256, *[1] * len(made_up)]),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
    }


# --- types ---


def _q4_k_m(one: Skeleton, name: str, shape: Shape) -> int:
    """Return the type that Q4_K_M gives a tensor."""
    if len(shape) == 1 or "norm" in name or "gate_inp" in name or ".ssm_" in name:
        is_matrix = name.endswith(("ssm_in.weight", "ssm_out.weight"))
        return Q4_K if is_matrix else F32
    if name == "output.weight" or (name == "token_embd.weight" and not _has_output(one)):
        return Q6_K
    found = _LAYER.match(name)
    is_wide = found is not None and found[2].startswith(("attn_v", "ffn_down"))
    if found is not None and is_wide and _gets_more_bits(int(found[1]), one.layers):
        return Q6_K if shape[0] % 256 == 0 else Q8_0
    return Q4_K if shape[0] % 256 == 0 else Q5_0


def _mxfp4(one: Skeleton, name: str, shape: Shape) -> int:
    """Return the types of the published gpt-oss: experts in MXFP4, matrices in Q8_0."""
    if len(shape) == 1 or "norm" in name or "gate_inp" in name or name.endswith("bias"):
        return F32
    return MXFP4 if "_exps" in name else Q8_0


def _gets_more_bits(layer: int, layers: int) -> bool:
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def _has_output(one: Skeleton) -> bool:
    return any(name == "output.weight" for name, _ in one.tensors(one))


# --- shapes ---


def _ends(one: Skeleton, *, tied: bool = False) -> Tensors:
    width = int(str(one.keys["embedding_length"]))
    yield "token_embd.weight", (width, one.vocabulary)
    yield "output_norm.weight", (width,)
    if not tied:
        yield "output.weight", (width, one.vocabulary)


def _layer(index: int, tensors: Mapping[str, Shape]) -> Tensors:
    for name, shape in tensors.items():
        ending = "" if name.endswith((".bias", "ssm_a", "ssm_d")) else ".weight"
        yield f"blk.{index}.{name}{ending}", shape


def _dense(width: int, heads: int, keys: int, head: int, inner: int) -> dict[str, Shape]:
    return {
        "attn_norm": (width,),
        "attn_q": (width, heads * head),
        "attn_k": (width, keys * head),
        "attn_v": (width, keys * head),
        "attn_output": (heads * head, width),
        "ffn_norm": (width,),
        "ffn_gate": (width, inner),
        "ffn_up": (width, inner),
        "ffn_down": (inner, width),
    }


def _experts(width: int, inner: int, count: int) -> dict[str, Shape]:
    return {
        "ffn_gate_inp": (width, count),
        "ffn_gate_exps": (width, inner, count),
        "ffn_up_exps": (width, inner, count),
        "ffn_down_exps": (inner, width, count),
    }


def _attention(width: int, heads: int, keys: int, head: int) -> dict[str, Shape]:
    dense = _dense(width, heads, keys, head, 0)
    return {name: shape for name, shape in dense.items() if name.startswith("attn")}


def _llama(one: Skeleton) -> Tensors:
    yield from _ends(one)
    yield "rope_freqs.weight", (64,)
    for at in range(32):
        yield from _layer(at, _dense(4096, 32, 8, 128, 14336))


def _qwen25(one: Skeleton) -> Tensors:
    yield from _ends(one)
    biases = {"attn_q.bias": (8192,), "attn_k.bias": (1024,), "attn_v.bias": (1024,)}
    for at in range(80):
        yield from _layer(at, _dense(8192, 64, 8, 128, 29568) | biases)


def _gemma3(one: Skeleton) -> Tensors:
    yield from _ends(one, tied=True)
    norms = {"post_attention_norm": (5376,), "post_ffw_norm": (5376,)}
    norms |= {"attn_q_norm": (128,), "attn_k_norm": (128,)}
    for at in range(62):
        yield from _layer(at, _dense(5376, 32, 16, 128, 21504) | norms)


def _qwen3moe(one: Skeleton) -> Tensors:
    yield from _ends(one)
    norms = {"attn_q_norm": (128,), "attn_k_norm": (128,), "ffn_norm": (2048,)}
    for at in range(48):
        block = _attention(2048, 32, 4, 128) | norms | _experts(2048, 768, 128)
        yield from _layer(at, block)


def _gpt_oss(one: Skeleton) -> Tensors:
    yield from _ends(one)
    biases = {
        "attn_q.bias": (4096,), "attn_k.bias": (512,), "attn_v.bias": (512,),
        "attn_output.bias": (2880,), "ffn_gate_inp.bias": (32,),
        "ffn_gate_exps.bias": (2880, 32), "ffn_up_exps.bias": (2880, 32),
        "ffn_down_exps.bias": (2880, 32),
    }  # fmt: skip
    more = {"attn_sinks": (64,), "post_attention_norm": (2880,)}
    for at in range(24):
        block = _attention(2880, 64, 8, 64) | biases | more | _experts(2880, 2880, 32)
        yield from _layer(at, block)


def _deepseek2(one: Skeleton) -> Tensors:
    yield from _ends(one)
    latent = {
        "attn_norm": (2048,), "attn_q": (2048, 3072), "attn_kv_a_mqa": (2048, 576),
        "attn_kv_a_norm": (512,), "attn_k_b": (128, 512, 16), "attn_v_b": (512, 128, 16),
        "attn_output": (2048, 2048), "ffn_norm": (2048,),
    }  # fmt: skip
    shared = {
        "ffn_gate_shexp": (2048, 2816), "ffn_up_shexp": (2048, 2816),
        "ffn_down_shexp": (2816, 2048),
    }  # fmt: skip
    first = {"ffn_gate": (2048, 10944), "ffn_up": (2048, 10944), "ffn_down": (10944, 2048)}
    for at in range(27):
        yield from _layer(at, latent | (_experts(2048, 1408, 64) | shared if at else first))


def _granite(one: Skeleton) -> Tensors:
    yield from _ends(one, tied=True)
    mixer = {
        "attn_norm": (1536,), "ssm_in": (1536, 6448), "ssm_conv1d": (4, 3328),
        "ssm_conv1d.bias": (3328,), "ssm_dt.bias": (48,), "ssm_a": (1, 48), "ssm_d": (1, 48),
        "ssm_norm": (3072, 1), "ssm_out": (3072, 1536),
    }  # fmt: skip
    shared = {
        "ffn_norm": (1536,), "ffn_gate_shexp": (1536, 1024), "ffn_up_shexp": (1536, 1024),
        "ffn_down_shexp": (1024, 1536),
    }  # fmt: skip
    for at in range(40):
        block = _attention(1536, 12, 4, 128) if at in _GRANITE_ATTENTION else mixer
        yield from _layer(at, block | shared | _experts(1536, 512, 64))


_GRANITE_ATTENTION = (5, 15, 25, 35)


def _keys(
    layers: int,
    width: int,
    inner: int,
    heads: int,
    kv_heads: object,
    trained: int,
    **more: object,
) -> dict[str, object]:
    return {
        "block_count": layers,
        "embedding_length": width,
        "feed_forward_length": inner,
        "attention.head_count": heads,
        "attention.head_count_kv": kv_heads,
        "context_length": trained,
        "attention.layer_norm_rms_epsilon": 1e-5,
        **{key.replace("__", "."): raw for key, raw in more.items()},
    }


_ALL = (
    Skeleton(
        "Llama-3.1-8B", "llama", 128256,
        _keys(32, 4096, 14336, 32, 8, 131072, rope__dimension_count=128), _llama, _q4_k_m,
    ),
    Skeleton(
        "Qwen3-30B-A3B", "qwen3moe", 151936,
        _keys(
            48, 2048, 6144, 32, 4, 40960, attention__key_length=128, expert_count=128,
            attention__value_length=128, expert_used_count=8, expert_feed_forward_length=768,
        ),
        _qwen3moe, _q4_k_m,
    ),
    Skeleton(
        "Gemma-3-27B", "gemma3", 262208,
        _keys(
            62, 5376, 21504, 32, 16, 131072, attention__key_length=128,
            attention__value_length=128, attention__sliding_window=1024,
        ),
        _gemma3, _q4_k_m,
    ),
    Skeleton(
        "gpt-oss-20b", "gpt-oss", 201088,
        _keys(
            24, 2880, 2880, 64, 8, 131072, attention__key_length=64, attention__value_length=64,
            attention__sliding_window=128, expert_count=32, expert_used_count=4,
            expert_feed_forward_length=2880, rope__dimension_count=64,
        ),
        _gpt_oss, _mxfp4,
    ),
    Skeleton(
        "DeepSeek-V2-Lite", "deepseek2", 102400,
        _keys(
            27, 2048, 10944, 16, 1, 163840, attention__key_length=576,
            attention__value_length=512, attention__key_length_mla=192,
            attention__value_length_mla=128, attention__kv_lora_rank=512, expert_count=64,
            expert_used_count=6, expert_shared_count=2, expert_feed_forward_length=1408,
            leading_dense_block_count=1, rope__dimension_count=64, expert_weights_scale=1.0,
        ),
        _deepseek2, _q4_k_m,
    ),
    Skeleton(
        "Granite-4.0-H-Tiny", "granitehybrid", 100352,
        _keys(
            40, 1536, 512, 12, [4 if at in _GRANITE_ATTENTION else 0 for at in range(40)],
            131072, expert_count=64, expert_used_count=6, rope__dimension_count=128,
            expert_shared_feed_forward_length=1024, ssm__conv_kernel=4, ssm__inner_size=3072,
            ssm__state_size=128, ssm__time_step_rank=48, ssm__group_count=1,
        ),
        _granite, _q4_k_m,
    ),
    Skeleton(
        "Qwen2.5-72B", "qwen2", 152064,
        _keys(80, 8192, 29568, 64, 8, 32768), _qwen25, _q4_k_m,
    ),
)  # fmt: skip
SKELETONS = {one.name: one for one in _ALL}
