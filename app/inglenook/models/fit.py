"""The placement plan: which device runs what, how much context, and why."""

from dataclasses import dataclass, replace

from inglenook.models.budget import Budget, usable_gpus
from inglenook.models.facts import ModelFacts
from inglenook.models.limits import Limits, limits_of
from inglenook.models.machine import DeviceFacts, HostFacts
from inglenook.models.memory import MemoryPart
from inglenook.models.projector import Projector
from inglenook.models.reasons import reasons, summary
from inglenook.models.refusal import refusal
from inglenook.models.search import LEAST_CONTEXT, Search, Verdict
from inglenook.models.settings import EngineSettings, Wish
from inglenook.models.spread import Cost

__all__ = [
    "Cost",
    "EngineSettings",
    "Limits",
    "MemoryPart",
    "Plan",
    "Verdict",
    "Wish",
    "longest_context",
    "plan",
]

_NO_WISH = Wish()
_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Plan:
    """How this machine runs this model.

    Attributes:
        summary: A few words for the model pill: ``"Running on CPU"``.
        reasons: Sentences, in the order the choices were made.
        longest_context_tokens: The longest conversation there would be room for, at the cost
            of speed if need be; 0 if nobody has looked.
        limits: Between what a person may choose.
        refused: What is set by hand and cannot be had, as sentences with advice.
        asked: What that would take, margins included; empty where nothing is refused.
        held_back: It asks for less than there seems to be room for, since more has failed.
        projector: What lies beside the model and would let it see; None if nothing does.
        sees: The projector is loaded too, and counted.
    """

    verdict: Verdict
    settings: EngineSettings
    memory: tuple[MemoryPart, ...]
    summary: str
    reasons: tuple[str, ...]
    longest_context_tokens: int = 0
    limits: Limits = _NO_LIMITS
    refused: tuple[str, ...] = ()
    asked: tuple[MemoryPart, ...] = ()
    held_back: bool = False
    projector: Projector | None = None
    sees: bool = False


def plan(
    model: ModelFacts,
    devices: tuple[DeviceFacts, ...],
    host: HostFacts,
    wish: Wish = _NO_WISH,
    cost: Cost | None = None,
) -> Plan:
    """Decide how a machine runs a model.

    What is given up when memory is short, in this order: a context above 4,096 tokens; the
    cache in f16; half of the work space; experts on the GPU, layer by layer; layers on the
    GPU; the GPU; a context above 2,048 tokens. A context set by hand is given up last of all.

    Args:
        model: What is to run.
        devices: GPUs, in llama.cpp's order.
        host: The rest of the machine.
        wish: What is set by hand.
        cost: Says what settings take; None for formulas.
    """
    search = Search(model, Budget(usable_gpus(devices, wish.devices), host), wish, cost)
    choice = search.best()
    refused, asked = refusal(search, choice)
    return Plan(
        verdict=choice.verdict,
        settings=choice.settings,
        memory=tuple(part for part in choice.parts if part.total_bytes),
        summary=summary(choice.verdict, choice.settings, model.layers),
        reasons=tuple(reasons(search, choice, devices)),
        limits=limits_of(search),
        refused=refused,
        asked=tuple(part for part in asked if part.total_bytes),
    )


def lessened(
    made: Plan, settings: EngineSettings, reason: str, memory: tuple[MemoryPart, ...] = ()
) -> Plan:
    """Return a plan with smaller settings than were planned.

    Args:
        made: The plan.
        settings: What the engine is told instead.
        reason: Why, as a sentence.
        memory: What they take; what was planned does not hold for them.
    """
    layers, verdict = made.limits.layers, made.verdict
    if made.settings.gpu_layers and not settings.gpu_layers:
        verdict = Verdict.CPU
    elif verdict is Verdict.GPU and layers and _leaves_gpu(settings, layers):
        verdict = Verdict.SPLIT
    is_same = verdict is made.verdict and settings.gpu_layers == made.settings.gpu_layers
    return replace(
        made,
        verdict=verdict,
        settings=settings,
        memory=memory,
        summary=made.summary if is_same else summary(verdict, settings, layers),
        reasons=(*made.reasons, reason),
        held_back=True,
    )


def _leaves_gpu(settings: EngineSettings, layers: int) -> bool:
    return settings.gpu_layers <= layers or settings.experts_in_ram > 0


def longest_context(
    model: ModelFacts,
    devices: tuple[DeviceFacts, ...],
    host: HostFacts,
    wish: Wish = _NO_WISH,
) -> int:
    """Return the longest conversation that fits without crowding out everything else.

    Lengths are tried by doubling, then all that the model was trained for.

    Returns:
        Tokens; 0 if not even the shortest conversation fits well.
    """
    budget = Budget(usable_gpus(devices, wish.devices), host)
    ceiling = Search(model, budget, wish).context_ceiling
    longest, tokens = 0, LEAST_CONTEXT
    while longest < ceiling:
        tokens = min(tokens, ceiling)
        choice = Search(model, budget, replace(wish, context_tokens=tokens)).best()
        granted = choice.settings.context_tokens
        if choice.verdict in {Verdict.TIGHT, Verdict.TOO_BIG} or granted <= longest:
            break
        longest, tokens = granted, tokens * 2
    return longest
