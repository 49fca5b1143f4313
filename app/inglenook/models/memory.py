"""How much memory a model takes, by part and by device.

Weights and caches follow llama.cpp's own arithmetic; the working memory of its graphs is an
estimate that stays above what was measured.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate

from inglenook.core.units import MIB
from inglenook.models.facts import ModelFacts
from inglenook.models.settings import EngineSettings

CELLS_STEP = 256
# When the header does not give the widths that working memory depends on.
_UNKNOWN_COMPUTE_BYTES = 512 * MIB


@dataclass(frozen=True, slots=True)
class MemoryPart:
    """Memory on one device, in bytes.

    Attributes:
        margin_bytes: What is to stay free beside it.
        overhead_bytes: What the driver takes for itself, as seen in earlier loads.
    """

    device: str
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    margin_bytes: int
    overhead_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """What the model will take there, the safety margin not counted."""
        return self.weights_bytes + self.kv_bytes + self.compute_bytes + self.overhead_bytes


def padded_cells(tokens: int) -> int:
    """Return the cells of a cache for so many tokens: the next multiple of 256."""
    return max(CELLS_STEP, -(-tokens // CELLS_STEP) * CELLS_STEP)


def cache_bytes(model: ModelFacts, settings: EngineSettings) -> tuple[int, ...]:
    """Return what each layer keeps for conversations that fill the context together.

    Per token and layer: the row of keys and the row of values, in f16 or q8_0. Sliding layers
    keep only a window for each sequence and one batch; recurrent layers keep one state of
    fixed size for each sequence.
    """
    cells = padded_cells(settings.context_tokens)
    windows = model.window * settings.sequences
    short = min(cells, padded_cells(windows + settings.ubatch_tokens))
    states = model.recurrent or (False,) * model.layers
    each = []
    for one, has_state in zip(model.attention, states, strict=True):
        rows = short if one.sliding else cells
        row = _row_bytes(one.key_width, settings) + _row_bytes(one.value_width, settings)
        each.append(rows * row + (model.state_bytes * settings.sequences if has_state else 0))
    return tuple(each)


def can_halve_cache(model: ModelFacts) -> bool:
    """Tell whether the cache's rows divide into the blocks of q8_0."""
    return all(one.key_width % 32 == 0 and one.value_width % 32 == 0 for one in model.attention)


def compute_bytes(model: ModelFacts, settings: EngineSettings) -> int:
    """Return the working memory of one graph, with flash attention and a row of scores each.

    The activations of the widest layer decide, where each sequence's state is gathered too, or
    the scores of a large vocabulary. Exact for SmolLM2 on the CPU and 0 to 25 %
    above four larger models on a fake GPU (llama-cpp-python 0.3.36, 2026-11).
    """
    width, batch = model.embedding_width, settings.ubatch_tokens
    if not width or not model.vocabulary:
        return _UNKNOWN_COMPUTE_BYTES
    forward = model.feed_forward_width or 4 * width
    activations = 4 * batch * (3 * forward + (4 + model.experts_used) * width)
    activations += model.state_bytes * settings.sequences
    scores = 4 * (model.vocabulary * min(settings.sequences, batch) + batch * width)
    return max(scores, activations + _mask_bytes(model, settings))


def score_bytes(model: ModelFacts, settings: EngineSettings) -> int:
    """Return what main memory holds of the last scores, a row for each sequence."""
    return 4 * model.vocabulary * settings.sequences


def memory_parts(model: ModelFacts, settings: EngineSettings) -> tuple[MemoryPart, ...]:
    """Return what each of the settings' devices holds, main memory ("CPU") last."""
    devices = settings.devices if settings.gpu_layers else ()
    caches = (*cache_bytes(model, settings), 0)
    weights, kv = [0] * len(devices), [0] * len(devices)
    main = MemoryPart("CPU", model.weights.total_bytes, sum(caches), 0, 0)
    for layer, device in enumerate(_placement(model, settings, len(devices))):
        if device < len(devices):
            weights[device] += layer_bytes(model, settings, layer)
            kv[device] += caches[layer]
            main = _without(main, layer_bytes(model, settings, layer), caches[layer])
    if weights and model.weights.tied:
        # Main memory keeps the token table that the output layer's device has a copy of.
        main = _without(main, -model.weights.embedding, 0)
    parts = [MemoryPart(*each, 0, 0) for each in zip(devices, weights, kv, strict=True)]
    return tuple(_with_compute(model, settings, part) for part in (*parts, main))


def layer_bytes(model: ModelFacts, settings: EngineSettings, layer: int) -> int:
    """Return the weights a layer takes on a GPU, experts that stay in main memory left out.

    Args:
        model: Whose layer.
        settings: Where experts are counts.
        layer: Its number; the output layer comes after the last one.
    """
    weights = model.weights
    if layer == model.layers:
        # A tied output layer is the token table, which main memory has already.
        return weights.output + (weights.embedding if weights.tied else 0)
    stays = layer < settings.experts_in_ram and weights.experts
    return weights.layers[layer] - (weights.experts[layer] if stays else 0)


def _row_bytes(width: int, settings: EngineSettings) -> int:
    return -(-width // 32) * 34 if settings.kv_type == "q8_0" else 2 * width


def _mask_bytes(model: ModelFacts, settings: EngineSettings) -> int:
    masks = 2 if model.window else 1
    return masks * 2 * settings.ubatch_tokens * padded_cells(settings.context_tokens)


def _without(part: MemoryPart, weights_bytes: int, kv_bytes: int) -> MemoryPart:
    return replace(
        part,
        weights_bytes=part.weights_bytes - weights_bytes,
        kv_bytes=part.kv_bytes - kv_bytes,
    )


def _placement(model: ModelFacts, settings: EngineSettings, devices: int) -> list[int]:
    """Return each layer's device, the output layer last; main memory comes after the GPUs."""
    entries = model.layers + 1
    on_gpu = min(settings.gpu_layers, entries) if devices else 0
    bounds = list(accumulate(settings.layers_on or (1,) * devices))
    dealt = [bisect_right(bounds, index * bounds[-1] / on_gpu) for index in range(on_gpu)]
    return [devices] * (entries - on_gpu) + dealt


def _with_compute(model: ModelFacts, settings: EngineSettings, part: MemoryPart) -> MemoryPart:
    whole = settings.gpu_layers > model.layers and bool(settings.devices)
    whole = whole and not settings.experts_in_ram
    if part.device == "CPU" and whole:
        need = _mask_bytes(model, settings) + 8 * settings.ubatch_tokens * model.embedding_width
    else:
        need = compute_bytes(model, settings)
    if part.device != "CPU" and settings.op_offload and not whole and need:
        # Weights that stay in RAM pass through the card one at a time.
        need += max(model.weights.layers)
    if part.device == "CPU":
        need += score_bytes(model, settings)
    return replace(part, compute_bytes=need)
