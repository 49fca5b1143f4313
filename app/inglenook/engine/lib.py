"""The one door to llama.cpp: its C functions, NULL checks, log, abort hook and abort flag."""

import ctypes
import hashlib
import os
import platform
import re
import sys
from collections import deque
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias

import numpy as np

from inglenook.core.errors import InglenookError

__all__ = [
    "AbortFlag",
    "Handle",
    "api",
    "array_pointer",
    "bindings",
    "build",
    "checked",
    "declared_here",
    "fingerprint",
    "log",
    "log_callback",
    "on_abort",
    "silence",
]

Handle: TypeAlias = Any
"""A pointer, structure or function of the bindings, which carry no types."""

_PACKAGE = "llama_cpp"
# The folder may be the system's, with all its other libraries.
_OURS = re.compile("ggml|llama")


def bindings(name: str) -> Handle:
    """Import a module of C functions, without the package that it is in.

    The package's own start-up loads a whole library of classes, a disk cache and SQLite:
    23 MB and 0.13 to 0.26 s more (measured, two cores).
    """
    spec = find_spec(_PACKAGE)
    if _PACKAGE in sys.modules or spec is None or spec.submodule_search_locations is None:
        return import_module(f"{_PACKAGE}.{name}")
    bare = ModuleType(_PACKAGE)
    bare.__spec__, bare.__path__ = spec, list(spec.submodule_search_locations)
    sys.modules[_PACKAGE] = bare
    try:
        return import_module(f"{_PACKAGE}.{name}")
    finally:
        del sys.modules[_PACKAGE]  # whoever wants the whole of it gets that


api: Final[Handle] = bindings("llama_cpp")

_LINES_KEPT = 400
_ABI_WITH_SMALL_BOOL = {"x86_64", "amd64", "arm64", "aarch64"}

AbortHook = ctypes.CFUNCTYPE(None, ctypes.c_char_p)
AbortQuestion = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)


class Log:
    """The last lines llama.cpp wrote, kept to explain a failure; nothing is printed.

    Threads: any; llama.cpp calls it from threads of its own.
    """

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._unfinished = ""

    def add(self, _level: int, text: bytes, _user_data: object) -> None:
        """Take what llama.cpp wrote, which may be part of a line."""
        *whole, self._unfinished = (
            self._unfinished[-4096:] + text.decode("utf-8", "replace")
        ).split("\n")
        self._lines.extend(whole)

    def clear(self) -> None:
        """Forget everything, before a call whose failure will be explained."""
        self._lines.clear()
        self._unfinished = ""

    def lines(self) -> tuple[str, ...]:
        """Return the newest lines, oldest first."""
        return tuple(self._lines)


log: Final = Log()
log_callback: Final = api.llama_log_callback(log.add)  # llama.cpp keeps only a bare pointer


def silence() -> None:
    """Send llama.cpp's output to ``log`` and keep a crash from starting a debugger."""
    # Without this an assertion forks gdb where it is installed, which takes seconds.
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    api.llama_log_set(log_callback, ctypes.c_void_p(0))


silence()


def build() -> str:
    """Return llama.cpp's version in its own words."""
    return f"llama.cpp {api.llama_version().decode('utf-8', 'replace')}"


def fingerprint() -> str:
    """Return what tells this very build from another one, even of the same version.

    The kernels have files of their own, which may be new where the library is not.

    Raises:
        OSError: its files cannot be looked at.
    """
    found = hashlib.sha256()
    folder = Path(api._lib._name).absolute().parent  # noqa: SLF001 (no public name)
    for each in sorted(folder.iterdir()):
        if not (_OURS.search(each.name) and each.is_file()):
            continue
        file = each.stat()
        found.update(f"{each.name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return f"{build()} {version('llama-cpp-python')} {found.hexdigest()[:16]}"


def checked(pointer: Handle, error: InglenookError) -> Handle:
    """Return a pointer that is not NULL.

    The bindings return a pointer object even for NULL, so ``is None`` never fires: its
    truth value is what tells.

    Raises:
        InglenookError: the one given, if the pointer is NULL.
    """
    if not pointer:
        raise error
    return pointer


def array_pointer(array: "np.ndarray[Any, Any]", item: Handle) -> Handle:
    """Return a C pointer to an array's first element; the caller keeps the array alive."""
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(item))


_abort_hooks: list[Handle] = []  # ggml keeps only a bare pointer


def on_abort(tell: Callable[[str], None]) -> bool:
    """Have ``tell`` called with the failed assertion before llama.cpp ends the process.

    Returns:
        False where ggml's library cannot be reached; the process then dies untold.
    """
    set_hook = _ggml_set_abort_callback()
    if set_hook is None:
        return False
    hook = AbortHook(lambda text: tell((text or b"").decode("utf-8", "replace")))
    _abort_hooks.append(hook)
    set_hook.restype = ctypes.c_void_p
    set_hook.argtypes = [AbortHook]
    set_hook(hook)
    return True


def _ggml_set_abort_callback() -> Handle:
    # Asked of libllama's own handle: the wheel has several copies of ggml's library, and a
    # path could open one that llama.cpp does not use.
    found = declared_here(api._lib, "ggml_set_abort_callback")  # noqa: SLF001 (no public name)
    if found is None and os.name == "nt":
        found = declared_here(ctypes.CDLL("ggml-base.dll"), "ggml_set_abort_callback")
    return found


def declared_here(library: ctypes.CDLL, name: str) -> Handle | None:
    """Return a function of a library for one caller to declare; None if there is none.

    By attribute, ctypes hands out one object for all, and types of one caller would become
    those of another.
    """
    try:
        return library[name]
    except AttributeError:
        return None


class AbortFlag:
    """A flag that a running decode looks at, without ever waking the interpreter.

    The callback llama.cpp asks at each graph node is the C library's ``strlen`` and its user
    data is our buffer: an empty string reads as false, one character as true. A Python
    callback would be called some 400 times a token and cost about 1 ms (measured, two cores).
    Where a bool may not sit in the low byte of a size, the Python callback is used.

    Threads: any.
    """

    def __init__(self) -> None:
        self._buffer = (ctypes.c_ubyte * 64)()  # room for wide reads; always zero-terminated
        self.callback = _strlen_callback() or AbortQuestion(lambda _data: self.is_raised)
        self.address = ctypes.addressof(self._buffer)

    @property
    def is_raised(self) -> bool:
        """Whether decoding is to end early."""
        return bool(self._buffer[0])

    def set(self, *, on: bool) -> None:
        """Raise or lower the flag."""
        self._buffer[0] = 1 if on else 0


def _strlen_callback() -> Handle:
    if platform.machine().lower() not in _ABI_WITH_SMALL_BOOL:
        return None
    try:
        strlen = (ctypes.CDLL("msvcrt") if os.name == "nt" else ctypes.CDLL(None)).strlen
    except (OSError, AttributeError):
        return None
    return ctypes.cast(strlen, AbortQuestion)
