"""Whether more computation makes better answers with the starter model, and at what price.

Run it with `./dev bench effort`; `--json` prints a list of {name, value, unit, bar, holds},
`--only accuracy` runs some parts, `--questions 20` asks fewer, `--png FILE` draws the curves.
Every answer is kept in `.cache/bench/effort` as soon as it is there: what was interrupted goes
on where it was, and a run with more questions asks only the new ones.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from inglenook.effort.questions import REPORT_SEED
from inglenook.hardware.cores import measure_cores
from parts.effort import accuracy, bits, cascade, forecasts, overhead, search, widths
from parts.effort.bench import SETS, USUAL, Bench, sets_of
from peers.figure import Figure, line

Part = Callable[[Bench], Iterator[Figure]]

PARTS: dict[str, Part] = {
    "accuracy": accuracy.measure,
    "search": search.measure,
    "cascade": cascade.measure,
    "bits": bits.measure,
    "widths": widths.measure,
    "forecasts": forecasts.measure,
    "overhead": overhead.measure,
}


def main(argv: Sequence[str]) -> int:
    """Print the figures as they come; return 1 if a bar is missed."""
    arguments = parsed(argv)
    sets = sets_of(arguments.families, arguments.questions, arguments.seed)
    bench = Bench(
        arguments.threads, sets, arguments.seed, arguments.questions, arguments.larger
    )
    found = []
    for name in arguments.only:
        for figure in PARTS[name](bench):
            found.append(figure)
            if not arguments.json:
                print(line(figure), flush=True)
    if arguments.json:
        print(json.dumps([asdict(each) for each in found], indent=2))
    if arguments.png:
        draw(bench, arguments.png, arguments.only)
    return 0 if all(each.holds for each in found) else 1


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--questions", type=int, default=200, help="of each family")
    about = "0 to 9 for choosing knobs; what is reported comes from 100 on"
    parser.add_argument("--seed", type=int, default=REPORT_SEED, help=about)
    parser.add_argument("--families", nargs="+", choices=SETS, default=list(USUAL))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--threads", type=int, default=measure_cores().physical)
    about = "a GGUF file that answers where the starter's drafts disagree, for the cascade"
    parser.add_argument("--larger", metavar="FILE", type=Path, help=about)
    parser.add_argument("--png", type=Path, help="draw the curves, light and dark")
    return parser.parse_args(argv)


def draw(bench: Bench, target: Path, parts: Sequence[str]) -> None:
    """Draw what was measured, in both themes, beside the file that is named."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from parts.effort.pictures import draw_all  # noqa: PLC0415 (needs a window system's name)

    for path in draw_all(bench, target, parts):
        print(path, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
