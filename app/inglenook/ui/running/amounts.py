"""What a bar of memory shows, as values."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.models.machine import DeviceFacts, DeviceKind, Machine
from inglenook.models.memory import MemoryPart
from inglenook.ui.units import bytes_in_words
from inglenook.ui.words import one_line, tr


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a bar.

    Attributes:
        kind: ``"other"``, ``"weights"``, ``"context"``, ``"work"``, ``"driver"``,
            ``"graphics"``, ``"margin"`` or ``"free"``.
    """

    kind: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """The memory of one device and who has it.

    Attributes:
        title: What kind of memory.
        detail: Which device; may be empty.
        slices: From the left; nothing in them is empty.
        lack_bytes: How much is missing, what is to stay free included; 0 if all fits.
    """

    device: str
    title: str
    detail: str
    total_bytes: int
    slices: tuple[Slice, ...]
    lack_bytes: int = 0

    @property
    def used_bytes(self) -> int:
        """What is taken, by other programs as well."""
        return sum(each.size_bytes for each in self.slices if each.kind not in _LEFT)

    def in_words(self) -> str:
        """Return all of it as sentences for a screen reader."""
        name = f"{self.title}, {self.detail}" if self.detail else self.title
        shares = ", ".join(slice_in_words(each) for each in self.slices)
        text = tr("{name}: {shares}, of {total}.").format(
            name=name, shares=shares, total=bytes_in_words(self.total_bytes)
        )
        if not self.lack_bytes:
            return text
        lack = tr("{lack} too little.").format(lack=bytes_in_words(self.lack_bytes))
        return f"{text} {lack}"


_LEFT = {"margin", "free"}


def slice_name(kind: str) -> str:
    """Return what a stretch of a bar is called."""
    return {
        "other": tr("Other programs"),
        "weights": tr("Model"),
        "context": tr("Conversation"),
        "work": tr("Work space"),
        "driver": tr("Driver"),
        "graphics": tr("Used by graphics"),
        "margin": tr("Kept free"),
        "free": tr("Free"),
    }[kind]


def slice_in_words(one: Slice) -> str:
    """Return a stretch with its size: ``"Model 4.6 GB"``."""
    return f"{slice_name(one.kind)} {bytes_in_words(one.size_bytes)}"


def amounts_of(machine: Machine, parts: Sequence[MemoryPart]) -> tuple[Amounts, ...]:
    """Return a bar for each graphics device that tells its memory, and one for main memory.

    Args:
        machine: As if no model was loaded.
        parts: What a model takes of each device, margins included.
    """
    by_device = {part.device: part for part in parts}
    told = [one for one in machine.devices if one.total_bytes]
    many = len(told) > 1
    cards = [_of_card(one, by_device.get(one.name), is_one_of_many=many) for one in told]
    shared = sum(
        by_device[one.name].total_bytes
        for one in told
        if one.kind is DeviceKind.INTEGRATED and one.name in by_device
    )
    return (*cards, _of_main_memory(machine, by_device.get("CPU"), shared))


def _of_card(one: DeviceFacts, part: MemoryPart | None, *, is_one_of_many: bool) -> Amounts:
    name = one_line(one.description or one.name, 60)
    detail = f"{name} ({one_line(one.name, 20)})" if is_one_of_many else name
    return _amounts(
        one.name, tr("Graphics memory"), detail, one.total_bytes, one.free_bytes, part
    )


def _of_main_memory(machine: Machine, part: MemoryPart | None, shared_bytes: int) -> Amounts:
    host = machine.host
    return _amounts(
        "CPU", tr("Main memory"), "", host.ram_total_bytes, host.ram_available_bytes, part,
        shared_bytes,
    )  # fmt: skip


def _amounts(
    device: str,
    title: str,
    detail: str,
    total_bytes: int,
    free_bytes: int,
    part: MemoryPart | None,
    shared_bytes: int = 0,
) -> Amounts:
    one = part or MemoryPart(device, 0, 0, 0, 0)
    need = one.total_bytes + shared_bytes
    margin = one.margin_bytes if need else 0
    left = max(0, free_bytes - need)
    slices = (
        Slice("other", total_bytes - free_bytes),
        Slice("weights", one.weights_bytes),
        Slice("context", one.kv_bytes),
        Slice("work", one.compute_bytes),
        Slice("driver", one.overhead_bytes),
        Slice("graphics", shared_bytes),
        Slice("margin", min(margin, left)),
        Slice("free", left - min(margin, left)),
    )
    shown = tuple(each for each in slices if each.size_bytes > 0)
    lack = max(0, need + margin - free_bytes) if need else 0
    return Amounts(device, title, detail, total_bytes, shown, lack)
