"""What may be taken of each device's memory, and whether a model's parts fit into it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from inglenook.core.units import GIB, MIB
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts
from inglenook.models.memory import MemoryPart

# Drivers take 250 to 500 MB that nobody reports; Vulkan's view of free memory is optimistic.
_CARD_MARGIN, _VULKAN_MARGIN, _SHARED_MARGIN = 512 * MIB, GIB, 2 * GIB
_HOST_MARGIN, _MOST_HOST_MARGIN = 512 * MIB, 2 * GIB


def usable_gpus(
    devices: Sequence[DeviceFacts], wanted: Collection[str] | None = None
) -> tuple[DeviceFacts, ...]:
    """Return the devices llama.cpp will deal layers to.

    It leaves integrated graphics out when there is a card. One that does not say how much
    memory is free gets no layers.

    Args:
        devices: All GPUs there are.
        wanted: Names of those that may be used; none for the processor alone. None, or not
            one that is there, for all.
    """
    if wanted is not None:
        named = [one for one in devices if one.name in wanted]
        devices = named if named or not wanted else devices
    cards = [one for one in devices if one.kind is DeviceKind.DISCRETE]
    shared = [one for one in devices if one.kind is DeviceKind.INTEGRATED]
    return tuple(one for one in cards or shared if one.free_bytes > 0)


@dataclass(frozen=True, slots=True)
class Budget:
    """The memory of a machine that a model may take.

    Attributes:
        gpus: Those from ``usable_gpus``; all are cards, or all share main memory.
    """

    gpus: tuple[DeviceFacts, ...]
    host: HostFacts

    @property
    def is_shared(self) -> bool:
        """Whether the GPUs take from main memory."""
        return any(gpu.kind is DeviceKind.INTEGRATED for gpu in self.gpus)

    def with_margins(self, parts: Sequence[MemoryPart]) -> tuple[MemoryPart, ...]:
        """Return the parts with what must stay free beside each."""
        margins = {gpu.name: card_margin_bytes(gpu) for gpu in self.gpus}
        usual = host_margin_bytes(self.host)
        return tuple(
            replace(part, margin_bytes=margins.get(part.device, usual)) for part in parts
        )

    def fits(self, parts: Sequence[MemoryPart]) -> bool:
        """Tell whether every part leaves its margin free."""
        return self.short_of_bytes(parts) <= 0

    def gpus_fit(self, parts: Sequence[MemoryPart]) -> bool:
        """Tell the same of the parts on GPUs alone."""
        return all(lack <= 0 for lack in self._gpu_lacks(parts))

    def short_of_bytes(self, parts: Sequence[MemoryPart]) -> int:
        """Return how much memory is lacking where it lacks most; negative if all fits."""
        *on_gpus, on_host = parts
        room = self.host.ram_available_bytes - host_margin_bytes(self.host)
        if self.is_shared and on_gpus and any(part.total_bytes for part in on_gpus):
            room = self.host.ram_available_bytes - max(map(card_margin_bytes, self.gpus))
            on_host_bytes = sum(part.total_bytes for part in parts)
        else:
            on_host_bytes = on_host.total_bytes
        return max([on_host_bytes - room, *self._gpu_lacks(parts)])

    def _gpu_lacks(self, parts: Sequence[MemoryPart]) -> list[int]:
        free = {gpu.name: gpu.free_bytes - card_margin_bytes(gpu) for gpu in self.gpus}
        return [part.total_bytes - free[part.device] for part in parts[:-1] if part.total_bytes]


def card_margin_bytes(gpu: DeviceFacts) -> int:
    """Return what is left free on a GPU."""
    total = gpu.total_bytes or gpu.free_bytes
    if gpu.kind is DeviceKind.INTEGRATED:
        return max(_SHARED_MARGIN, total * 15 // 100)
    least = _VULKAN_MARGIN if gpu.name.startswith("Vulkan") else _CARD_MARGIN
    return max(least, total * 5 // 100)


def host_margin_bytes(host: HostFacts) -> int:
    """Return what is left free in main memory for the window and everything else."""
    return max(_HOST_MARGIN, min(_MOST_HOST_MARGIN, host.ram_total_bytes * 5 // 100))
