"""A first guess at what fits, when nothing but the number of parameters is known."""

from collections.abc import Sequence

from inglenook.core.units import GIB
from inglenook.models.budget import card_margin_bytes, host_margin_bytes, usable_gpus
from inglenook.models.machine import DeviceFacts, HostFacts

# Q4_K_M, the usual file: 4.85 bits a weight over whole models, as llama.cpp's own table has it.
_BITS = 4.85
# Cache and working memory of a short talk with a model of middling size.
_BESIDE_BYTES = GIB


def usual_file_bytes(parameters: int) -> int:
    """Return about how large the usual 4-bit file of a model is.

    Args:
        parameters: How many.
    """
    return int(parameters * _BITS / 8)


def probably_fits(
    parameters: int, devices: Sequence[DeviceFacts], host: HostFacts
) -> bool | None:
    """Guess whether the usual 4-bit file of a model runs here; None if nothing is known.

    Args:
        parameters: How many; 0 if unknown.
        devices: Those of this computer.
        host: Its memory, all of it: what other programs have now they may give back.
    """
    if parameters <= 0:
        return None
    cards = [max(gpu.free_bytes - card_margin_bytes(gpu), 0) for gpu in usable_gpus(devices)]
    room = max(host.ram_total_bytes - host_margin_bytes(host), sum(cards))
    return usual_file_bytes(parameters) + _BESIDE_BYTES <= room
