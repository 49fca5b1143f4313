"""Tiny models that remember by a state: Mamba, and LFM2 and Jamba with attention beside it."""

from pathlib import Path

import gguf
import numpy as np
from tests.data.tiny_llama import CHATML, HEADS, INNER, WIDTH, add_vocabulary, vocabulary

LAYERS = 4
CONV, STATE, RANK = 4, 8, 4
CONV_LFM2 = 3

_ATTENTION = {f"attn_{one}.weight": (WIDTH, WIDTH) for one in ("q", "k", "v", "output")}
_FEED = {
    "attn_norm.weight": (WIDTH,),
    "ffn_norm.weight": (WIDTH,),
    "ffn_gate.weight": (INNER, WIDTH),
    "ffn_up.weight": (INNER, WIDTH),
    "ffn_down.weight": (WIDTH, INNER),
}


def write_mamba(path: Path) -> Path:
    """Write a purely recurrent model: no layer has attention."""
    writer = _started(path, "mamba")
    writer.add_head_count(0)
    writer.add_feed_forward_length(0)
    _add_state_sizes(writer)
    return _finished(writer, path, {"output_norm.weight": (WIDTH,)}, _mamba_block)


def write_lfm2(path: Path, *, window: int = 0) -> Path:
    """Write a hybrid model: every other layer has attention, the rest a short convolution.

    Args:
        window: Tokens its attention sees; 0 for all.
    """
    writer = _started(path, "lfm2")
    writer.add_head_count(HEADS)
    writer.add_head_count_kv([HEADS if layer % 2 else 0 for layer in range(LAYERS)])
    writer.add_feed_forward_length(INNER)
    writer.add_shortconv_l_cache(CONV_LFM2)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    if window:
        writer.add_sliding_window(window)
    return _finished(writer, path, {"token_embd_norm.weight": (WIDTH,)}, _lfm2_block)


def write_jamba(path: Path) -> Path:
    """Write a hybrid model: every other layer has attention, the rest a state as Mamba's."""
    writer = _started(path, "jamba")
    writer.add_head_count(HEADS)
    writer.add_head_count_kv([HEADS if layer % 2 else 0 for layer in range(LAYERS)])
    writer.add_feed_forward_length(INNER)
    _add_state_sizes(writer)
    return _finished(writer, path, {"output_norm.weight": (WIDTH,)}, _jamba_block)


def _add_state_sizes(writer: gguf.GGUFWriter) -> None:
    writer.add_ssm_conv_kernel(CONV)
    writer.add_ssm_inner_size(2 * WIDTH)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(RANK)


def _started(path: Path, arch: str) -> gguf.GGUFWriter:
    writer = gguf.GGUFWriter(str(path), arch)
    writer.add_context_length(4096)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_chat_template(CHATML)
    add_vocabulary(writer, add_bos=False)
    return writer


def _finished(writer, path, shapes, block) -> Path:
    random = np.random.default_rng(7)
    shapes = {"token_embd.weight": (len(vocabulary()[0]), WIDTH), **shapes}
    for layer in range(LAYERS):
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in block(layer).items()}
    for name, shape in shapes.items():
        writer.add_tensor(name, _values(name, shape, random))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _values(name: str, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    if "norm" in name or name.endswith("ssm_d"):
        return np.ones(shape, np.float32)
    if name.endswith("ssm_a"):  # negative, so that a state fades instead of growing
        return -np.tile(np.arange(1, shape[1] + 1, dtype=np.float32), (shape[0], 1)) / 8
    return random.standard_normal(shape).astype(np.float32) * 0.3


def _mamba_block(_layer: int) -> dict[str, tuple[int, ...]]:
    inner = 2 * WIDTH
    return {
        "attn_norm.weight": (WIDTH,),
        "ssm_in.weight": (2 * inner, WIDTH),
        "ssm_conv1d.weight": (inner, CONV),
        "ssm_conv1d.bias": (inner,),
        "ssm_x.weight": (RANK + 2 * STATE, inner),
        "ssm_dt.weight": (inner, RANK),
        "ssm_dt.bias": (inner,),
        "ssm_a": (inner, STATE),
        "ssm_d": (inner,),
        "ssm_out.weight": (WIDTH, inner),
    }


def _jamba_block(layer: int) -> dict[str, tuple[int, ...]]:
    if layer % 2:
        return _FEED | _ATTENTION
    norms = {"ssm_dt_norm": RANK, "ssm_b_norm": STATE, "ssm_c_norm": STATE}
    sizes = {f"{name}.weight": (size,) for name, size in norms.items()}
    return _FEED | _mamba_block(layer) | sizes


def _lfm2_block(layer: int) -> dict[str, tuple[int, ...]]:
    if layer % 2:
        head = {f"attn_{one}_norm.weight": (WIDTH // HEADS,) for one in "qk"}
        return _FEED | _ATTENTION | head
    return _FEED | {
        "shortconv.conv.weight": (WIDTH, CONV_LFM2),
        "shortconv.in_proj.weight": (3 * WIDTH, WIDTH),
        "shortconv.out_proj.weight": (WIDTH, WIDTH),
    }
