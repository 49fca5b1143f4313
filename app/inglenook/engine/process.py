"""An engine in a process of its own, as its parent holds it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from inglenook.core.errors import EngineStoppedError
from inglenook.engine.channel import PipeChannel, RawStream
from inglenook.models.runtime import Launch, with_our_code

MOST_OUTPUT_BYTES = 16 * 1024

# What a process needs to find its libraries, its graphics driver and its language. Everything
# else stays here: tokens, proxies, names of accounts.
_KEPT = frozenset({
    "HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "PATH", "PROCESSOR_ARCHITECTURE",
    "NUMBER_OF_PROCESSORS", "PROGRAMDATA", "PROGRAMFILES", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP",
    "TMP", "TMPDIR", "TZ", "USERPROFILE", "VIRTUAL_ENV", "WINDIR", "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
})  # fmt: skip
_KEPT_BEGINNINGS = (
    "CUDA_", "DYLD_", "GGML_", "GOMP_", "GPU_", "HIP_", "HSA_", "KMP_", "LC_", "MESA_",
    "NVIDIA_", "OMP_", "ROCR_", "SYCL_", "VK_", "ZES_", "ONEAPI_", "_PYI_",
)  # fmt: skip


# Threads that wait for one another spin a while before they sleep. Too short, and they sleep
# between the parts of a step (GOMP_SPINCOUNT 100: 52 to 80 tokens/s; 5000: 110 to 130; two
# threads, SmolLM2-135M, 2026-11). By default they spin on for many times as long, to nobody's
# use. Beside busy programs any spinning is bad, so then there are fewer threads (engine/crew).
BRIEF_WAITING = {"GOMP_SPINCOUNT": "5000", "KMP_BLOCKTIME": "1"}


def engine_command(backend: str) -> list[str]:
    """Return the command line that runs an engine with this backend."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-host", "--backend", backend]
    return [sys.executable, "-m", "inglenook.engine.host", "--backend", backend]


def engine_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return what an engine process may know of our environment."""
    kept = {
        name: value
        for name, value in ours.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_BEGINNINGS)
    }
    # Without it ggml calls a debugger when it aborts, which takes seconds.
    kept["GGML_NO_BACKTRACE"] = "1"
    for name, brief in BRIEF_WAITING.items():
        kept.setdefault(name, brief)
    kept["PYTHONUTF8"] = "1"
    return with_our_code(kept)


class EngineProcess:
    """A child process, its pipe, and the end of what it printed.

    Threads: ``channel`` as Channel says; the rest on the thread that made it, which must
    live as long as the process does, since Linux kills a child with the thread that
    started it.

    Attributes:
        channel: The pipe.
        pid: Its process id, which is its process group as well.
    """

    def __init__(
        self,
        command: Sequence[str],
        launch: Launch | None = None,
        on_end: Callable[[int], None] = lambda _status: None,
    ) -> None:
        """Start it.

        Args:
            command: The command line.
            launch: The runtime to use; the bindings' own if None.
            on_end: Told the exit status, once or more often, by whoever waits for the end.

        Raises:
            EngineStoppedError: the system does not start it.
        """
        self._on_end = on_end
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        try:
            self._child = subprocess.Popen(
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=Path(sys.executable).anchor,
                env=(launch or Launch()).applied(engine_environment(os.environ)),
                start_new_session=sys.platform != "win32",
                creationflags=flags,
            )
        except OSError as cause:
            raise EngineStoppedError(
                "The engine cannot be started",
                "Start Inglenook again; if that does not help, install it again.",
                reason=cause.strerror or type(cause).__name__,
            ) from cause
        self.pid = self._child.pid
        self.channel = PipeChannel(
            cast("RawStream", self._child.stdout), cast("RawStream", self._child.stdin)
        )
        self._errors = cast("IO[bytes]", self._child.stderr)
        self._output = bytearray()
        self._listener = threading.Thread(
            target=self._listen, name="engine output", daemon=True
        )
        self._listener.start()

    def kill(self) -> None:
        """Kill its process group; harmless when it has ended."""
        if self._child.poll() is not None:
            return
        if sys.platform == "win32":
            self._child.kill()
        else:
            # Not reaped yet, so the id is still its own.
            os.killpg(self.pid, signal.SIGKILL)

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit status, negative for a signal, or None if it still runs."""
        try:
            status = self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        self._on_end(status)
        return status

    def output(self) -> str:
        """Return the last it printed, at most MOST_OUTPUT_BYTES, without control characters."""
        text = self._output.decode("utf-8", "replace")
        return "".join(each for each in text if each.isprintable() or each == "\n")

    def close(self) -> None:
        """Close the pipes of a process that has ended; nobody may use the channel any more."""
        # A grandchild may hold the other end open: then the thread stays and keeps its pipe.
        self._listener.join(0.5)
        self.channel.close()
        if not self._listener.is_alive():
            self._errors.close()

    def _listen(self) -> None:
        while piece := self._errors.read(4096):
            self._output += piece
            del self._output[:-MOST_OUTPUT_BYTES]
