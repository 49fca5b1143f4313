"""What is set by hand and cannot be had: what it would take, and what to do about it."""

from collections.abc import Iterator
from dataclasses import replace

from inglenook.core.units import bytes_in_words
from inglenook.models.memory import MemoryPart, can_halve_cache
from inglenook.models.search import Choice, Search, Verdict
from inglenook.models.settings import EngineSettings

# Lengths are rounded to whole steps of 256 tokens, which is not worth a word.
_ROUNDING = 255


def refusal(search: Search, choice: Choice) -> tuple[tuple[str, ...], tuple[MemoryPart, ...]]:
    """Return sentences about what is set and not granted, and the memory it would take.

    Args:
        search: With what is set by hand.
        choice: What is granted.

    Returns:
        Both empty where all that was set is granted.
    """
    asked = _asked(search, choice.settings)
    lacks_layers = 1 < asked.gpu_layers > choice.settings.gpu_layers
    lacks_context = asked.context_tokens > choice.settings.context_tokens
    parts: tuple[MemoryPart, ...] = ()
    if lacks_layers or lacks_context:
        spread = search.spread
        parts = spread.on_all(asked).parts if asked.gpu_layers else spread.parts(asked)
    return tuple(_sentences(search, choice, asked, parts)), parts


def _asked(search: Search, granted: EngineSettings) -> EngineSettings:
    """Return the settings as they are set, whether they fit or not."""
    wish, layers = search.wish, search.model.layers
    on_gpu = granted.gpu_layers if wish.gpu_layers is None else search.most_gpu_layers
    context = granted.context_tokens
    if wish.context_tokens is not None:
        context = search.cells(wish.context_tokens)
    return replace(
        granted,
        gpu_layers=on_gpu,
        context_tokens=context,
        op_offload=0 < on_gpu <= layers or bool(granted.experts_in_ram),
        sequences=1,
    )


def _sentences(
    search: Search, choice: Choice, asked: EngineSettings, parts: tuple[MemoryPart, ...]
) -> Iterator[str]:
    granted = choice.settings
    lack = max(0, search.budget.short_of_bytes(parts)) if parts else 0
    more = f"{bytes_in_words(lack)} more than is free" if lack else "more than is free"
    if parts and asked.gpu_layers > granted.gpu_layers:
        yield _layers(search, choice, more)
    elif parts:
        yield (
            f"A conversation of {asked.context_tokens:,} tokens would need {more}: it gets "
            f"{granted.context_tokens:,}. Choose a shorter one, or keep it in 8-bit form."
        )
    trained = search.model.context_tokens
    if trained and (search.wish.context_tokens or 0) > trained + _ROUNDING:
        yield (
            f"The model was trained for {trained:,} tokens, so that a conversation cannot be "
            "longer."
        )
    if search.wish.kv_type == "q8_0" and not can_halve_cache(search.model):
        yield "This model cannot keep a conversation in 8-bit form; it is kept in full."


def _layers(search: Search, choice: Choice, more: str) -> str:
    layers, granted = search.model.layers, choice.settings.gpu_layers
    wished = "All" if search.most_gpu_layers > layers else str(search.most_gpu_layers - 1)
    if search.budget.is_shared and search.most_gpu_layers <= layers:
        return (
            "Graphics that share main memory take all layers or none: choose all of them, or "
            "leave it to Inglenook."
        )
    got = f"{granted - 1} would be there" if granted else "none would be there"
    advice = "Choose fewer layers or a shorter conversation."
    if choice.verdict in {Verdict.TIGHT, Verdict.TOO_BIG}:
        advice = "Choose a smaller file or a smaller model."
    return f"{wished} layers on the GPU would need {more}: {got}. {advice}"
