"""The ways an engine process can end without being asked to, for tests and demonstrations."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

from inglenook.engine.channel import PipeChannel

if sys.platform != "win32":
    import resource

_ASSERTION = "echo.cpp:1: GGML_ASSERT(hearth_is_warm) failed"
_SPARE_BYTES = 64 * 1024 * 1024


def die(way: str, channel: PipeChannel, last_words: Callable[[str], None]) -> None:
    """End this process, or make it useless, in one of several ways.

    Args:
        way: One of ``echoscript.WAYS_TO_DIE``.
        channel: The pipe to the parent.
        last_words: Called before an abort, as llama.cpp's hook does.
    """
    match way:
        case "kill":
            _kill()
        case "abort":
            last_words(_ASSERTION)
            os.abort()
        case "exit":
            os._exit(0)
        case "garbage":
            channel.send_raw(b"\x07\x00\x00\x00rubbish" + b"\xff" * 64)
        case "hang":
            _hang()
        case "stall":
            threading.Event().wait()
        case "memory":
            _take_all_memory()


def _kill() -> None:
    # Windows has no SIGKILL; there SIGTERM ends a process as abruptly.
    os.kill(os.getpid(), signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _hang() -> None:
    """Call native code that keeps the interpreter's lock and never returns."""
    if sys.platform == "win32":
        ctypes.PyDLL("kernel32").Sleep(-1)
    else:
        ctypes.PyDLL(None).pause()


def _take_all_memory() -> None:
    """Allocate up to a limit near what is in use, then abort as C++ does when it gets none."""
    if sys.platform != "win32":
        in_use = ctypes.sizeof(ctypes.c_size_t)
        if sys.platform == "linux":
            with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 -- not a path of ours
                in_use = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + _SPARE_BYTES,) * 2)
    hoard = []
    try:
        while True:
            hoard.append(bytearray(8 * 1024 * 1024))
    except MemoryError:
        os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
        os.abort()
