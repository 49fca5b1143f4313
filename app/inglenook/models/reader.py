"""How a model that makes vectors or scores runs beside the chat model."""

from dataclasses import replace

from inglenook.core.errors import ModelLoadError
from inglenook.core.units import MIB, bytes_in_words
from inglenook.models.facts import ModelFacts
from inglenook.models.machine import HostFacts
from inglenook.models.search import usable_threads
from inglenook.models.settings import EngineSettings

LONGEST_TOKENS = 8192
"""A text is read in one go; what is computed in grows with the square of its length."""
_LEAST_TOKENS = 256
_USUAL_TOKENS = 512
_MARGIN = 512 * MIB
_PROCESS = 60 * MIB
"""An engine process without a model: 48 MiB (measured 2026-11 on Linux). With all-MiniLM-L6-v2
and texts of 502 tokens it took 169 MiB where 204 are planned."""
_WIDE_ROWS = 8
"""Activations of one token that live at once: the graph of an encoder's layer has some eight
rows as wide as its feed-forward layer."""


def reader_settings(facts: ModelFacts, host: HostFacts) -> EngineSettings:
    """Return how long texts may be, and how many threads read them.

    It runs on the processor, since graphics memory belongs to the chat model, and takes what
    main memory has free now. Of a model that was trained for long texts, shorter ones are
    read where memory is short.

    Args:
        facts: From its header.
        host: As it is now, with everything that runs.

    Raises:
        ModelLoadError: not even short texts fit.
    """
    tokens = min(facts.context_tokens or _USUAL_TOKENS, LONGEST_TOKENS)
    room = host.ram_available_bytes - _MARGIN
    while reader_bytes(facts, tokens) > room and tokens > _LEAST_TOKENS:
        tokens = max(_LEAST_TOKENS, tokens // 2)
    needed = reader_bytes(facts, tokens)
    if needed > room:
        raise ModelLoadError(
            "There is no memory left for this model",
            f"It needs {bytes_in_words(needed + _MARGIN)} beside the chat model: close other "
            "programs, or choose a smaller one.",
            needed_bytes=needed,
            free_bytes=host.ram_available_bytes,
        )
    return replace(
        EngineSettings(context_tokens=tokens),
        batch_tokens=tokens,
        ubatch_tokens=tokens,
        threads=usable_threads(host),
    )


def reader_bytes(facts: ModelFacts, tokens: int) -> int:
    """Return what a model takes that reads texts of so many tokens in one go.

    Beside the weights that is: a row of logits and of the vector for each token, which
    llama.cpp sets aside whether they are asked for or not (``output_reserve``); keys and
    values where the model has a cache; the odds of attention, and the widest rows of a layer.
    """
    widest = max(facts.feed_forward_width, facts.embedding_width)
    outputs = 4 * tokens * (facts.vocabulary + facts.embedding_width)
    cache = 4 * tokens * facts.layers * facts.embedding_width
    odds = 4 * tokens * tokens * max(1, facts.heads)
    rows = 4 * tokens * widest * _WIDE_ROWS
    work = outputs + cache + odds + rows
    return _PROCESS + facts.weights.total_bytes + work
