"""The tiny model as a GGUF file that llama.cpp loads."""

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np

from instrument.shape import Shape
from instrument.talk import CONTROLS, TEMPLATE, WORDS, vocabulary

CONTEXT_TOKENS = 8192


def write(path: Path, shape: Shape, weights: Mapping[str, np.ndarray]) -> None:
    """Write weights and vocabulary, as 32-bit numbers; the single bytes get zeros."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name(path.stem)
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.head)
    writer.add_chat_template(TEMPLATE)
    _vocabulary(writer)
    for name, each in weights.items():
        writer.add_tensor(name, each.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _vocabulary(writer: gguf.GGUFWriter) -> None:
    known = vocabulary()
    tokens = [each if each in WORDS else each.replace(" ", "▁") for each in known]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(at) for at in range(len(tokens))])
    writer.add_token_types([int(_kind(each)) for each in known])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(known.index("<|im_end|>"))
    writer.add_add_bos_token(value=False)
    writer.add_add_space_prefix(value=False)


def _kind(piece: str) -> gguf.TokenType:
    if piece == "<unk>":
        return gguf.TokenType.UNKNOWN
    if piece in {"<s>", "</s>", *CONTROLS}:
        return gguf.TokenType.CONTROL
    if piece.startswith("<0x"):
        return gguf.TokenType.BYTE
    return gguf.TokenType.USER_DEFINED if piece in WORDS else gguf.TokenType.NORMAL
