"""How fast answers are written, from the bytes that each token reads.

One token at a time, a model reads all weights that it uses and all that is kept of the
conversation, once. That takes much longer than the arithmetic (S. Williams, A. Waterman and
D. Patterson, "Roofline", CACM 52, 2009), unless few cores share a fast memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.memory import memory_parts
from inglenook.models.settings import EngineSettings

TYPICAL_TOKENS = 1024
"""What a conversation holds when people judge how fast it is."""

# One thread's kernels get through so many bytes a second of 4-bit weights: 10 to 13 billion
# with SmolLM2-135M as Q4_1 on a Zen 5 core, and a seventh of that without AVX2 (2026-11).
_THREAD_BYTES_PER_S, _SLOW_THREAD_BYTES_PER_S = 10e9, 1.5e9
_FAST_INSTRUCTIONS = {"AVX2", "NEON"}
# Choosing the next token sorts the best of the vocabulary: 0.11 to 0.23 ms for 49,152 words
# and 0.84 to 1.14 ms for 262,144 (same computer). The rest is the loop's own.
_PER_WORD_S, _PER_TOKEN_S = 4e-9, 1e-4
# Threads meet after each operation, of which a layer has some twenty.
_PER_LAYER_S = 2e-5


@dataclass(frozen=True, slots=True)
class Reading:
    """What one token reads, and what it costs besides.

    Attributes:
        bytes_on: By device, ``"CPU"`` for main memory.
        fixed_s: Seconds whatever the speed of memory.
    """

    bytes_on: tuple[tuple[str, int], ...]
    fixed_s: float


def reading(
    model: ModelFacts, settings: EngineSettings, context_tokens: int = TYPICAL_TOKENS
) -> Reading:
    """Return what one token of an answer reads.

    Args:
        model: Of a mixture only the experts that are used count; of the token table one row,
            unless it is the output layer too.
        settings: Where each layer is.
        context_tokens: What the conversation holds.
    """
    used = _used(model)
    filled = min(max(1, context_tokens), settings.context_tokens)
    alone = replace(settings, context_tokens=filled, sequences=1)
    found = {
        part.device: part.weights_bytes + part.kv_bytes for part in memory_parts(used, alone)
    }
    bytes_on = tuple((device, size) for device, size in found.items() if size)
    fixed = _PER_TOKEN_S + _PER_WORD_S * model.vocabulary + _PER_LAYER_S * model.layers
    return Reading(bytes_on, fixed)


def tokens_per_s(read: Reading, rates: Mapping[str, float]) -> float:
    """Return how many tokens a second are written; 0 if a device's rate is not known.

    Devices work one after another: each has its own layers.

    Args:
        read: What each token reads.
        rates: Bytes a second that each device gets through.
    """
    known = [rates.get(device, 0.0) for device, _ in read.bytes_on]
    if not known or min(known) <= 0:
        return 0.0
    return 1 / (read.fixed_s + _reading_s(read, rates))


def processor_rate(
    bandwidth_bytes_per_s: float, threads: int, instructions: tuple[str, ...]
) -> float:
    """Return the bytes a second that threads get through, before anything was learned.

    Args:
        bandwidth_bytes_per_s: What they read together, if that is all they do.
        threads: How many compute.
        instructions: The processor's.
    """
    is_fast = not instructions or _FAST_INSTRUCTIONS.intersection(instructions)
    each = _THREAD_BYTES_PER_S if is_fast else _SLOW_THREAD_BYTES_PER_S
    return min(bandwidth_bytes_per_s, threads * each)


def learned(
    read: Reading, rates: Mapping[str, float], seen_tokens_per_s: float
) -> dict[str, float]:
    """Return the rates that a real answer shows.

    The time beyond the fixed cost is the devices'. Where one rate is unknown, it is what the
    others leave over; where all are known, or several are not, all are off by the same factor.

    Args:
        read: What each token read.
        rates: Those known so far.
        seen_tokens_per_s: How fast the answer was, above 0.
    """
    spent_s = max(1 / seen_tokens_per_s - read.fixed_s, 0.1 / seen_tokens_per_s)
    sizes = dict(read.bytes_on)
    unknown = [device for device in sizes if not rates.get(device)]
    known = {device: sizes[device] / rates[device] for device in sizes if rates.get(device)}
    rest_s = spent_s - sum(known.values())
    if len(unknown) == 1 and rest_s > 0.1 * spent_s:
        return {unknown[0]: sizes[unknown[0]] / rest_s}
    if unknown:
        together = sum(sizes.values()) / spent_s
        return dict.fromkeys(sizes, together)
    factor = sum(known.values()) / spent_s
    return {device: rates[device] * factor for device in sizes}


def _used(model: ModelFacts) -> ModelFacts:
    """Return a model with only the weights that one token reads."""
    weights = model.weights
    experts = weights.experts or (0,) * model.layers
    share = min(1.0, model.experts_used / model.experts) if model.experts else 1.0
    read = [int(size * share) for size in experts]
    layers = tuple(
        layer - size + used
        for layer, size, used in zip(weights.layers, experts, read, strict=True)
    )
    output = weights.output + (weights.embedding if weights.tied else 0)
    used = Weights(layers, 0, output, tied=False, experts=tuple(read) if any(read) else ())
    return replace(model, weights=used)


def _reading_s(read: Reading, rates: Mapping[str, float]) -> float:
    return sum(size / rates[device] for device, size in read.bytes_on)
