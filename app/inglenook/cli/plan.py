"""`inglenook plan`: how this computer would run a model, and why."""

from inglenook.cli.output import counted, put, put_json, put_table
from inglenook.core.units import bytes_in_words
from inglenook.models.fit import MemoryPart
from inglenook.services.services import Services


def plan(services: Services, path: str, *, as_json: bool) -> int:
    """Print the plan for a model file and return the exit code.

    Raises:
        ModelFileError: the file is not a usable model.
    """
    model, made = services.models.plan(path)
    if as_json:
        put_json({"model": model, "plan": made})
        return 0
    put(f"{model.name} {model.quant}".rstrip())
    put(f"{made.summary}.")
    put()
    for reason in made.reasons:
        put(f"  {reason}")
    put()
    header = ("Memory", "weights", "context", "buffers", "together", "kept free")
    put_table([header, *(_row(part) for part in made.memory)])
    settings = made.settings
    put()
    put(f"Context {settings.context_tokens:,} tokens, {counted(settings.threads, 'thread')}.")
    return 0


def _row(part: MemoryPart) -> tuple[str, ...]:
    sizes = (
        part.weights_bytes,
        part.kv_bytes,
        part.compute_bytes,
        part.total_bytes,
        part.margin_bytes,
    )
    return (part.device, *map(bytes_in_words, sizes))
