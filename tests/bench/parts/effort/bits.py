"""The same model at two, four and eight bits: right answers over seconds on this computer."""

import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

from inglenook.effort.families import FAMILIES
from inglenook.effort.ladder import STEPS, Ladder, rung_of
from parts.effort.accuracy import span
from parts.effort.bench import Bench, Subject
from parts.effort.widths import drafts
from peers.figure import Figure
from peers.models import STARTER, requantized

TIMED_QUESTIONS = 3
LONGEST_S = 60.0
"""What takes longer than this is timed once; the first question warms up for the others."""
DRAFTS = 8
FAMILY = "sum3"
KINDS = {"Q8_0": 40, "Q2_0": 10}
"""Made from the shipped file, which has four bits: the eight can be no better than it was. Each
is asked so many questions; with two bits each takes a minute, and nothing was right."""
SHIPPED = 40


def measure(bench: Bench) -> Iterator[Figure]:
    """Ask every file the same questions, then tell what each reaches."""
    for rung in ladder(bench).rungs:
        for each in rung.figures:
            text = (
                f"{FAMILY}, {rung.name}: {each.drafts:.0f} drafts, {each.questions} questions, "
                f"{span(each.accuracy)}"
            )
            seconds = "not timed" if each.seconds is None else f"in {each.seconds:.2f} s"
            yield Figure(text, each.accuracy.value, seconds)


@cache
def ladder(bench: Bench) -> Ladder:
    """Return what each file reaches, and how long that takes; measured once a run."""
    files = {"Q4_1, shipped": STARTER, **{each: requantized(each) for each in KINDS}}
    family, counts = FAMILIES[FAMILY], {"Q4_1, shipped": SHIPPED, **KINDS}
    reports = {}
    for name, path in files.items():
        asked = family.questions(min(counts[name], bench.questions), seed=bench.seed)
        reports[name] = bench.report(Subject(path, drafts=DRAFTS), asked)
    seconds = paces(bench, files)
    rungs = [rung_of(name, each) for name, each in reports.items()]
    timed = tuple(
        replace(
            rung,
            figures=tuple(
                replace(each, seconds=seconds.get((rung.name, round(each.drafts))))
                for each in rung.figures
            ),
        )
        for rung in rungs
    )
    return Ladder(FAMILY, max(each.questions for each in reports.values()), timed)


def paces(bench: Bench, files: Mapping[str, Path]) -> dict[tuple[str, int], float]:
    """Return how long a question takes each file; in turns, so a busy moment is everybody's."""
    spent: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as engines:
        askers = {
            name: engines.enter_context(bench.asker(path)) for name, path in files.items()
        }
        for number in range(TIMED_QUESTIONS):
            for count in STEPS:
                for name, asker in askers.items():
                    known = spent.setdefault((name, count), [])
                    if not known or known[-1] <= LONGEST_S:
                        known.append(drafts(bench, asker, number, count).spent_s)
    return {key: statistics.median(each[1:] or each) for key, each in spent.items()}
