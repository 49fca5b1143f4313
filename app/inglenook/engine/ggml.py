"""ggml's own functions, which the bindings leave out: its list of devices and of buffers."""

import ctypes
import itertools
import platform
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

from inglenook.engine.lib import api

Device: TypeAlias = int
"""Where ggml keeps what it knows of a device."""
BufferType: TypeAlias = int
"""Where ggml keeps what it knows of a kind of memory."""

# enum ggml_backend_dev_type; accelerators (3) work for the CPU, 4 stands for several others.
CPU, GPU, INTEGRATED = 0, 1, 2
MOST_DEVICES = 64
_HANDLE = ctypes.c_void_p
# What libggml has; everything else is in libggml-base.
_OF_REGISTRY = (
    "ggml_backend_dev_count", "ggml_backend_dev_get", "ggml_backend_load",
    "ggml_backend_reg_by_name", "ggml_backend_reg_count",
)  # fmt: skip


class _Feature(ctypes.Structure):
    """struct ggml_backend_feature."""

    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p)]


class _Capabilities(ctypes.Structure):
    _fields_ = [(name, ctypes.c_bool) for name in ("async_", "host", "from_pointer", "events")]


class _Properties(ctypes.Structure):
    """struct ggml_backend_dev_props."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("free", ctypes.c_size_t),
        ("total", ctypes.c_size_t),
        ("kind", ctypes.c_int),
        ("device_id", ctypes.c_char_p),
        ("capabilities", _Capabilities),
    ]


def devices() -> tuple[Device, ...]:
    """Return all devices in ggml's order, each once: the backend that came first has it.

    Asking may load drivers, and CUDA then keeps memory until the process ends.
    """
    count = function("ggml_backend_dev_count", ctypes.c_size_t)()
    get = function("ggml_backend_dev_get", _HANDLE, ctypes.c_size_t)
    found: list[Device] = []
    seen: set[bytes] = set()
    for device in filter(None, map(get, range(min(count, MOST_DEVICES)))):
        name = _properties(device).device_id
        if name is None or name not in seen:
            found.append(device)
        seen.add(name or b"")
    return tuple(found)


def device_named(name: str) -> Device | None:
    """Return the device of that name."""
    return next((one for one in devices() if device_name(one) == name), None)


def device_name(device: Device) -> str:
    """Return ggml's name of a device: ``"CUDA0"``."""
    return text("ggml_backend_dev_name", device)


def device_kind(device: Device) -> int:
    """Return what a device is: ``CPU``, ``GPU``, ``INTEGRATED`` or another number."""
    return int(function("ggml_backend_dev_type", ctypes.c_int, _HANDLE)(device))


def backend_name(device: Device) -> str:
    """Return the backend a device belongs to: ``"CUDA"``."""
    return text(
        "ggml_backend_reg_name",
        function("ggml_backend_dev_backend_reg", _HANDLE, _HANDLE)(device),
    )


def device_id(device: Device) -> str:
    """Return where a device is plugged in, ``"0000:01:00.0"``; ``""`` if that is not told."""
    raw: bytes | None = _properties(device).device_id
    return (raw or b"").decode("utf-8", "replace")[:64]


def memory_bytes(device: Device) -> tuple[int, int]:
    """Return a device's free and total memory."""
    free, total = ctypes.c_size_t(0), ctypes.c_size_t(0)
    ask = function("ggml_backend_dev_memory", None, _HANDLE, _HANDLE, _HANDLE)
    ask(device, ctypes.byref(free), ctypes.byref(total))
    return free.value, total.value


def holder(kind: BufferType) -> str:
    """Return the device whose memory a kind of buffer takes; ``"CPU"`` for main memory.

    Memory that the processor reads directly is main memory, whichever driver hands it out.
    """
    if function("ggml_backend_buft_is_host", ctypes.c_bool, _HANDLE)(kind):
        return "CPU"
    device = function("ggml_backend_buft_get_device", _HANDLE, _HANDLE)(kind)
    if not device or device_kind(device) not in {GPU, INTEGRATED}:
        return "CPU"
    return device_name(device)


def main_memory() -> BufferType:
    """Return the kind of buffer that lies in main memory."""
    return int(function("ggml_backend_cpu_buffer_type", _HANDLE)())


def processor_features() -> frozenset[str]:
    """Return what ggml's code for the processor was compiled for: ``{"AVX2", "FMA"}``.

    Nothing before the modules of the processor are loaded. No device is asked: that would
    wake up graphics cards.
    """
    ask = processor_function("ggml_backend_get_features")
    if ask is None:
        return frozenset()
    listed = ctypes.CFUNCTYPE(ctypes.POINTER(_Feature), _HANDLE)(ask)(_processor())
    found = itertools.takewhile(lambda each: each.name, (listed[i] for i in itertools.count()))
    return frozenset(each.name.decode("ascii", "replace") for each in found)


def processor_function(name: str) -> int | None:
    """Return the address of a function in ggml's code for the processor; None without it.

    None before the modules of the processor are loaded.
    """
    find = function("ggml_backend_reg_get_proc_address", _HANDLE, _HANDLE, ctypes.c_char_p)
    registry = _processor()
    return find(registry, name.encode()) if registry else None


def _processor() -> int | None:
    by_name = function("ggml_backend_reg_by_name", _HANDLE, ctypes.c_char_p)
    registry: int | None = by_name(b"CPU")
    return registry


def text(name: str, handle: int) -> str:
    """Return what a function of ggml says of a handle, at most 256 characters."""
    raw: bytes | None = function(name, ctypes.c_char_p, _HANDLE)(handle)
    return (raw or b"").decode("utf-8", "replace")[:256]


@cache
def function(name: str, answer: type | None, *arguments: type) -> Callable[..., Any]:
    """Return a function of ggml, as this caller declares it; others may declare it otherwise.

    Raises:
        AttributeError: this build of ggml has no such function.
    """
    # By index: by attribute, ctypes hands out one object for all, and types of one caller
    # would become those of another.
    found = _library("ggml" if name in _OF_REGISTRY else "ggml-base")[name]
    found.restype, found.argtypes = answer, list(arguments)
    return cast("Callable[..., Any]", found)


def _properties(device: Device) -> _Properties:
    found = _Properties()
    function("ggml_backend_dev_get_props", None, _HANDLE, _HANDLE)(device, ctypes.byref(found))
    return found


@cache
def _library(name: str) -> ctypes.CDLL:
    """Return the library that has ggml's functions, in the copy llama.cpp itself uses.

    The wheel holds several copies, each with a registry of its own. Looking a function up
    through llama.cpp's handle finds the right one, except on Windows, where handles show
    only their own functions and there is one copy.
    """
    if platform.system() != "Windows":
        return cast("ctypes.CDLL", api._lib)  # noqa: SLF001 - there is no public way to it
    return ctypes.CDLL(str(Path(api._lib._name).parent / f"{name}.dll"))  # noqa: SLF001
