"""The plan's reasons as sentences that a person can read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from inglenook.core.units import bytes_in_words
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.search import USUAL_CONTEXT, Choice, Search, Verdict, usable_threads
from inglenook.models.settings import EngineSettings

# From here on nobody notices how many there are.
FEW_SEQUENCES = 8


def summary(verdict: Verdict, settings: EngineSettings, layers: int) -> str:
    """Return a few words for the model pill.

    Args:
        verdict: How well the model fits.
        settings: What the engine is told.
        layers: Of the model, the output layer not counted.
    """
    if verdict is Verdict.TOO_BIG:
        return "Too big for this computer"
    if verdict is Verdict.TIGHT:
        return "Barely fits in memory"
    if verdict is Verdict.GPU:
        return f"All {layers} layers on GPU" if layers > 1 else "Running on GPU"
    if verdict is Verdict.SPLIT and settings.gpu_layers <= layers:
        return f"{settings.gpu_layers - 1} of {layers} layers on GPU"
    return "On GPU, with experts in memory" if verdict is Verdict.SPLIT else "Running on CPU"


def reasons(search: Search, choice: Choice, devices: Sequence[DeviceFacts]) -> Iterator[str]:
    """Yield why the plan is as it is, in the order of the decisions."""
    yield _where(search, choice, devices)
    if choice.verdict in {Verdict.TIGHT, Verdict.TOO_BIG}:
        yield _lack(search, choice)
    yield from _chosen_devices(search, choice, devices)
    yield _context(search, choice)
    if choice.settings.kv_type == "q8_0":
        set_by_hand = search.wish.kv_type == "q8_0"
        because = "as set" if set_by_hand else "which takes half the memory"
        yield f"The conversation is kept in 8-bit form, {because}."
    if choice.settings.sequences < FEW_SEQUENCES:
        yield _sequences(search, choice)
    yield _threads(search, choice)
    if not search.model.has_template:
        yield (
            "The file has no chat template, so a usual one stands in: if answers are odd, "
            "choose another conversion of the model."
        )


def _where(search: Search, choice: Choice, devices: Sequence[DeviceFacts]) -> str:
    layers, on_gpu = search.model.layers, choice.settings.gpu_layers
    names = _names(gpu for gpu in search.budget.gpus if gpu.name in choice.settings.devices)
    if choice.verdict is Verdict.GPU:
        return f"All {layers} layers fit on {names}."
    if choice.settings.experts_in_ram:
        return _experts(search, choice, names)
    if choice.verdict is Verdict.SPLIT and on_gpu == search.wish.gpu_layers:
        return f"{on_gpu - 1} of {layers} layers on {names}, as set."
    if choice.verdict is Verdict.SPLIT:
        lack = bytes_in_words(_lack_for_all_layers(search, choice))
        return (
            f"{on_gpu - 1} of {layers} layers on {names}: "
            f"all {layers} would need {lack} more than is free."
        )
    return _why_not_on_gpu(search, choice, devices)


def _chosen_devices(
    search: Search, choice: Choice, devices: Sequence[DeviceFacts]
) -> Iterator[str]:
    """Say what became of cards that are set by hand."""
    wanted = search.wish.devices
    if not wanted:
        return
    there = [one for one in devices if one.name in wanted]
    if not there:
        yield "The graphics card that is set is not there: Inglenook chooses instead."
    elif choice.settings.gpu_layers and len(there) < len(devices):
        yield f"No other card than {_names(there)} is used, as set."


def _why_not_on_gpu(search: Search, choice: Choice, devices: Sequence[DeviceFacts]) -> str:
    gpus = [one for one in devices if one.kind is not DeviceKind.CPU]
    if not gpus:
        return "No graphics card that can be used was found, so the processor does the work."
    names = _names(gpus)
    is_off = search.wish.gpu_layers is not None and search.wish.gpu_layers < 2
    if is_off or search.wish.devices == ():
        return f"The processor does the work, as set; {names} is not used."
    if not search.budget.gpus:
        return f"{names} does not say how much memory is free, so the processor does the work."
    if search.budget.is_shared and search.most_gpu_layers <= search.model.layers:
        return f"The processor does the work: {names} can take all layers or none."
    free = bytes_in_words(sum(gpu.free_bytes for gpu in search.budget.gpus))
    lack = _lack_for_all_layers(search, choice)
    short = f"{bytes_in_words(lack)} too little" if lack else "too little"
    return (
        f"The processor does the work: {names} has {free} free, "
        f"{short} for this model and a conversation."
    )


def _experts(search: Search, choice: Choice, names: str) -> str:
    layers, aside = search.model.layers, choice.settings.experts_in_ram
    which = "those" if aside == layers else f"{aside} of {layers} layers keep those"
    where = "stay in main memory" if aside == layers else "in main memory"
    lack = bytes_in_words(_lack_for_all_layers(search, choice))
    return (
        f"All layers on {names} but for their experts: {which} {where}, since all would need "
        f"{lack} more than is free."
    )


def _names(gpus: Iterable[DeviceFacts]) -> str:
    return " and ".join(gpu.description or gpu.name for gpu in gpus)


def _lack_for_all_layers(search: Search, choice: Choice) -> int:
    every = replace(
        choice.settings,
        gpu_layers=search.model.layers + 1,
        op_offload=False,
        sequences=1,
        experts_in_ram=0,
    )
    return max(0, search.budget.short_of_bytes(search.spread.on_all(every).parts))


def _lack(search: Search, choice: Choice) -> str:
    host = search.budget.host
    need = bytes_in_words(choice.parts[-1].total_bytes)
    if choice.verdict is Verdict.TOO_BIG:
        has = bytes_in_words(host.ram_total_bytes)
        return f"It needs {need} and there are {has}: choose a smaller file or a smaller model."
    free = bytes_in_words(host.ram_available_bytes)
    return f"It needs {need} and {free} are free: close other programs before you start."


def _context(search: Search, choice: Choice) -> str:
    tokens, trained = choice.settings.context_tokens, search.model.context_tokens
    room = f"A conversation may have {tokens:,} tokens"
    wished = search.wish.context_tokens
    if wished is not None and tokens >= wished - 255:
        return f"{room}, as set."
    if trained and tokens >= trained - 255:
        return f"{room}, all that the model was trained for."
    wanted = min(wished or USUAL_CONTEXT, search.context_ceiling)
    if tokens < wanted - 255:
        return _shortened(search, choice, room, wanted)
    return f"{room}." if trained else f"{room}; the model does not say what it was trained for."


def _shortened(search: Search, choice: Choice, room: str, wanted: int) -> str:
    if choice.verdict is Verdict.SPLIT:
        return f"{room}: a longer one would leave fewer layers on the GPU."
    longer = replace(choice.settings, context_tokens=wanted, sequences=1)
    lack = search.budget.short_of_bytes(search.parts(longer))
    if lack <= 0:
        return f"{room}."
    return f"{room}: {wanted:,} would need {bytes_in_words(lack)} more than is free."


def _sequences(search: Search, choice: Choice) -> str:
    count = choice.settings.sequences
    twice = search.parts(replace(choice.settings, sequences=2 * count))
    more = sum(part.total_bytes for part in twice) - sum(
        part.total_bytes for part in choice.parts
    )
    each = bytes_in_words(more // count)
    if count == 1:
        return f"One text at a time is kept ready: one more would take {each}."
    return f"{count} texts are kept ready side by side: each more would take {each}."


def _threads(search: Search, choice: Choice) -> str:
    threads, host = choice.settings.threads, search.budget.host
    count = "1 thread computes" if threads == 1 else f"{threads} threads compute"
    if search.wish.threads is not None:
        return f"{count}, as set."
    if threads < usable_threads(host):
        return f"{count}: the GPU does the work."
    if threads < host.physical_cores:
        return f"{count}: one of {host.logical_cores} cores is left to everything else."
    return f"{count}, one for each core that is meant for such work."
