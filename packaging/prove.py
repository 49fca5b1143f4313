"""Proves that one bundle runs on any processor: `./dev bundle --prove` tries it with less.

The module for the newest processor is taken away again and again, as an older processor would
refuse it, and each time the program must start, find the next one and answer. Then it answers
on older processors that are emulated, where an instruction too many would end it. Last, its
speed with AVX2 is compared with that of the bindings as they were built for this processor.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bundle

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import InglenookError
from inglenook.engine.process import EngineProcess
from inglenook.engine.protocol import Answer, Done, Load, Loaded, Turn
from inglenook.hardware.devices import find_devices
from inglenook.models.fit import EngineSettings
from inglenook.models.runtime import Launch
from inglenook.services.check import TriedEngine

ENGINE = Path("_internal", "llama_cpp", "lib")
QUESTION = "What is a lighthouse? Answer in one short sentence."
ROUNDS = 9
LEAST_RATIO = 0.95
"""Of the speed with AVX2 to that of a native build, the median of pairs."""
AVX2, BASELINE = "libggml-cpu-haswell.so", "libggml-cpu-x64.so"
_NEWER_THAN_AVX2 = (
    "alderlake", "sapphirerapids", "zen4", "cooperlake", "icelake", "cascadelake",
    "cannonlake", "skylakex",
)  # fmt: skip
EMULATED = ("Nehalem", "SandyBridge", "Opteron_G5", "Haswell")
"""QEMU's names of processors of 2008, 2011, 2012 and 2013."""
_EMULATOR = "qemu-x86_64"


def main(argv: Sequence[str]) -> int:
    """Try and compare; return 1 if the program does not answer somewhere or is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the folder that was frozen")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=asked.program.parent) as work:
        tried = walk_down(linked_copy(asked.program, Path(work) / "less"))
        survived = emulate(asked.program.absolute())
        ratio = compare(linked_copy(asked.program, Path(work) / "avx2"), asked.rounds)
    return 0 if tried[-1:] == [BASELINE] and survived and ratio >= LEAST_RATIO else 1


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


def emulate(program: Path) -> bool:
    """Have the starter model answer on older processors; tell whether it did on all of them."""
    if shutil.which(_EMULATOR) is None:
        print(f"There is no {_EMULATOR} here (package qemu-user): nothing is emulated.")
        return True
    # It would have OpenBLAS compute for a processor by name, whichever there is.
    os.environ.pop("OPENBLAS_CORETYPE", None)
    # As the frozen program sets them; it would start itself once more, and not emulated.
    os.environ |= {
        "LD_LIBRARY_PATH": str(program / "_internal"),
        "_PYI_APPLICATION_HOME_DIR": str(program / "_internal"),
        "_PYI_ARCHIVE_FILE": str(program / "inglenook"),
        "_PYI_PARENT_PROCESS_LEVEL": "0",
    }
    answers = [emulated(program, processor) for processor in EMULATED]
    for name in ("LD_LIBRARY_PATH", *(each for each in os.environ if each.startswith("_PYI_"))):
        del os.environ[name]
    return all(answers)


def emulated(program: Path, processor: str) -> bool:
    """Have the starter model write four tokens on one processor; tell whether it did."""
    begin = [_EMULATOR, "-cpu", processor, str(program / "inglenook")]
    found = find_devices([*begin, "--device-probe"], timeout_s=60)
    model = next((program / bundle.MODELS).glob("*.gguf"))
    sampling = replace(EXACT, answer_limit_tokens=4)
    host = [*begin, "--engine-host", "--backend", "llama"]
    started_s = time.monotonic()
    try:
        with closing(TriedEngine("llama", lambda: EngineProcess(host, Launch()))) as engine:
            engine.client.send(Load(str(model), EngineSettings(context_tokens=256)))
            engine.wait(Loaded)
            engine.client.send(Answer("a", "a", (Turn(Role.USER, "Hi."),), sampling))
            written = engine.wait(Done).timings.answer_tokens
    except InglenookError as error:
        print(f"emulated {processor}: {error}")
        return False
    took_s = time.monotonic() - started_s
    told = f"{', '.join(found.modules) or found.source}; {written} tokens in {took_s:.0f} s"
    print(f"emulated {processor}: {told}", flush=True)
    return written > 0


def compare(program: Path, rounds: int) -> float:
    """Answer in turns with AVX2 and with the native build; return the median of the ratios."""
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
    for name, each in speeds.items():
        told = " ".join(f"{one:.0f}" for one in sorted(each))
        print(f"{name}: median {statistics.median(each):.1f} tokens/s of {told}")
    # By pairs, since a busy computer is busy for both of one pair.
    pairs = zip(speeds["AVX2"], speeds["native"], strict=True)
    ratio = statistics.median(avx2 / native if native else 0.0 for avx2, native in pairs)
    print(f"AVX2 in the bundle / native build: {ratio:.3f} (at least {LEAST_RATIO})")
    return ratio


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
