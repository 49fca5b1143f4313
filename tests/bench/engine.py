"""Our engine beside llama.cpp's own server and beside the bindings' class, in one run.

Run it with `./dev bench engine`; `--json` prints a list of {name, value, unit, bar, holds},
`--only decode waiting` runs some parts, `--quick` takes few runs and one model. Both sides
have the same model, threads, context and cache, and are asked the same questions in turns.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from inglenook.hardware.cores import measure_cores
from parts import (
    bindings,
    branches,
    concurrent,
    deaths,
    decode,
    drafts,
    gaps,
    memory,
    overhead,
    quotes,
    reopening,
    stopping,
    waiting,
)
from peers.figure import Figure, line
from peers.models import STARTER, requantized
from peers.plan import Plan

Part = Callable[[Plan], Iterator[Figure]]

FOR_EACH_MODEL: dict[str, Part] = {
    "decode": decode.measure,
    "concurrent": concurrent.measure,
    "waiting": waiting.measure,
    "branches": branches.measure,
    "drafts": drafts.measure,
    "memory": memory.measure,
}
FOR_ONE_MODEL: dict[str, Part] = {
    "quotes": quotes.measure,
    "overhead": overhead.measure,
    "bindings": bindings.measure,
    "reopening": reopening.measure,
    "stopping": stopping.measure,
    "gaps": gaps.measure,
    "deaths": deaths.measure,
}
PARTS = FOR_EACH_MODEL | FOR_ONE_MODEL


def main(argv: Sequence[str]) -> int:
    """Print the figures as they come; return 1 if a bar is missed."""
    arguments = parsed(argv)
    found = []
    for figure in figures(arguments):
        found.append(figure)
        if not arguments.json:
            print(line(figure), flush=True)
    if arguments.json:
        print(json.dumps([asdict(each) for each in found], indent=2))
    return 0 if all(each.holds for each in found) else 1


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--threads", type=int, default=measure_cores().physical)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--reference", type=Path, required=True, help="folder of the llama-server to use"
    )
    arguments = parser.parse_args(argv)
    if arguments.quick:
        arguments.runs = min(arguments.runs, 2)
    return arguments


def figures(arguments: argparse.Namespace) -> Iterator[Figure]:
    """Measure part by part."""
    models = {"Q4_1": STARTER}
    if not arguments.quick:
        models["Q4_0"] = requantized()
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as folder:
        for at, (label, model) in enumerate(models.items()):
            plan = plan_of(arguments, label, model, Path(folder))
            for name, measure in (FOR_EACH_MODEL if at else PARTS).items():
                if name in arguments.only:
                    yield from measure(plan)


def plan_of(arguments: argparse.Namespace, label: str, model: Path, folder: Path) -> Plan:
    """Return what every part is given."""
    program = "llama-server.exe" if sys.platform == "win32" else "llama-server"
    return Plan(
        label=label,
        model=model,
        server=arguments.reference / program,
        threads=arguments.threads,
        runs=arguments.runs,
        folder=folder,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
