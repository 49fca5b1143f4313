"""Times the frozen program's start against running from source: `./dev bundle --starts`.

A start is everything from the command to the end of a window that closes once it was painted.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 10
_FIRST_PAINT = "--quit-after-first-paint"
_ANSWER = ("chat", "Say hello.")


def main(argv: Sequence[str]) -> int:
    """Start each in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the folder that was frozen")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args(argv)
    frozen = [str(asked.program / "inglenook")]
    source = [sys.executable, "-m", "inglenook"]
    for what, arguments in {"first paint": (_FIRST_PAINT,), "first answer": _ANSWER}.items():
        medians = compare([*frozen, *arguments], [*source, *arguments], asked.rounds)
        told = f"{medians[0]:.2f} s frozen, {medians[1]:.2f} s from source"
        print(f"{what}: {told}, ratio {medians[0] / medians[1]:.2f}")
    return 0


def compare(one: Sequence[str], other: Sequence[str], rounds: int) -> tuple[float, float]:
    """Return the medians of two commands' times in seconds, taken in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        ways = ((one, first), (other, second))
        for command, home in ways:
            seconds(command, home)  # files are read from the disk once
        for _ in range(rounds):
            for times, (command, home) in zip(taken, ways, strict=True):
                times.append(seconds(command, home))
    return statistics.median(taken[0]), statistics.median(taken[1])


def seconds(command: Sequence[str], home: str) -> float:
    """Run a command without a screen; return how long it took."""
    environment = {
        "INGLENOOK_HOME": home,
        "HOME": home,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "QT_QPA_PLATFORM": "offscreen",
    }
    started_s = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started_s


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
