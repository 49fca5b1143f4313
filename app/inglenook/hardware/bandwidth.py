"""How fast this computer reads its memory, measured by a short-lived child.

Writing a token reads nearly all weights once, so this is what bounds an answer's speed.
"""

import ctypes
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from inglenook.models.runtime import with_our_code

TIMEOUT_S = 5.0
_MOST_S = 0.4
# Together far beyond what caches of ordinary processors hold.
_BYTES = 256 * 1024 * 1024
_MOST_THREADS = 64
_RUNS = 8


def probe_command(threads: int) -> tuple[str, ...]:
    """Return the command that measures, in a checkout and in a bundle."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--bandwidth-probe", str(threads))
    return (sys.executable, "-m", "inglenook.hardware.bandwidth", str(threads))


def measure_bandwidth(threads: int, command: tuple[str, ...] | None = None) -> float:
    """Return the bytes a second that so many threads read together; 0 if it cannot be told.

    Takes about half a second and a quarter of a gigabyte.
    """
    try:
        told = subprocess.run(
            command or probe_command(threads),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=True,
            env=with_our_code(os.environ),
            cwd=Path(sys.executable).anchor,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        found = float(told.stdout[:40])
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0.0
    return found if 0 < found < 1e14 else 0.0


def read_bytes_per_s(threads: int) -> float:
    """Measure in this process: the best of a few runs, since other programs only slow it."""
    count = max(1, min(threads, _MOST_THREADS))
    pieces = [_Piece(_BYTES // count) for _ in range(count)]
    best, begun_s = 0.0, time.perf_counter()
    for _ in range(_RUNS):
        best = max(best, _run(pieces))
        if time.perf_counter() - begun_s > _MOST_S:
            break
    return best


class _Piece:
    """Memory of one thread, searched for what is not there by the C library."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._memory = (ctypes.c_ubyte * size)()
        # Pages never written would all be the same one of zeros.
        ctypes.memset(self._memory, 1, size)
        library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
        self._search = library.memchr
        self._search.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
        self._search.restype = ctypes.c_void_p

    def read(self) -> None:
        self._search(self._memory, 2, self.size)


def _run(pieces: list[_Piece]) -> float:
    ready = threading.Barrier(len(pieces) + 1)

    def read(piece: _Piece) -> None:
        ready.wait()
        piece.read()

    workers = [threading.Thread(target=read, args=(piece,)) for piece in pieces]
    for worker in workers:
        worker.start()
    ready.wait()
    begun_s = time.perf_counter()
    for worker in workers:
        worker.join()
    return sum(piece.size for piece in pieces) / (time.perf_counter() - begun_s)


def main() -> int:
    """Print the figure; the way in for ``python -m`` and for the bundle."""
    sys.stdout.write(f"{read_bytes_per_s(int(sys.argv[-1])):.0f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
