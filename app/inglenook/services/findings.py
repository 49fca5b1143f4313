"""What is found on this computer that matters to models, in a few figures for people."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.errors import InglenookError
from inglenook.hardware.machine import disk_free_bytes
from inglenook.models.machine import DeviceKind, Machine


@dataclass(frozen=True, slots=True)
class Graphics:
    """A graphics device that models can run on.

    Attributes:
        memory_bytes: 0 if unknown, or if it shares the computer's.
    """

    name: str
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """This computer.

    Attributes:
        ram_bytes: Installed, or what this process may have of it.
        free_ram_bytes: Free now.
        processor: Its name; ``""`` if unknown.
        cores: Those that models are computed on.
        graphics: Best first; empty if there are none that models can use.
        disk_bytes: Free where models are kept; None if it cannot be told.
    """

    ram_bytes: int
    free_ram_bytes: int
    processor: str
    cores: int
    graphics: tuple[Graphics, ...]
    disk_bytes: int | None


def findings_of(machine: Machine, disk_bytes: int | None) -> Findings:
    """Return the figures of a computer."""
    cards = [each for each in machine.devices if each.kind is not DeviceKind.CPU]
    cards.sort(key=lambda each: (each.kind is not DeviceKind.DISCRETE, -each.total_bytes))
    host = machine.host
    return Findings(
        host.ram_total_bytes,
        host.ram_available_bytes,
        host.processor,
        host.physical_cores,
        tuple(
            Graphics(
                each.description or each.name,
                each.total_bytes if each.kind is DeviceKind.DISCRETE else 0,
            )
            for each in cards
        ),
        disk_bytes,
    )


def find_out(
    measure: Callable[[], Machine], folder: Path, tell: Callable[[Findings], None]
) -> None:
    """Look at this computer beside, since a driver may take seconds to answer.

    Args:
        measure: Returns what there is.
        folder: Where models are kept.
        tell: Called on another thread, once; not at all if nothing can be measured.
    """

    def look() -> None:
        try:
            machine = measure()
        except InglenookError:
            return
        tell(findings_of(machine, disk_free_bytes(folder)))

    threading.Thread(target=look, name="findings", daemon=True).start()
