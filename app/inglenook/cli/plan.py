"""`inglenook plan`: how this computer would run a model, and why."""

from inglenook.cli.output import counted, put, put_json, put_table
from inglenook.cli.place import is_remote
from inglenook.core.errors import BadArgumentError
from inglenook.core.units import bytes_in_words
from inglenook.engine.protocol import Loaded
from inglenook.models.fit import MemoryPart, Plan, Wish
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
        wish: What is set by hand.
        devices: A file that describes another computer; for files only.
        load: Load the model as planned and compare what it takes.

    Raises:
        ModelFileError: the file is not a usable model.
        BadArgumentError: no computer is described there.
        ModelLoadError: it does not load as planned.
        DownloadError: the Hub could not tell, or the kind of it that fits.
    """
    if is_remote(path):
        if devices is not None or load:
            raise BadArgumentError(
                "Only a model on this computer can be tried so",
                "Get it first, or leave it out.",
            )
        return _plan_from_afar(services, path, wish, as_json=as_json)
    if devices is None:
        machine = services.models.machine()
        model, made = services.models.plan(path, wish)
    else:
        machine = read_machine(devices)
        model, made = services.models.plan_elsewhere(path, machine, wish)
    launch = services.runtimes.engine
    if as_json:
        taken = {"taken": tried(path, made.settings, launch).memory} if load else {}
        put_json({"model": model, "plan": made, "machine": machine, **taken})
        return 0
    put(f"{model.name} {model.quant}".rstrip())
    _show(made)
    if load:
        _compare(made, tried(path, made.settings, launch))
    return 0


def _plan_from_afar(services: Services, target: str, wish: Wish, *, as_json: bool) -> int:
    """Plan for a model of which only the header is fetched."""
    repo, _, wanted = target.partition(":")
    page, offer, details, made = services.hub.plan(repo, wanted, wish)
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
        put_json({"model": model, "plan": made})
        return 0
    size = bytes_in_words(offer.size_bytes)
    put(f"{details.facts.name} {offer.quant} on the Hub, {size}")
    _show(made)
    return 0


def _show(made: Plan) -> None:
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
