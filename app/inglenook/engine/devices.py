"""llama.cpp's own list of devices, printed as JSON by a process that may die of a driver."""

import json
import os
import sys

from inglenook.engine import ggml
from inglenook.models.machine import DeviceFacts, DeviceKind

_KINDS = {
    ggml.CPU: DeviceKind.CPU,
    ggml.GPU: DeviceKind.DISCRETE,
    ggml.INTEGRATED: DeviceKind.INTEGRATED,
}
# Metal calls every GPU discrete, but Macs share their memory.
_SHARING_BACKENDS = {"MTL", "Metal"}


def listed_devices() -> tuple[DeviceFacts, ...]:
    """Return the devices of ggml's registry, in its order.

    Asking may load drivers, and CUDA then keeps memory until the process ends: call this in
    a process made for it.
    """
    ggml.load_modules()
    found = map(_facts, ggml.devices())
    return tuple(one for one in found if one is not None)


def main() -> int:
    """Print the devices as JSON; the way in for ``python -m`` and for the bundle."""
    # Drivers and layers print what they like; only the report may go to our reader.
    report_fd = os.dup(1)
    os.dup2(2, 1)
    report = [
        {
            "name": one.name,
            "description": one.description,
            "kind": one.kind.value,
            "total_bytes": one.total_bytes,
            "free_bytes": one.free_bytes,
        }
        for one in listed_devices()
    ]
    with os.fdopen(report_fd, "w", encoding="utf-8") as out:
        json.dump(report, out)
    return 0


def _facts(device: ggml.Device) -> DeviceFacts | None:
    kind = _KINDS.get(ggml.device_kind(device))
    if kind is None:
        return None
    if ggml.backend_name(device) in _SHARING_BACKENDS:
        kind = DeviceKind.INTEGRATED
    free, total = ggml.memory_bytes(device)
    return DeviceFacts(
        name=ggml.device_name(device),
        description=ggml.text("ggml_backend_dev_description", device),
        kind=kind,
        total_bytes=total,
        free_bytes=free,
    )


if __name__ == "__main__":
    sys.exit(main())
