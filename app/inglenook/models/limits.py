"""Between what a person may choose when a model's plan is set by hand."""

from dataclasses import dataclass

from inglenook.models.memory import can_halve_cache
from inglenook.models.search import Search


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what a person may choose for one model on one computer.

    Attributes:
        layers: Of the model, the output layer not counted; 0 if nobody has looked.
        context_tokens: The longest conversation that makes sense.
        threads: As many as the computer has logical cores.
        can_halve_cache: The conversation can be kept in 8-bit form.
        has_experts: Parts of the layers may stay in main memory.
    """

    layers: int = 0
    context_tokens: int = 0
    threads: int = 1
    can_halve_cache: bool = False
    has_experts: bool = False


def limits_of(search: Search) -> Limits:
    """Return what may be chosen for the model that is looking for a place."""
    return Limits(
        layers=search.model.layers,
        context_tokens=search.context_ceiling,
        threads=max(1, search.budget.host.logical_cores),
        can_halve_cache=can_halve_cache(search.model),
        has_experts=bool(search.model.weights.experts),
    )
