"""What ggml and a card's own library say of its memory, compared."""

from dataclasses import dataclass, replace

from inglenook.core.units import MIB, bytes_in_words
from inglenook.models.machine import DeviceFacts

# ggml and NVML read the same counters at two moments; more apart than this is news.
_SAME_SHARE, _SAME_BYTES = 0.05, 256 * MIB


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a card's own library says.

    Attributes:
        source: Who says it: ``"NVML"``.
        others_bytes: What other programs have of it; 0 if that is not told.
    """

    source: str
    driver: str
    total_bytes: int
    free_bytes: int
    others_bytes: int = 0


def agreed(device: DeviceFacts, second: SecondOpinion) -> tuple[DeviceFacts, str]:
    """Return a device with the smaller of two figures, and a sentence if they differ much.

    They differ much where one is more than 5 % or 256 MiB above the other.
    """
    apart = abs(device.free_bytes - second.free_bytes)
    smaller = min(device.free_bytes, second.free_bytes)
    same = min(_SAME_SHARE * max(device.free_bytes, second.free_bytes), _SAME_BYTES)
    total = min(device.total_bytes, second.total_bytes) or device.total_bytes
    found = replace(
        device,
        free_bytes=smaller,
        total_bytes=total,
        driver=second.driver,
        source=f"{device.source}; {_told(second)}",
    )
    if apart <= same:
        return found, ""
    name = device.description or device.name
    return found, (
        f"{name} has {bytes_in_words(device.free_bytes)} free as llama.cpp sees it, and "
        f"{bytes_in_words(second.free_bytes)} as {second.source} does: the smaller counts."
    )


def _told(second: SecondOpinion) -> str:
    used = ""
    if second.others_bytes:
        used = f", {bytes_in_words(second.others_bytes)} used by other programs"
    driver = f", driver {second.driver}" if second.driver else ""
    return f"{second.source} says {bytes_in_words(second.free_bytes)} free{used}{driver}"
