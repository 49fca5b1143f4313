"""What a plan said of memory beside what was then taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inglenook.core.units import MIB, bytes_in_words
from inglenook.models.memory import MemoryPart

PARTS = ("weights", "kv", "compute", "overhead")
"""What a device's memory is made of, by the names of its fields."""

# Less than anybody would look at; cards hand out memory in pieces of 2 MiB.
_NOTHING_BYTES = 2 * MIB


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of one device's memory, or all of it.

    Attributes:
        part: One of ``PARTS``; ``"together"`` for all of them.
    """

    device: str
    part: str
    planned_bytes: int
    taken_bytes: int

    @property
    def off_percent(self) -> float:
        """By how much more, or less, was taken than planned, in percent of what was planned."""
        if self.planned_bytes == self.taken_bytes:
            return 0.0
        return 100 * (self.taken_bytes / max(1, self.planned_bytes) - 1)


def compare(planned: Sequence[MemoryPart], taken: Sequence[MemoryPart]) -> tuple[Compared, ...]:
    """Return each device's parts, and all of them together, as planned and as taken.

    Parts that are neither planned nor taken are left out. Without a plan, or where the engine
    cannot tell what it took, there is nothing to compare.
    """
    if not planned or not taken:
        return ()
    return tuple(_compared(planned, taken))


def _compared(planned: Sequence[MemoryPart], taken: Sequence[MemoryPart]) -> Iterator[Compared]:
    empty = MemoryPart("", 0, 0, 0, 0)
    said = {part.device: part for part in planned}
    real = {part.device: part for part in taken}
    for device in dict.fromkeys((*said, *real)):
        one, other = said.get(device, empty), real.get(device, empty)
        for part in (*PARTS, "together"):
            pair = (size_bytes(one, part), size_bytes(other, part))
            if any(pair):
                yield Compared(device, part, *pair)


def size_bytes(memory: MemoryPart, part: str) -> int:
    """Return one part of a device's memory, or all of it."""
    match part:
        case "weights":
            return memory.weights_bytes
        case "kv":
            return memory.kv_bytes
        case "compute":
            return memory.compute_bytes
        case "overhead":
            return memory.overhead_bytes
        case _:
            return memory.total_bytes


def learned(planned: Sequence[MemoryPart], taken: Sequence[MemoryPart]) -> tuple[str, ...]:
    """Return what a load has taught about drivers, as sentences."""
    said = {part.device: part.overhead_bytes for part in planned}
    return tuple(
        f"The driver took {bytes_in_words(part.overhead_bytes)} of {part.device} for itself; "
        "counted from now on."
        for part in taken
        if abs(part.overhead_bytes - said.get(part.device, 0)) > _NOTHING_BYTES
    )
