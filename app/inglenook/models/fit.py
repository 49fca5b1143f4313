"""The placement plan: which device runs what, how much context, and why."""

from dataclasses import dataclass

from inglenook.models.budget import Budget, usable_gpus
from inglenook.models.facts import ModelFacts
from inglenook.models.machine import DeviceFacts, HostFacts
from inglenook.models.memory import MemoryPart
from inglenook.models.reasons import reasons, summary
from inglenook.models.search import Search, Verdict
from inglenook.models.settings import EngineSettings, Wish

__all__ = ["EngineSettings", "MemoryPart", "Plan", "Verdict", "Wish", "plan"]

_NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class Plan:
    """How this machine runs this model.

    Attributes:
        summary: A few words for the model pill: ``"Running on CPU"``.
        reasons: Sentences, in the order the choices were made.
    """

    verdict: Verdict
    settings: EngineSettings
    memory: tuple[MemoryPart, ...]
    summary: str
    reasons: tuple[str, ...]


def plan(
    model: ModelFacts,
    devices: tuple[DeviceFacts, ...],
    host: HostFacts,
    wish: Wish = _NO_WISH,
) -> Plan:
    """Decide how a machine runs a model.

    What is given up when memory is short, in this order: a context above 4,096 tokens; the
    cache in f16; layers on the GPU; the GPU; a context above 2,048 tokens. A context set by
    hand is given up last of all.
    """
    search = Search(model, Budget(usable_gpus(devices), host), wish)
    choice = (
        search.on_gpu()
        or search.split()
        or search.on_cpu()
        or search.on_gpu_for_a_short_talk()
        or search.overfull()
    )
    return Plan(
        verdict=choice.verdict,
        settings=choice.settings,
        memory=tuple(part for part in choice.parts if part.total_bytes),
        summary=summary(search, choice),
        reasons=tuple(reasons(search, choice, devices)),
    )
