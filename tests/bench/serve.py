"""Our server for other programs beside llama.cpp's own, in one run.

Run it with `./dev bench serve`; `--json` prints a list of {name, value, unit, bar, holds},
`--clients 1 8` takes some numbers of programs, `--kinds Q4_0 Q8_0` other types of
weights, `--quick` takes few runs. Both sides have the
same model, threads and context, and are asked the same questions in turns.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from inglenook.hardware.cores import measure_cores
from parts import serving
from peers.figure import line
from peers.models import STARTER, requantized
from peers.plan import Plan

SHIPPED = "Q4_1"


def main(argv: Sequence[str]) -> int:
    """Print the figures as they come; return 1 if a bar is missed."""
    arguments = parsed(argv)
    found = []
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as folder:
        program = "llama-server.exe" if sys.platform == "win32" else "llama-server"
        server = arguments.reference / program
        for kind in arguments.kinds:
            model = STARTER if kind == SHIPPED else requantized(kind)
            mine = Path(folder, kind)
            mine.mkdir()
            plan = Plan(kind, model, server, arguments.threads, arguments.runs, mine)
            for figure in serving.measure(plan, arguments.clients):
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
    parser.add_argument("--kinds", nargs="+", default=[SHIPPED], metavar="KIND")
    parser.add_argument("--clients", nargs="+", type=int, default=serving.CLIENTS)
    parser.add_argument("--threads", type=int, default=measure_cores().physical)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--reference", type=Path, required=True, help="folder of the llama-server to use"
    )
    arguments = parser.parse_args(argv)
    if arguments.quick:
        arguments.runs = min(arguments.runs, 2)
    return arguments


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
