"""What the planner and the library need to know of a model, taken from its header."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from inglenook.models.attention import (
    Attention,
    attention_of,
    recurrent_layers,
    state_bytes,
    window_of,
)
from inglenook.models.gguf import Header, Skipped, TensorInfo
from inglenook.models.keys import MOST_LAYERS, MOST_TOKENS, ArchitectureKeys
from inglenook.models.kind import FileKind, require_model
from inglenook.models.name import parse_name, plain_text, title_of
from inglenook.models.quant import FILE_TYPES, TENSOR_TYPES

_LAYER = re.compile(r"blk\.(\d{1,3})\.")
_EXPERTS = re.compile(r"\.ffn_(up|down|gate_up|gate)_(ch|)exps")
_INPUT_TABLES = ("token_embd", "per_layer_token_embd", "position_embd", "token_types")
_NAMES_THAT_SAY_NOTHING = re.compile(r"(?i)^((ggml )?model|[0-9a-f]{32,})?$")


@dataclass(frozen=True, slots=True)
class Weights:
    """Bytes of a model's tensors, by where they go.

    Attributes:
        layers: One entry per layer.
        embedding: The token table; always in main memory.
        output: The output layer and its norm.
        tied: The output layer is the token table, which a GPU then keeps a copy of.
        experts: How much of each layer are experts, which may stay in main memory when the
            layer does not; none for a model without experts.
    """

    layers: tuple[int, ...]
    embedding: int
    output: int
    tied: bool
    experts: tuple[int, ...] = ()

    @property
    def total_bytes(self) -> int:
        """All of them, each counted once."""
        return sum(self.layers) + self.embedding + self.output


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model as its header describes it.

    Attributes:
        name: For people.
        parameters: How many; counted from the tensors.
        size_label: ``"135M"``, ``"30B-A3B"``.
        quant: File type, ``"Q4_K_M"``.
        quant_bits: 2 to 8, 16 or 32; 0 if not known.
        context_tokens: What it was trained for; 0 if it does not say.
        attention: One entry per layer.
        window: Reach of sliding layers in tokens; 0 if there are none.
        state_bytes: What one sequence takes in each recurrent layer, whatever its length.
        recurrent: Which layers have such a state.
        feed_forward_width: The widest layer's, all experts used at a time together.
        tokenizer: ``"gpt2"``, ``"llama"``; "" if absent.
        parts: Files the model consists of.
        kind: Whether it chats, or makes vectors or scores of texts.
    """

    name: str
    architecture: str
    weights: Weights
    attention: tuple[Attention, ...]
    parameters: int = 0
    size_label: str = ""
    quant: str = ""
    quant_bits: int = 0
    context_tokens: int = 0
    embedding_width: int = 0
    feed_forward_width: int = 0
    heads: int = 0
    vocabulary: int = 0
    experts: int = 0
    experts_used: int = 0
    window: int = 0
    state_bytes: int = 0
    recurrent: tuple[bool, ...] = ()
    has_template: bool = False
    tokenizer: str = ""
    parts: int = 1
    kind: FileKind = FileKind.CHAT

    @property
    def layers(self) -> int:
        """Repeating layers, the output layer not counted."""
        return len(self.weights.layers)


def facts_from(
    header: Header, *more_parts: Header, file_name: str = "", chats: bool = True
) -> ModelFacts:
    """Draw the facts from a model's header.

    Args:
        header: Of the file, or of the first part.
        more_parts: Headers of the other parts when the model is split.
        file_name: Gives the name unless it says nothing.
        chats: Refuse a model that only makes vectors or scores.

    Raises:
        ModelFileError: it is no such model, or its numbers are impossible.
    """
    kind = require_model(header, chats=chats)
    tensors = [tensor for part in (header, *more_parts) for tensor in part.tensors]
    keys = ArchitectureKeys(header)
    layers = keys.whole("block_count", least=1, most=MOST_LAYERS)
    quant, bits = _quant(header, tensors)
    return ModelFacts(
        name=_name(header, file_name),
        architecture=plain_text(keys.architecture),
        weights=_weights(tensors, layers),
        attention=attention_of(keys, layers),
        parameters=sum(prod(tensor.shape) for tensor in tensors),
        size_label=plain_text(header.text("general.size_label"), most=20),
        quant=quant,
        quant_bits=bits,
        context_tokens=keys.whole("context_length", 0, most=MOST_TOKENS),
        embedding_width=keys.whole("embedding_length", 0),
        feed_forward_width=_feed_forward_width(keys, layers),
        heads=max(keys.per_layer("attention.head_count", layers, 0)),
        vocabulary=_vocabulary(keys, tensors),
        experts=keys.whole("expert_count", 0, most=4096),
        experts_used=max(keys.per_layer("expert_used_count", layers, 0)),
        window=window_of(keys),
        state_bytes=state_bytes(keys, layers),
        recurrent=recurrent_layers(keys, layers),
        has_template="tokenizer.chat_template" in header.values,
        tokenizer=plain_text(header.text("tokenizer.ggml.model"), most=20),
        parts=1 + len(more_parts),
        kind=kind,
    )


def _name(header: Header, file_name: str) -> str:
    title = parse_name(file_name).title if file_name else ""
    if _NAMES_THAT_SAY_NOTHING.match(title):
        return title_of(header.text("general.name"))
    return title


def _quant(header: Header, tensors: Sequence[TensorInfo]) -> tuple[str, int]:
    """Return the file type's name and bits, else those of most of the bytes."""
    number = header.values.get("general.file_type")
    if isinstance(number, int) and number in FILE_TYPES:
        return FILE_TYPES[number].name, FILE_TYPES[number].bits
    bytes_by_type: Counter[int] = Counter()
    for tensor in tensors:
        bytes_by_type[tensor.type_id] += tensor.size_bytes
    kind = TENSOR_TYPES[bytes_by_type.most_common(1)[0][0]]
    return kind.name, int(kind.bits)


def _weights(tensors: Sequence[TensorInfo], layers: int) -> Weights:
    by_layer, experts, embedding, output = [0] * layers, [0] * layers, 0, 0
    for tensor in tensors:
        found = _LAYER.match(tensor.name)
        if found is not None and int(found[1]) < layers:
            by_layer[int(found[1])] += tensor.size_bytes
            if _EXPERTS.search(tensor.name):
                experts[int(found[1])] += tensor.size_bytes
        elif tensor.name.startswith(_INPUT_TABLES):
            embedding += tensor.size_bytes
        else:
            output += tensor.size_bytes
    tied = all(tensor.name != "output.weight" for tensor in tensors)
    return Weights(
        tuple(by_layer), embedding, output, tied, tuple(experts) if any(experts) else ()
    )


def _feed_forward_width(keys: ArchitectureKeys, layers: int) -> int:
    dense = max(keys.per_layer("feed_forward_length", layers, 0))
    expert = max(keys.per_layer("expert_feed_forward_length", layers, 0))
    used = max(keys.per_layer("expert_used_count", layers, 0))
    return max(dense, expert * used)


def _vocabulary(keys: ArchitectureKeys, tensors: Sequence[TensorInfo]) -> int:
    tokens = keys.header.values.get("tokenizer.ggml.tokens")
    listed = tokens.count if isinstance(tokens, Skipped) else 0
    rows = [one.shape[-1] for one in tensors if one.name == "token_embd.weight" and one.shape]
    return keys.whole("vocab_size", 0) or listed or max(rows, default=0)
