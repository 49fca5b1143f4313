"""Tiny models with random weights, written in milliseconds, for tests of the engine."""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LONG_WORD = "-" * 40 + "end"
CONTROLS = ("<|im_start|>", "<|im_end|>")
WORDS = (
    " the",
    " a",
    "user",
    "assistant",
    "system",
    "hello",
    LONG_WORD,
    "é",
    "<think>",
    "</think>",
)
WIDTH, HEADS, LAYERS, INNER = 64, 2, 6, 64


def vocabulary(controls: tuple[str, ...] = ()) -> tuple[list[str], list[float], list[int]]:
    """Return tokens, scores and types: specials, all bytes, letters, a few words."""
    kinds = gguf.TokenType
    tokens = ["<unk>", "<s>", "</s>", *CONTROLS]
    types = [kinds.UNKNOWN, *[kinds.CONTROL] * 4]
    tokens += controls
    types += [kinds.CONTROL] * len(controls)
    tokens += [f"<0x{byte:02X}>" for byte in range(256)]
    types += [kinds.BYTE] * 256
    letters = [chr(code) for code in range(32, 127)] + ["\n"]
    tokens += [letter.replace(" ", "▁") for letter in letters]
    types += [kinds.NORMAL] * len(letters)
    tokens += [word.replace(" ", "▁") for word in WORDS]
    types += [kinds.USER_DEFINED if len(word) > 6 else kinds.NORMAL for word in WORDS]
    scores = [0.0] * (261 + len(controls)) + [-50.0] * len(letters)
    scores += [float(-at) for at in range(len(WORDS))]
    return tokens, scores, [int(each) for each in types]


def write(
    path: Path,
    *,
    arch: str = "llama",
    template: str | list[dict[str, str]] | None = CHATML,
    window: int = 0,
    add_bos: bool = False,
    tokenizer: bool = True,
    controls: tuple[str, ...] = (),
    space_prefix: bool = False,
    tensors: Callable[[str], bool] = lambda _name: True,
    labels: tuple[str, ...] = (),
) -> Path:
    """Write a model.

    Args:
        window: Tokens its windowed layers see, for architectures that have such layers.
        controls: More control tokens.
        space_prefix: The tokenizer puts a space before the first word.
        tensors: Which of its tensors to write.
        labels: Of a head that scores what was read, for "qwen3".
    """
    writer = gguf.GGUFWriter(str(path), arch)
    writer.add_context_length(4096)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_key_length(WIDTH // HEADS)
    writer.add_value_length(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    if window:
        writer.add_sliding_window(window)
    if tokenizer:
        add_vocabulary(writer, add_bos=add_bos, controls=controls, space_prefix=space_prefix)
    if template is not None:
        writer.add_chat_template(template)
    shapes = _shapes(arch, len(vocabulary(controls)[0]))
    if labels:
        writer.add_pooling_type(gguf.PoolingType.RANK)
        writer.add_classifier_output_labels(labels)
        shapes["cls.output.weight"] = (len(labels), WIDTH)
    random = np.random.default_rng(7)
    for name, shape in shapes.items():
        values = random.standard_normal(shape).astype(np.float32) * 0.3
        if tensors(name):
            writer.add_tensor(name, np.ones(shape, np.float32) if "norm" in name else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def add_vocabulary(
    writer: gguf.GGUFWriter,
    *,
    add_bos: bool,
    controls: tuple[str, ...] = (),
    space_prefix: bool = False,
) -> None:
    """Write the vocabulary into a model."""
    tokens, scores, types = vocabulary(controls)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(4)
    writer.add_add_bos_token(add_bos)
    writer.add_add_space_prefix(value=space_prefix)


def _shapes(arch: str, vocab_size: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (vocab_size, WIDTH),
        "output_norm.weight": (WIDTH,),
    }
    for layer in range(LAYERS):
        block = {
            "attn_norm": (WIDTH,),
            "attn_q": (WIDTH, WIDTH),
            "attn_k": (WIDTH, WIDTH),
            "attn_v": (WIDTH, WIDTH),
            "attn_output": (WIDTH, WIDTH),
            "ffn_norm": (WIDTH,),
            "ffn_gate": (INNER, WIDTH),
            "ffn_up": (INNER, WIDTH),
            "ffn_down": (WIDTH, INNER),
        }
        if arch in {"gemma3", "qwen3"}:
            head = (WIDTH // HEADS,)
            block |= {"attn_q_norm": head, "attn_k_norm": head}
        if arch == "gemma3":
            block |= {"post_attention_norm": (WIDTH,), "post_ffw_norm": (WIDTH,)}
        shapes |= {f"blk.{layer}.{name}.weight": shape for name, shape in block.items()}
    return shapes
