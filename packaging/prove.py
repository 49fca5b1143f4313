"""Proves that one bundle runs on any processor: `./dev bundle --prove` tries it with less.

The module for the newest processor is taken away again and again, as an older processor would
refuse it, and each time the program must start, find the next one and answer. Then its speed
with AVX2 is compared with that of the bindings as they were built for this very processor.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bundle

ENGINE = Path("_internal", "llama_cpp", "lib")
QUESTION = "What is a lighthouse? Answer in one short sentence."
ROUNDS = 9
LEAST_RATIO = 0.95
"""Of the speed with AVX2 to that of a native build, by the medians."""
AVX2, BASELINE = "libggml-cpu-haswell.so", "libggml-cpu-x64.so"
_NEWER_THAN_AVX2 = (
    "alderlake", "sapphirerapids", "zen4", "cooperlake", "icelake", "cascadelake",
    "cannonlake", "skylakex",
)  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Try and compare; return 1 if the program does not answer somewhere or is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the folder that was frozen")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=asked.program.parent) as work:
        tried = walk_down(linked_copy(asked.program, Path(work) / "less"))
        ratio = compare(linked_copy(asked.program, Path(work) / "avx2"), asked.rounds)
    return 0 if tried[-1:] == [BASELINE] and ratio >= LEAST_RATIO else 1


def linked_copy(program: Path, target: Path) -> Path:
    """Return a copy whose files are the same on the disk, so that some can be taken away."""
    shutil.copytree(program, target, symlinks=True, copy_function=os.link)
    return target


def walk_down(program: Path) -> list[str]:
    """Take away the best module until none is left; return those with which it answered."""
    print(f"{'module':34}{'self-test':>10}{'start':>9}{'tokens/s':>10}")
    answered: list[str] = []
    with tempfile.TemporaryDirectory() as home:
        while module := chosen(program, home):
            started_s = time.monotonic()
            speed = speed_of([str(program / "inglenook")], home)
            took_s = time.monotonic() - started_s
            print(f"{module:34}{'ok':>10}{took_s:7.1f} s{speed:10.1f}", flush=True)
            if speed:
                answered.append(module)
            (program / ENGINE / module).unlink()
    print("without any module: no engine, as it must be")
    return answered


def chosen(program: Path, home: str) -> str:
    """Return the module for the processor that the frozen program loads; "" if none."""
    found = bundle.said([str(program / "inglenook"), "--self-test", "--json"], home)
    facts = [
        value
        for one in found.get("findings", ())
        for name, value in one["facts"]
        if name == "part" and "-cpu-" in value
    ]
    return facts[0] if facts else ""


def speed_of(command: Sequence[str], home: str) -> float:
    """Ask the starter model something; return tokens per second, 0 if it failed."""
    return bundle.speed_in(bundle.said([*command, "chat", "--json", QUESTION], home))


def compare(program: Path, rounds: int) -> float:
    """Answer in turns with AVX2 and with the native build; return the ratio of the medians."""
    for name in _NEWER_THAN_AVX2:
        (program / ENGINE / f"libggml-cpu-{name}.so").unlink(missing_ok=True)
    ways = {
        "AVX2": [str(program / "inglenook")],
        "native": [sys.executable, "-m", "inglenook"],
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as home:
        print(f"the bundle with AVX2: {chosen(program, home)}")
        for at in range(rounds):
            # Who is first changes, since a computer that was idle goes faster for a while.
            for name in list(ways)[:: 1 if at % 2 else -1]:
                speeds[name].append(speed_of(ways[name], home))
    medians = {name: statistics.median(each) for name, each in speeds.items()}
    for name, each in speeds.items():
        told = " ".join(f"{one:.0f}" for one in sorted(each))
        print(f"{name}: median {medians[name]:.1f} tokens/s of {told}")
    ratio = medians["AVX2"] / medians["native"] if medians["native"] else 0.0
    print(f"AVX2 in the bundle / native build: {ratio:.3f} (at least {LEAST_RATIO})")
    return ratio


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
