"""llama.cpp's own list of devices, printed as JSON by a process that may die of a driver."""

import ctypes
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from inglenook.engine.lib import api
from inglenook.models.machine import DeviceFacts, DeviceKind

# enum ggml_backend_dev_type; accelerators (3) work for the CPU, 4 stands for several others.
_CPU, _GPU, _INTEGRATED = 0, 1, 2
_KINDS = {_CPU: DeviceKind.CPU, _GPU: DeviceKind.DISCRETE, _INTEGRATED: DeviceKind.INTEGRATED}
# Metal calls every GPU discrete, but Macs share their memory.
_SHARING_BACKENDS = {"MTL", "Metal"}
_MOST_DEVICES = 64
_HANDLE = ctypes.c_void_p


def listed_devices() -> tuple[DeviceFacts, ...]:
    """Return the devices of ggml's registry, in its order.

    Asking may load drivers, and CUDA then keeps memory until the process ends: call this in
    a process made for it.
    """
    base = _library("ggml-base")
    count = _function(_library("ggml"), "ggml_backend_dev_count", ctypes.c_size_t)()
    get = _function(_library("ggml"), "ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    handles = [get(index) for index in range(min(count, _MOST_DEVICES))]
    found = [_facts(base, handle) for handle in handles if handle]
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


def _facts(base: ctypes.CDLL, handle: int) -> DeviceFacts | None:
    kind = _KINDS.get(_function(base, "ggml_backend_dev_type", ctypes.c_int, _HANDLE)(handle))
    if kind is None:
        return None
    backend = _function(base, "ggml_backend_dev_backend_reg", ctypes.c_void_p, _HANDLE)(handle)
    if _text(base, "ggml_backend_reg_name", backend) in _SHARING_BACKENDS:
        kind = DeviceKind.INTEGRATED
    free, total = ctypes.c_size_t(0), ctypes.c_size_t(0)
    memory = _function(base, "ggml_backend_dev_memory", None, *[_HANDLE] * 3)
    memory(handle, ctypes.byref(free), ctypes.byref(total))
    return DeviceFacts(
        name=_text(base, "ggml_backend_dev_name", handle),
        description=_text(base, "ggml_backend_dev_description", handle),
        kind=kind,
        total_bytes=total.value,
        free_bytes=free.value,
    )


def _text(base: ctypes.CDLL, name: str, handle: int) -> str:
    raw: bytes | None = _function(base, name, ctypes.c_char_p, _HANDLE)(handle)
    return (raw or b"").decode("utf-8", "replace")[:256]


def _function(
    library: ctypes.CDLL, name: str, answer: type | None, *arguments: type
) -> Callable[..., Any]:
    function = getattr(library, name)
    function.restype, function.argtypes = answer, list(arguments)
    return cast("Callable[..., Any]", function)


def _library(name: str) -> ctypes.CDLL:
    """Return the library that has ggml's functions, in the copy llama.cpp itself uses.

    The wheel holds several copies, each with a registry of its own. Looking a function up
    through llama.cpp's handle finds the right one, except on Windows, where handles show
    only their own functions and there is one copy.
    """
    if platform.system() != "Windows":
        return cast("ctypes.CDLL", api._lib)  # noqa: SLF001 - there is no public way to it
    return ctypes.CDLL(str(Path(api.__file__).parent / "lib" / f"{name}.dll"))


if __name__ == "__main__":
    sys.exit(main())
