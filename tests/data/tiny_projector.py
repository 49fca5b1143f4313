"""A tiny projector with random weights, which makes sixteen embeddings of any picture."""

from pathlib import Path

import gguf
import numpy as np
from tests.data.tiny_llama import WIDTH as TEXT_WIDTH

WIDTH, HEADS, LAYERS, INNER = 32, 2, 3, 64
SIDE, PATCH = 32, 8
TOKENS = (SIDE // PATCH) ** 2
POOL = 2  # along each side, of the kind that pools


def write(path: Path, *, kind: str = "mlp", text_width: int = TEXT_WIDTH) -> Path:
    """Write a projector.

    Args:
        kind: ``"mlp"`` as LLaVA has it; ``"gemma3"``, which pools four to one and whose
            embeddings see each other.
        text_width: Of the embeddings that it makes.
    """
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_string("general.type", "mmproj")
    writer.add_bool("clip.has_vision_encoder", True)  # noqa: FBT003 (gguf takes no name)
    writer.add_string("clip.projector_type", kind)
    for key, value in {
        "image_size": SIDE,
        "patch_size": PATCH,
        "embedding_length": WIDTH,
        "feed_forward_length": INNER,
        "projection_dim": text_width,
        "block_count": LAYERS,
        "attention.head_count": HEADS,
        "projector.scale_factor": POOL,
    }.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    random = np.random.default_rng(11)
    for name, shape in _shapes(kind, text_width).items():
        values = random.standard_normal(shape).astype(np.float32) * 0.3
        writer.add_tensor(name, np.ones(shape, np.float32) if "ln" in name else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _shapes(kind: str, text_width: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "v.patch_embd.weight": (WIDTH, 3, PATCH, PATCH),
        "v.position_embd.weight": (TOKENS, WIDTH),
    }
    if kind == "gemma3":
        shapes |= {"mm.input_projection.weight": (WIDTH, text_width)}
        shapes |= {"mm.soft_emb_norm.weight": (WIDTH,)}
    else:
        shapes |= {"mm.0.weight": (text_width, WIDTH), "mm.0.bias": (text_width,)}
        shapes |= {"mm.2.weight": (text_width, text_width), "mm.2.bias": (text_width,)}
    for layer in range(LAYERS):
        block: dict[str, tuple[int, ...]] = {
            f"{name}.{part}": (WIDTH, WIDTH) if part == "weight" else (WIDTH,)
            for name in ("attn_q", "attn_k", "attn_v", "attn_out")
            for part in ("weight", "bias")
        }
        block |= {"ln1.weight": (WIDTH,), "ln2.weight": (WIDTH,)}
        block |= {"ffn_up.weight": (INNER, WIDTH), "ffn_down.weight": (WIDTH, INNER)}
        shapes |= {f"v.blk.{layer}.{name}": shape for name, shape in block.items()}
    return shapes
