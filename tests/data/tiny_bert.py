"""Tiny encoders with random weights, and what numpy computes of the same weights."""

from pathlib import Path

import gguf
import numpy as np

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("▁red", "▁wine", "▁stone", "▁a", "▁which", "s", "▁,", "▁?", "▁une", "▁bo", "rdeaux")
CLS, SEP = 2, 3
WIDTH, HEADS, LAYERS, INNER, PLACES = 32, 2, 2, 48, 64
EPSILON = 1e-12

Weights = dict[str, np.ndarray]


def random_weights(*, labels: int = 0, places: int = PLACES) -> Weights:
    """Return weights as a file names them; with labels also those of a head that scores."""
    random = np.random.default_rng(11)
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (len(SPECIALS + WORDS), WIDTH),
        "token_types.weight": (2, WIDTH),
        "position_embd.weight": (places, WIDTH),
        "token_embd_norm.weight": (WIDTH,),
        "token_embd_norm.bias": (WIDTH,),
    }
    for layer in range(LAYERS):
        for name, shape in (
            ("attn_q", (WIDTH, WIDTH)),
            ("attn_k", (WIDTH, WIDTH)),
            ("attn_v", (WIDTH, WIDTH)),
            ("attn_output", (WIDTH, WIDTH)),
            ("attn_output_norm", (WIDTH,)),
            ("ffn_up", (INNER, WIDTH)),
            ("ffn_down", (WIDTH, INNER)),
            ("layer_output_norm", (WIDTH,)),
        ):
            shapes[f"blk.{layer}.{name}.weight"] = shape
            shapes[f"blk.{layer}.{name}.bias"] = shape[:1]
    if labels:
        shapes |= {"cls.weight": (WIDTH, WIDTH), "cls.bias": (WIDTH,)}
        shapes |= {"cls.output.weight": (labels, WIDTH), "cls.output.bias": (labels,)}
    return {
        name: (random.standard_normal(shape) * 0.3 + ("norm.weight" in name)).astype(np.float32)
        for name, shape in shapes.items()
    }


def write(
    path: Path,
    *,
    pooling: gguf.PoolingType | None = gguf.PoolingType.MEAN,
    labels: int = 0,
    places: int = PLACES,
) -> Path:
    """Write an encoder; its weights are those of ``random_weights``."""
    writer = gguf.GGUFWriter(str(path), "bert")
    describe(
        writer, width=WIDTH, heads=HEADS, layers=LAYERS, inner=INNER, places=places,
        pooling=pooling,
    )  # fmt: skip
    if labels:
        writer.add_classifier_output_labels(
            [f"label {at}" for at in range(labels - 1)] + ["yes"]
        )
    add_word_pieces(writer, [*SPECIALS, *WORDS], cls=CLS, sep=SEP)
    for name, values in random_weights(labels=labels, places=places).items():
        writer.add_tensor(name, values)
    finish(writer)
    return path


def describe(
    writer: gguf.GGUFWriter,
    *,
    width: int,
    heads: int,
    layers: int,
    inner: int,
    places: int,
    pooling: gguf.PoolingType | None,
) -> None:
    """Write what an encoder is like."""
    writer.add_context_length(places)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_layer_norm_eps(EPSILON)
    writer.add_causal_attention(value=False)
    writer.add_token_type_count(2)
    if pooling is not None:
        writer.add_pooling_type(pooling)


def add_word_pieces(writer: gguf.GGUFWriter, tokens: list[str], *, cls: int, sep: int) -> None:
    """Write a WordPiece vocabulary: words begin with "▁", what goes on with one does not."""
    kinds = gguf.TokenType
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [int(kinds.CONTROL if each.startswith("[") else kinds.NORMAL) for each in tokens]
    )
    writer.add_bos_token_id(cls)
    writer.add_sep_token_id(sep)
    writer.add_unk_token_id(tokens.index("[UNK]"))
    writer.add_pad_token_id(tokens.index("[PAD]"))
    writer.add_mask_token_id(tokens.index("[MASK]"))


def finish(writer: gguf.GGUFWriter) -> None:
    """Write the file."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# --- the same in numpy, by the formulas of the paper (1810.04805, section 3) ---


def forward(weights: Weights, ids: list[int], *, heads: int, layers: int) -> np.ndarray:
    """Return the last layer's rows, shape (tokens, width)."""
    at = weights
    rows = at["token_embd.weight"][ids] + at["token_types.weight"][0]
    rows = rows + at["position_embd.weight"][: len(ids)]
    rows = _normed(rows, at, "token_embd_norm")
    for layer in range(layers):
        block = f"blk.{layer}."
        query, key, value = (
            _split(_through(rows, at, f"{block}attn_{name}"), heads) for name in "qkv"
        )
        odds = _softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]))
        seen = (odds @ value).transpose(1, 0, 2).reshape(rows.shape)
        rows = rows + _through(seen, at, f"{block}attn_output")
        rows = _normed(rows, at, f"{block}attn_output_norm")
        inner = _gelu(_through(rows, at, f"{block}ffn_up"))
        rows = rows + _through(inner, at, f"{block}ffn_down")
        rows = _normed(rows, at, f"{block}layer_output_norm")
    return rows


def scores(weights: Weights, row: np.ndarray) -> np.ndarray:
    """Return what a head makes of the first row, shape (labels,)."""
    return _through(np.tanh(_through(row, weights, "cls")), weights, "cls.output")


def unit(row: np.ndarray) -> np.ndarray:
    """Return a vector of length 1."""
    return row / np.linalg.norm(row)


def _through(rows: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    return rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _normed(rows: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    centred = rows - rows.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _split(rows: np.ndarray, heads: int) -> np.ndarray:
    return rows.reshape(len(rows), heads, -1).transpose(1, 0, 2)


def _softmax(rows: np.ndarray) -> np.ndarray:
    raised = np.exp(rows - rows.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _gelu(rows: np.ndarray) -> np.ndarray:
    # The curve by its tanh form, which is within 5e-4 of the exact one.
    return 0.5 * rows * (1 + np.tanh(np.sqrt(2 / np.pi) * (rows + 0.044715 * rows**3)))
