"""What each layer of a model remembers: attention caches, sliding windows, recurrent states.

Rules read in llama.cpp (llama-hparams.cpp, llama-model.cpp, models/*.cpp) as of
llama-cpp-python 0.3.36. What a header leaves open is taken as the larger case.
"""

from dataclasses import dataclass

from inglenook.models.keys import MOST_TOKENS, ArchitectureKeys

# Period after which a full-attention layer comes, where the header does not give a pattern;
# 0 where none comes.
_PERIODS = {
    "gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "cohere2": 4, "exaone4": 4,
    "exaone-moe": 4, "olmo2": 4, "plamo3": 8, "llama4": 4, "afmoe": 4, "mellum": 4,
    "muse-glimmer": 4, "lfm2": 0,
}  # fmt: skip
_FULL_LAYER_FIRST = {"cohere2moe": 4, "laguna": 4, "smallthinker": 4}
_ALL_RECURRENT = {"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"}
_MOSTLY_RECURRENT = {"qwen3next", "qwen35", "qwen35moe"}
_SHARES_LAST_LAYERS = {"gemma4"}


@dataclass(frozen=True, slots=True)
class Attention:
    """What one layer keeps per token.

    Attributes:
        key_width: Numbers in the keys of one token, all KV heads together.
        value_width: The same for values; 0 if keys and values are one (MLA).
        sliding: The layer looks back only ``ModelFacts.window`` tokens.
    """

    key_width: int
    value_width: int
    sliding: bool = False


NO_ATTENTION = Attention(0, 0)


def window_of(keys: ArchitectureKeys) -> int:
    """Return how far sliding layers look back, in tokens; 0 if there are none."""
    return keys.whole("attention.sliding_window", 0, most=MOST_TOKENS)


def attention_of(keys: ArchitectureKeys, layers: int) -> tuple[Attention, ...]:
    """Return what each layer keeps per token."""
    sliding = _sliding_layers(keys, layers)
    without = _layers_without_cache(keys, layers)
    if _is_latent(keys):
        width = keys.whole("attention.kv_lora_rank") + keys.whole("rope.dimension_count")
        each = [Attention(width, 0, slides) for slides in sliding]
    else:
        each = _by_heads(keys, layers, sliding)
    return tuple(NO_ATTENTION if index in without else one for index, one in enumerate(each))


def recurrent_layers(keys: ArchitectureKeys, layers: int) -> tuple[bool, ...]:
    """Tell which layers carry a state instead of, or beside, an attention cache."""
    if state_bytes(keys, layers) == 0:
        return (False,) * layers
    without = _layers_without_cache(keys, layers)
    if not without:
        return (True,) * layers
    return tuple(index in without for index in range(layers))


def state_bytes(keys: ArchitectureKeys, layers: int) -> int:
    """Return the bytes of one recurrent layer's state for one sequence, in 32-bit floats."""
    width = keys.whole("embedding_length", 0)
    head = keys.whole("wkv.head_size", 0)
    if head:
        return 4 * width * (keys.whole("token_shift_count", 2) + head)
    reach = keys.whole("shortconv.l_cache", 0)
    if reach:
        return 4 * width * (reach - 1)
    kernel = keys.whole("ssm.conv_kernel", 0)
    head = keys.whole("kda.head_dim", 0)
    if head:
        heads = max(keys.per_layer("attention.head_count", layers, 0))
        return 4 * heads * head * (3 * (kernel - 1 if kernel else 3) + head)
    inner, state = keys.whole("ssm.inner_size", 0), keys.whole("ssm.state_size", 0)
    groups = keys.whole("ssm.group_count", 0)
    return 4 * (max(kernel - 1, 0) * (inner + 2 * groups * state) + state * inner)


def _is_latent(keys: ArchitectureKeys) -> bool:
    return bool(
        keys.whole("attention.key_length_mla", 0)
        and keys.whole("attention.kv_lora_rank", 0)
        and keys.whole("rope.dimension_count", 0)
    )


def _by_heads(keys: ArchitectureKeys, layers: int, sliding: list[bool]) -> list[Attention]:
    heads = keys.per_layer("attention.head_count", layers, 0)
    kv_heads = heads
    if keys.value("attention.head_count_kv") is not None:
        kv_heads = keys.per_layer("attention.head_count_kv", layers)
    usual = keys.whole("embedding_length", 0) // max(1, *heads)
    key = keys.whole("attention.key_length", usual)
    value = keys.whole("attention.value_length", usual)
    sliding_key = keys.whole("attention.key_length_swa", key)
    sliding_value = keys.whole("attention.value_length_swa", value)
    return [
        Attention(count * sliding_key, count * sliding_value, sliding=True)
        if slides
        else Attention(count * key, count * value)
        for count, slides in zip(kv_heads, sliding, strict=True)
    ]


def _sliding_layers(keys: ArchitectureKeys, layers: int) -> list[bool]:
    if window_of(keys) == 0:
        return [False] * layers
    pattern = keys.value("attention.sliding_window_pattern")
    if isinstance(pattern, tuple):
        return [bool(one) for one in keys.per_layer("attention.sliding_window_pattern", layers)]
    full_first = keys.architecture in _FULL_LAYER_FIRST
    default = (_FULL_LAYER_FIRST if full_first else _PERIODS).get(keys.architecture, 1)
    period = keys.whole("attention.sliding_window_pattern", default)
    full_at = 0 if full_first else period - 1
    return [period == 0 or index % period != full_at for index in range(layers)]


def _layers_without_cache(keys: ArchitectureKeys, layers: int) -> set[int]:
    """Return the layers that have no attention, or use an earlier layer's cache."""
    if keys.architecture in _ALL_RECURRENT:
        return set(range(layers))
    if isinstance(keys.value("attention.recurrent_layers"), tuple):
        flags = keys.per_layer("attention.recurrent_layers", layers)
        return {index for index, flag in enumerate(flags) if flag}
    if keys.architecture in _MOSTLY_RECURRENT:
        interval = keys.whole("full_attention_interval", 4, least=1)
        return {index for index in range(layers) if (index + 1) % interval}
    if keys.architecture in _SHARES_LAST_LAYERS:
        return set(range(layers - keys.whole("attention.shared_kv_layers", 0), layers))
    counts = keys.per_layer("attention.head_count_kv", layers, 1)
    return {index for index, count in enumerate(counts) if count == 0}
