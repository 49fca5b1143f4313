"""What is remembered of how an answer was made, as far as it is known at each moment."""

from dataclasses import replace

from inglenook.chat.made import Made
from inglenook.chat.sampling import Sampling
from inglenook.models.fit import EngineSettings


def made_of(sampling: Sampling, effort: str, assistant: str, elsewhere: str = "") -> Made:
    """Return what is known of an answer when it is asked for."""
    return Made(
        sampling.seed,
        sampling.temperature,
        sampling.top_k,
        sampling.top_p,
        sampling.min_p,
        effort,
        assistant,
        elsewhere=elsewhere,
    )


def gone_on(before: Made | None, now: Made) -> Made:
    """Return how an answer was made that is gone on with, maybe by another engine."""
    if before is None:
        return now
    return replace(before, elsewhere=now.elsewhere or before.elsewhere)


def running(made: Made, settings: EngineSettings) -> Made:
    """Add how the model runs that has begun to read."""
    return replace(
        made,
        context_tokens=settings.context_tokens,
        devices=settings.devices,
        gpu_layers=settings.gpu_layers,
        threads=settings.threads,
        kv_type=settings.kv_type,
    )
