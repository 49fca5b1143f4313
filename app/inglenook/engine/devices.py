"""llama.cpp's own list of devices, printed as JSON by a process that may die of a driver.

Before anything is touched that may end the process, a line says what it is. The last line is
the report.
"""

import os
import sys
from typing import IO

import msgspec

from inglenook.engine import ggml, nvml
from inglenook.engine.arithmetic import try_processor
from inglenook.engine.lib import build, fingerprint
from inglenook.engine.modules import library_folder, load_modules
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.runtime import AVOIDED_VARIABLE

_KINDS = {
    ggml.CPU: DeviceKind.CPU,
    ggml.GPU: DeviceKind.DISCRETE,
    ggml.INTEGRATED: DeviceKind.INTEGRATED,
}
# Metal calls every GPU discrete, but Macs share their memory.
_SHARING_BACKENDS = {"MTL", "Metal"}
NVML = "nvml"


class Trying(msgspec.Struct, frozen=True):
    """What is touched next: a module's file name, ``"nvml"``, or ``""`` for the library."""

    trying: str


class Listed(msgspec.Struct, frozen=True):
    """One device, as ggml's registry has it.

    Attributes:
        id: Where it is plugged in; ``""`` if that is not told.
    """

    name: str
    description: str
    kind: DeviceKind
    total_bytes: int
    free_bytes: int
    id: str = ""


class Report(msgspec.Struct, frozen=True):
    """All that was found.

    Attributes:
        modules: File names of the modules that were loaded.
        build: llama.cpp's version.
        fingerprint: What tells its very build from all others.
        folder: Of its library.
        cards: What NVIDIA's library says.
    """

    devices: tuple[Listed, ...]
    modules: tuple[str, ...]
    build: str
    fingerprint: str
    folder: str
    cards: tuple[nvml.Card, ...]


def listed_devices() -> tuple[DeviceFacts, ...]:
    """Return the devices of ggml's registry, in its order.

    Asking may load drivers, and CUDA then keeps memory until the process ends: call this in
    a process made for it.
    """
    load_modules()
    return tuple(
        DeviceFacts(one.name, one.description, one.kind, one.total_bytes, one.free_bytes)
        for one in _listed()
    )


def main() -> int:
    """Print the report; the way in for ``python -m`` and for the bundle."""
    # Drivers and layers print what they like; only the report may go to our reader.
    report_fd = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(report_fd, "wb", buffering=0) as out:
        modules = load_modules(lambda name: _write(out, Trying(name)))
        processor = next((name for name in modules if "-cpu-" in name), "")
        _write(out, Trying(processor))
        if not try_processor():
            return 1
        _write(out, Trying(next((name for name in modules if name != processor), processor)))
        listed = _listed()
        cards: tuple[nvml.Card, ...] = ()
        if NVML not in os.environ.get(AVOIDED_VARIABLE, "").split("/"):
            _write(out, Trying(NVML))
            cards = nvml.cards()
        folder = str(library_folder())
        _write(out, Report(listed, modules, build(), fingerprint(), folder, cards))
    return 0


def _write(out: IO[bytes], line: Trying | Report) -> None:
    out.write(msgspec.json.encode(line) + b"\n")


def _listed() -> tuple[Listed, ...]:
    found = map(_facts, ggml.devices())
    return tuple(one for one in found if one is not None)


def _facts(device: ggml.Device) -> Listed | None:
    kind = _KINDS.get(ggml.device_kind(device))
    if kind is None:
        return None
    if ggml.backend_name(device) in _SHARING_BACKENDS:
        kind = DeviceKind.INTEGRATED
    free, total = ggml.memory_bytes(device)
    return Listed(
        name=ggml.device_name(device),
        description=ggml.text("ggml_backend_dev_description", device),
        kind=kind,
        total_bytes=total,
        free_bytes=free,
        id=ggml.device_id(device),
    )


if __name__ == "__main__":
    sys.exit(main())
