"""ggml's backend modules: which of them are beside llama.cpp's library, and how they load.

A portable build has its processor code in one module for each kind of processor, and its
graphics code in others. ggml could look for them itself, but would look beside the Python
program and in the current directory, where anybody may have put one.
"""

import ctypes
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from inglenook.core.errors import EngineStoppedError
from inglenook.engine import ggml
from inglenook.engine.lib import api
from inglenook.models.runtime import AVOIDED_VARIABLE, MODULES_VARIABLE

_PROCESSOR = re.compile(r"(?:lib)?ggml-cpu-[\w.-]{1,40}\.(?:so|dylib|dll)")
# What computes elsewhere (rpc) or only helps the processor (blas) is left out.
_GRAPHICS = re.compile(
    r"(?:lib)?ggml-(?:cuda|hip|metal|musa|sycl|vulkan|opencl)\.(?:so|dylib|dll)"
)
_loaded: dict[str, tuple[str, ...]] = {}


def load_modules(tell: Callable[[str], None] = lambda _name: None) -> tuple[str, ...]:
    """Load what this process was told to load, or else the best that is there.

    A library that computes by itself needs no module for the processor.
    ``GGML_BACKEND_PATH`` may name one more by its full path; ggml knows that variable too,
    but only looks at it when it looks for modules of its own.

    Args:
        tell: Called with a module's file name before it is touched, which may be the end.

    Returns:
        File names, in the order they were loaded.

    Raises:
        EngineStoppedError: there is nothing then that could compute.
    """
    folder = library_folder()
    if str(folder) not in _loaded:
        _loaded[str(folder)] = _load_wanted(folder, tell, computes=_count() > 0)
        _load_extra()
        if not _count():
            raise EngineStoppedError(
                "No part of llama.cpp runs on this processor",
                "Install Inglenook for this kind of computer.",
            )
    return _loaded[str(folder)]


def library_folder() -> Path:
    """Return the folder that llama.cpp's library was loaded from."""
    return Path(api._lib._name).absolute().parent  # noqa: SLF001 - no public name


def _load_wanted(
    folder: Path, tell: Callable[[str], None], *, computes: bool
) -> tuple[str, ...]:
    wanted = os.environ.get(MODULES_VARIABLE)
    if wanted is None:
        avoided = set(os.environ.get(AVOIDED_VARIABLE, "").split("/"))
        there = [name for name in sorted(_names(folder)) if name not in avoided]
        names = [name for name in there if _GRAPHICS.fullmatch(name)]
        names += [] if computes else _best(folder, there, tell)
    else:
        names = [name for name in wanted.split("/") if name in _names(folder)]
    loaded = []
    for name in names:
        tell(name)
        if _load(folder / name):
            loaded.append(name)
    return tuple(loaded)


def _names(folder: Path) -> set[str]:
    try:
        found = {entry.name for entry in folder.iterdir()}
    except OSError:
        return set()
    return {name for name in found if _PROCESSOR.fullmatch(name) or _GRAPHICS.fullmatch(name)}


def _best(folder: Path, names: Sequence[str], tell: Callable[[str], None]) -> list[str]:
    """Return the processor's module that knows most instructions; none if none runs."""
    processors = [name for name in names if _PROCESSOR.fullmatch(name)]
    scores = {name: _score(folder / name, tell) for name in processors}
    best = max(scores, key=lambda name: scores[name], default="")
    return [best] if scores.get(best) else []


def _score(module: Path, tell: Callable[[str], None]) -> int:
    """Ask a module how well it suits this processor; 0 if it does not run there."""
    tell(module.name)
    try:
        ask = ctypes.CDLL(str(module)).ggml_backend_score
    except (OSError, AttributeError):
        return 0
    ask.restype, ask.argtypes = ctypes.c_int, []
    return int(ask())


def _load(module: Path) -> bool:
    load = ggml.function("ggml_backend_load", ctypes.c_void_p, ctypes.c_char_p)
    return bool(load(os.fsencode(module)))


def _load_extra() -> None:
    path = os.environ.get("GGML_BACKEND_PATH", "")
    if path and Path(path).is_absolute():
        _load(Path(path))


def _count() -> int:
    return int(ggml.function("ggml_backend_reg_count", ctypes.c_size_t)())
