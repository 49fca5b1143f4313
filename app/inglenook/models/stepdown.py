"""Smaller settings for a model whose load, or whose first words, ended the engine."""

import re
from dataclasses import replace
from enum import StrEnum

from inglenook.models.limits import Limits
from inglenook.models.memory import CELLS_STEP
from inglenook.models.search import LEAST_CONTEXT, USUAL_CONTEXT
from inglenook.models.settings import EngineSettings

MOST_TRIES = 3
"""Loads of one model before it is given up, the planned one counted."""

_GPU_WORDS = re.compile(r"cuda|\bhip|rocm|vulkan|\bvk_|\bvk::|\bmetal|sycl|device.?memory")
_LEAST_UBATCH = 128
_PLAIN = EngineSettings()
_NO_LIMITS = Limits()


class Trouble(StrEnum):
    """What ended a load, as far as it tells what could help."""

    MEMORY = "memory"
    """Main memory ran out, or nobody knows which."""
    GPU_MEMORY = "gpu memory"
    ASSERTION = "assertion"
    """llama.cpp found itself in a state that must not be."""
    CRASH = "crash"
    """The code of the engine or of a driver went wrong, or never came back."""
    UNREADABLE = "unreadable"
    """A mapped part of the file was not to be had."""
    HOPELESS = "hopeless"
    """The file or the installation is at fault: nothing smaller helps."""


def memory_trouble(words: str) -> Trouble:
    """Return whose memory ran out, from what llama.cpp said of it."""
    return Trouble.GPU_MEMORY if _GPU_WORDS.search(words.lower()) else Trouble.MEMORY


def step_down(
    settings: EngineSettings,
    trouble: Trouble,
    *,
    is_last: bool,
    limits: Limits = _NO_LIMITS,
) -> EngineSettings | None:
    """Return settings that ask for less of what failed; None when nothing would help.

    What fails on a graphics card is tried with less of the card and in the end without it:
    other code runs then, in other memory. Experts leave the card before whole layers do. On
    the processor, less memory is taken, or the plainest kind of cache.

    Args:
        settings: Those that failed.
        trouble: How they did.
        is_last: No other try will follow, so that the surest one is due.
        limits: Of the model: how many layers it has, and whether they have experts.
    """
    match trouble:
        case Trouble.HOPELESS:
            smaller = settings
        case Trouble.UNREADABLE:
            smaller = replace(settings, use_mmap=False)
        case Trouble.MEMORY:
            smaller = _shorter(settings)
        case _ if not settings.gpu_layers:
            smaller = _shorter(settings) if trouble is Trouble.GPU_MEMORY else settings
            smaller = _plainer(settings) if trouble is Trouble.ASSERTION else smaller
        case _ if is_last:
            smaller = _on_cpu(settings)
        case _:
            smaller = _less_on_gpu(settings, trouble, limits)
    return None if smaller == settings else smaller


def given_up(before: EngineSettings, after: EngineSettings) -> str:
    """Return what smaller settings give up: ``"with a shorter context"``."""
    if before.gpu_layers and not after.gpu_layers:
        return "on the processor alone"
    if after.gpu_layers < before.gpu_layers or after.experts_in_ram > before.experts_in_ram:
        return "with less on the graphics card"
    if after.context_tokens < before.context_tokens:
        return "with a shorter context"
    if before.use_mmap and not after.use_mmap:
        return "by reading the whole file"
    return "in a simpler way"


def _less_on_gpu(settings: EngineSettings, trouble: Trouble, limits: Limits) -> EngineSettings:
    if trouble is Trouble.GPU_MEMORY:
        aside = _more_experts_aside(settings, limits)
        if aside > settings.experts_in_ram:
            return replace(settings, experts_in_ram=aside, op_offload=False)
        layers = settings.gpu_layers * 3 // 4
        # One layer alone would be the output layer, which is not worth a card's overhead.
        if layers < 2:
            return _on_cpu(settings)
        return replace(settings, gpu_layers=layers, op_offload=False)
    if settings.op_offload:
        return replace(settings, op_offload=False)
    return _on_cpu(settings)


def _more_experts_aside(settings: EngineSettings, limits: Limits) -> int:
    """Return how many layers keep their experts in main memory when half of the rest go there.

    A token needs few experts and all of the rest: layers without them are still faster on a
    card than in main memory.
    """
    if not limits.has_experts:
        return 0
    # The first layers are in main memory already when not all are on cards.
    first = max(settings.experts_in_ram, limits.layers + 1 - settings.gpu_layers)
    return first + max(0, limits.layers - first + 1) // 2 if first < limits.layers else 0


def _on_cpu(settings: EngineSettings) -> EngineSettings:
    return replace(settings, gpu_layers=0, op_offload=False)


def _shorter(settings: EngineSettings) -> EngineSettings:
    """Halve the context and the work space; from any length, the second time is short."""
    context = settings.context_tokens
    half = min(context // 2, USUAL_CONTEXT) // CELLS_STEP * CELLS_STEP
    return replace(
        settings,
        context_tokens=max(min(context, LEAST_CONTEXT), half),
        ubatch_tokens=min(
            settings.ubatch_tokens, max(_LEAST_UBATCH, settings.ubatch_tokens // 2)
        ),
        sequences=max(1, settings.sequences // 2),
    )


def _plainer(settings: EngineSettings) -> EngineSettings:
    """Give up what is special about the cache; in f16 half the length takes the same memory."""
    if settings.kv_type != _PLAIN.kv_type:
        half = settings.context_tokens // 2 // CELLS_STEP * CELLS_STEP
        context = max(min(settings.context_tokens, LEAST_CONTEXT), half)
        return replace(settings, kv_type=_PLAIN.kv_type, context_tokens=context)
    return replace(settings, sequences=1)
