"""Between what the controls go, and what a position means for a wish."""

from dataclasses import dataclass

from inglenook.models.fit import Plan
from inglenook.models.machine import Machine
from inglenook.ui.units import grouped
from inglenook.ui.words import one_line, tr

_SHORTEST, _STEP = 1024, 256
# A page of a book has about 500 words, and a word is about 4/3 tokens in English.
_TOKENS_A_PAGE = 670
_MOST_ALONE = 4


def context_stops(longest_tokens: int, *others: int) -> tuple[int, ...]:
    """Return the lengths to choose from: doublings, the longest, and those in use.

    Args:
        longest_tokens: What the model allows.
        others: Lengths that must be among them.
    """
    longest = max(_STEP, longest_tokens // _STEP * _STEP)
    stops, tokens = {longest, *(each for each in others if _STEP <= each <= longest)}, _SHORTEST
    while tokens < longest:
        stops.add(tokens)
        tokens *= 2
    return tuple(sorted(stops))


def pages_in_words(tokens: int) -> str:
    """Return what a length means: ``"about 12 pages"``."""
    pages = round(tokens / _TOKENS_A_PAGE)
    if pages < 2:
        return tr("about a page")
    if pages >= 100:
        pages = round(pages, -1)
    return tr("about {count} pages").format(count=grouped(pages))


def layers_shown(plan: Plan) -> int:
    """Return how many of the model's own layers are on graphics cards."""
    return max(0, min(plan.settings.gpu_layers - 1, plan.limits.layers))


def layers_wished(shown: int) -> int:
    """Return the wish for so many of the model's own layers; the output layer comes along."""
    return shown + 1 if shown else 0


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """One way to use the devices.

    Attributes:
        devices: As in a wish; None for all, () for the processor alone.
    """

    words: str
    devices: tuple[str, ...] | None


def device_choices(machine: Machine) -> tuple[DeviceChoice, ...]:
    """Return the ways to use a computer's devices; one if there are none but the processor.

    Of more than a few cards, none is offered alone: there is no room to name them all.
    """
    gpus = [one for one in machine.devices if one.free_bytes]
    processor = DeviceChoice(tr("Processor alone"), ())
    if not gpus:
        return (DeviceChoice(tr("Processor"), None),)
    if len(gpus) == 1:
        return (DeviceChoice(tr("Graphics card"), None), processor)
    alone = [DeviceChoice(one_line(one.name, 20), (one.name,)) for one in gpus]
    named = alone if len(alone) <= _MOST_ALONE else []
    return (DeviceChoice(tr("All cards"), None), *named, processor)
