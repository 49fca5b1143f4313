"""What a load really took of each device, and what drivers took for themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inglenook.engine import ggml
from inglenook.engine.context import Context
from inglenook.engine.held import held
from inglenook.engine.model import Model
from inglenook.engine.sight import Sight
from inglenook.models.memory import MemoryPart


def free_bytes_of(names: Sequence[str]) -> dict[str, int]:
    """Return what is free on GPUs, by name; those that are gone are left out."""
    found = {name: ggml.device_named(name) for name in names}
    return {name: ggml.memory_bytes(gpu)[0] for name, gpu in found.items() if gpu is not None}


def taken(
    model: Model,
    context: Context,
    free_before: Mapping[str, int],
    sight: Sight | None = None,
) -> tuple[MemoryPart, ...]:
    """Return what each device holds, main memory last; nothing where llama.cpp cannot tell.

    What is gone of a GPU beyond that is its driver's, or another program's.

    Args:
        model: As loaded.
        context: Its context, warmed up.
        free_before: What was free on GPUs before the load.
        sight: Its projector, which lies in main memory, or on the first GPU if there is one.
    """
    now = free_bytes_of(tuple(free_before))
    gone = {name: free - now.get(name, free) for name, free in free_before.items()}
    scores_bytes = 4 * model.vocab_size * context.sequences
    parts = []
    for one in held(context.handle, scores_bytes=scores_bytes):
        known = one.weights_bytes + one.kv_bytes + one.compute_bytes
        overhead = max(0, gone.get(one.device, 0) - known)
        parts.append(
            MemoryPart(
                one.device, one.weights_bytes, one.kv_bytes, one.compute_bytes, 0, overhead
            )
        )
    if sight is not None and parts:
        parts[0] = _with_sight(parts[0], sight)
    return tuple(parts)


def _with_sight(part: MemoryPart, sight: Sight) -> MemoryPart:
    """Count the projector to where it lies, and no longer to what the driver took."""
    found = sight.weights_bytes + sight.compute_bytes
    return replace(
        part,
        weights_bytes=part.weights_bytes + sight.weights_bytes,
        compute_bytes=part.compute_bytes + sight.compute_bytes,
        overhead_bytes=max(0, part.overhead_bytes - found),
    )
