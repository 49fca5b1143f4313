"""Computers with graphics cards that are not there, for tests and for the benchmark.

The backend is compiled once from ``fake_gpu/`` against the headers of the pinned llama.cpp,
which ``./dev`` fetches, and linked with the libraries that are installed.
"""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from inglenook.core.units import MIB
from inglenook.models.machine import DeviceFacts, DeviceKind

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).parent / "fake_gpu"
_HEADERS = ROOT / ".cache" / "headers" / "llama-cpp-python==0.3.36"
_BUILT = ROOT / ".cache" / "fake_gpu"
_COMPILE = ("g++", "-std=c++17", "-O1", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror")
_KINDS = {DeviceKind.DISCRETE: "gpu", DeviceKind.INTEGRATED: "igpu"}


def environment(
    devices: Sequence[DeviceFacts],
    *,
    ram_bytes: int | None = None,
    backend: str = "CUDA",
) -> dict[str, str]:
    """Return what makes a process see these devices once it loads ggml's modules.

    Args:
        devices: Cards; what is free there is all they give.
        ram_bytes: Main memory to pretend. All weights then read as zeros, so that models of
            any size load in a moment; without it everything is real but the cards.
        backend: What the devices' backend calls itself.
    """
    found = {
        "GGML_BACKEND_PATH": str(_library("fake_gpu")),
        "GGML_FAKE_GPU": ";".join(map(_words, devices)),
        "GGML_FAKE_GPU_BACKEND": backend,
    }
    if ram_bytes is not None:
        found["GGML_FAKE_GPU_ZEROS"] = "1"
        found["GGML_FAKE_GPU_RAM_MIB"] = str(ram_bytes // MIB)
        found["LD_PRELOAD"] = str(_library("no_reading"))
    return found


def card(
    name: str,
    total_mib: int,
    free_mib: int | None = None,
    kind: DeviceKind = DeviceKind.DISCRETE,
) -> DeviceFacts:
    """Return a card; all of it is free if nothing else is said."""
    free = total_mib if free_mib is None else free_mib
    return DeviceFacts(name, f"Card {name}", kind, total_mib * MIB, free * MIB)


def _words(one: DeviceFacts) -> str:
    sizes = f"{one.total_bytes // MIB},{one.free_bytes // MIB}"
    return f"{one.name},{_KINDS[one.kind]},{sizes},{one.description}"


@cache
def _library(name: str) -> Path:
    source = SOURCES / f"{name}.cpp"
    key = hashlib.sha256(source.read_bytes() + repr(_linked()).encode()).hexdigest()[:16]
    built = _BUILT / f"{name}-{key}.so"
    if built.exists():
        return built
    assert _HEADERS.exists(), "run this with ./dev, which fetches llama.cpp's headers"
    built.parent.mkdir(parents=True, exist_ok=True)
    fresh = built.with_suffix(f".{os.getpid()}")
    headers = [f"-I{_HEADERS / folder}" for folder in ("include", "src")]
    subprocess.run(
        [*_COMPILE, *headers, str(source), "-o", str(fresh), "-ldl", *_linked()], check=True
    )
    fresh.rename(built)
    return built


def _linked() -> tuple[str, ...]:
    """Name the libraries by their SONAMEs, so that the copies in use are linked with."""
    found = find_spec("llama_cpp")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "lib"
    names = (f"-l:lib{part}.so.0" for part in ("ggml", "ggml-base", "ggml-cpu"))
    return (f"-L{folder}", *names)
