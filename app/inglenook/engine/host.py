"""The engine process: its start, its pipe, its backend, its end.

Run as ``python -m inglenook.engine.host --backend llama``. The process speaks the protocol on
its first two descriptors and nothing else; it ends when the pipe does.
"""

import argparse
import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn, cast

from inglenook.core.errors import InglenookError
from inglenook.engine import echo
from inglenook.engine.backend import Backend
from inglenook.engine.channel import Channel, PipeChannel
from inglenook.engine.loop import Loop
from inglenook.engine.outbox import Outbox

if sys.platform == "win32":
    import msvcrt
else:
    import resource

NO_BACKEND = 3
"""Exit status when the backend's libraries cannot be loaded."""

_PR_SET_PDEATHSIG = 1


def make_backend(name: str, channel: Channel, last_words: Callable[[str], None]) -> Backend:
    """Return the backend called ``"llama"`` or ``"echo"``.

    Args:
        name: Which.
        channel: For the echo, which can play a broken engine.
        last_words: Called with llama.cpp's own text right before it aborts.
    """
    if name == "echo":
        return echo.make_backend(channel, last_words)
    # By their names: whatever imports the host to run the echo on a thread must not get
    # llama.cpp with it.
    importlib.import_module("inglenook.engine.lib").on_abort(last_words)
    backend = importlib.import_module("inglenook.engine.answering").LlamaBackend()
    return cast("Backend", backend)


def take_standard_streams() -> PipeChannel:
    """Return the pipe to the parent, and leave nothing that a stray print could disturb.

    Standard output becomes standard error, standard input becomes empty.
    """
    reads, writes = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        msvcrt.setmode(reads, os.O_BINARY)
        msvcrt.setmode(writes, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return PipeChannel(
        os.fdopen(reads, "rb", buffering=0), os.fdopen(writes, "wb", buffering=0)
    )


def die_cleanly() -> None:
    """Leave neither an orphan nor a core file, which would hold what people wrote.

    Elsewhere than on Linux, the end of the pipe alone ends an orphan.
    """
    if sys.platform != "win32":
        # One byte, not none: a limit of 0 does not keep Linux from piping a core to a handler.
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Serve the parent on standard input and output, then end the process."""
    parser = argparse.ArgumentParser(prog="inglenook engine")
    parser.add_argument("--backend", choices=("llama", "echo"), required=True)
    name = parser.parse_args(arguments).backend
    die_cleanly()
    channel = take_standard_streams()
    # Readers and sender are short and rare; the model's thread should hardly feel them.
    sys.setswitchinterval(0.0005)
    os._exit(_serve(name, channel))


def _serve(name: str, channel: Channel) -> int:
    try:
        loop = Loop(channel, partial(make_backend, name), leave=os._exit)
    except (ImportError, OSError, AttributeError, InglenookError) as cause:
        # A library that is missing or too old; there is no loop yet that could say so.
        last = Outbox(channel, busy=lambda: False, on_closed=lambda: None)
        last.last_words(f"{type(cause).__name__}: {cause}")
        return NO_BACKEND
    return loop.run()


if __name__ == "__main__":
    main()
