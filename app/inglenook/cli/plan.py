"""`inglenook plan`: how this computer would run a model, and why."""

from collections.abc import Iterator
from pathlib import Path

from inglenook.cli.output import counted, put, put_json, put_table
from inglenook.cli.place import is_remote
from inglenook.core.errors import BadArgumentError
from inglenook.core.units import bytes_in_words, rate_in_words
from inglenook.engine.protocol import Loaded
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import MemoryPart, Plan, Wish
from inglenook.models.machine import Machine
from inglenook.services.machinefile import read_machine
from inglenook.services.planner import NO_WISH
from inglenook.services.services import Services
from inglenook.services.trial import off_by, tried


def plan(
    services: Services,
    path: str,
    *,
    as_json: bool,
    wish: Wish = NO_WISH,
    devices: str | None = None,
    load: bool = False,
) -> int:
    """Print the plan for a model file, or for one on the Hub, and return the exit code.

    Args:
        services: All of them.
        path: A file, or ``"org/name"`` with ``":type"`` or ``":file"`` after it.
        as_json: Print JSON.
        wish: What is tried; on this computer, what is kept for the model counts for the rest.
        devices: A file that describes another computer.
        load: Load the model as planned and compare what it takes.

    Raises:
        ModelFileError: the file is not a usable model.
        BadArgumentError: no computer is described there.
        ModelLoadError: it does not load as planned.
        DownloadError: the Hub could not tell, or the kind of it that fits.
    """
    elsewhere = None if devices is None else read_machine(devices)
    if load and (elsewhere is not None or is_remote(path)):
        raise BadArgumentError(
            "Only a model on this computer can be loaded",
            "Get it first, and leave out --devices.",
        )
    if is_remote(path):
        return _plan_from_afar(services, path, wish, elsewhere, as_json=as_json)
    tokens_per_s, kept = 0.0, NO_WISH
    if elsewhere is None:
        kept = services.models.wish(path)
        model, made = services.models.plan_load(path, wish)
        tokens_per_s = services.speeds.estimate(read_model_facts(Path(path)), made)
    else:
        model, made = services.models.plan_elsewhere(path, elsewhere, wish)
    machine = elsewhere or services.models.machine()
    launch = services.runtimes.engine
    if as_json:
        taken = {"taken": tried(path, made.settings, launch).memory} if load else {}
        speed = {"tokens_per_s": round(tokens_per_s, 2)}
        by_hand = {"set_by_hand": kept if kept != NO_WISH else None}
        figures = {**by_hand, **speed, **taken}
        put_json({"model": model, "plan": made, "machine": machine, **figures})
        return 0
    put(f"{model.name} {model.quant}".rstrip())
    _show(made, tokens_per_s)
    if kept != NO_WISH:
        put(f"Set by hand for this model: {', '.join(_in_words(kept))}.")
    if load:
        _compare(made, tried(path, made.settings, launch))
    return 0


def _plan_from_afar(
    services: Services, target: str, wish: Wish, elsewhere: Machine | None, *, as_json: bool
) -> int:
    """Plan for a model of which only the header is fetched."""
    repo, _, wanted = target.partition(":")
    page, offer, details, made = services.hub.plan(repo, wanted, wish, elsewhere)
    here = elsewhere is None
    tokens_per_s = services.speeds.estimate(details.facts, made) if here else 0.0
    if as_json:
        model = {
            "repo": page.found.repo,
            "commit": page.found.commit,
            "file": offer.name,
            "name": details.facts.name,
            "quant": offer.quant,
            "size_bytes": offer.size_bytes,
            "architecture": details.facts.architecture,
            "context_tokens": details.facts.context_tokens,
        }
        machine = elsewhere or services.models.machine()
        speed = {"tokens_per_s": round(tokens_per_s, 2)}
        put_json({"model": model, "plan": made, "machine": machine, **speed})
        return 0
    size = bytes_in_words(offer.size_bytes)
    put(f"{details.facts.name} {offer.quant} on the Hub, {size}")
    _show(made, tokens_per_s)
    return 0


def _show(made: Plan, tokens_per_s: float) -> None:
    put(f"{made.summary}.")
    put()
    for reason in made.reasons:
        put(f"  {reason}")
    put()
    header = ("Memory", "weights", "context", "buffers", "driver", "together", "kept free")
    put_table([header, *(_row(part) for part in made.memory)])
    settings = made.settings
    put()
    put(f"Context {settings.context_tokens:,} tokens, {counted(settings.threads, 'thread')}.")
    if tokens_per_s:
        put(f"About {rate_in_words(tokens_per_s)} in a short conversation.")


def _in_words(kept: Wish) -> Iterator[str]:
    """Return what is set, each as a few words."""
    if kept.context_tokens is not None:
        yield f"a context of {kept.context_tokens:,} tokens"
    if kept.gpu_layers is not None:
        yield f"{counted(kept.gpu_layers, 'layer')} on the GPU at most"
    if kept.kv_type is not None:
        yield f"a cache of {kept.kv_type}"
    if kept.threads is not None:
        yield counted(kept.threads, "thread")
    if kept.devices is not None:
        yield " and ".join(kept.devices) or "the processor alone"


def _compare(made: Plan, loaded: Loaded) -> None:
    put()
    off = off_by(made.memory, loaded.memory)
    if off is None:
        put(f"It loads in {loaded.load_s:.1f} s; the engine cannot tell what it takes.")
        return
    put(f"It loads in {loaded.load_s:.1f} s and takes ({100 * off:.1f} % from the plan):")
    put()
    header = ("Memory", "weights", "context", "buffers", "driver", "together")
    put_table([header, *(_row(part)[:-1] for part in loaded.memory)])


def _row(part: MemoryPart) -> tuple[str, ...]:
    sizes = (
        part.weights_bytes,
        part.kv_bytes,
        part.compute_bytes,
        part.overhead_bytes,
        part.total_bytes,
        part.margin_bytes,
    )
    return (part.device, *map(bytes_in_words, sizes))
