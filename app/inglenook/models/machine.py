"""What the planner needs to know of a computer: values only, measured in hardware/."""

from dataclasses import dataclass
from enum import StrEnum


class DeviceKind(StrEnum):
    """How a device has its memory."""

    CPU = "cpu"
    DISCRETE = "discrete"
    """A graphics card with memory of its own."""
    INTEGRATED = "integrated"
    """Graphics that share the computer's memory; Metal is one of these."""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One device that llama.cpp can run layers on.

    Attributes:
        name: As in ggml's registry: ``"CUDA0"``, ``"Metal"``, ``"CPU"``.
        description: The product's name.
        total_bytes: 0 if unknown.
        free_bytes: 0 if unknown; an unknown device is never used.
        driver: The driver's version; ``""`` if it is not told.
        source: Where these facts are from, or why some are not known.
    """

    name: str
    description: str
    kind: DeviceKind
    total_bytes: int
    free_bytes: int
    driver: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """The computer around the devices.

    Attributes:
        ram_total_bytes: Installed, or the container's limit when that is lower.
        ram_available_bytes: What may be taken now without swapping.
        physical_cores: Cores this process may use; not hyper-threads, not efficiency cores.
        sources: Where each fact came from, or why it is not known, by field name.
    """

    ram_total_bytes: int
    ram_available_bytes: int
    physical_cores: int
    logical_cores: int
    processor: str = ""
    instruction_set: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """All the planner needs to know of a computer, this one or another."""

    devices: tuple[DeviceFacts, ...]
    host: HostFacts
