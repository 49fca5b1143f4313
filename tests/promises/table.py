"""The table of a promise: what was tried, how often, what failed, and its figure."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class Outcome:
    """What a run of one row found.

    Attributes:
        tried: How often.
        failures: One line each.
        figure: What was measured, in words.
    """

    tried: int = 0
    failures: list[str] = field(default_factory=list)
    figure: str = ""

    def check(self, is_so: bool, what: str) -> None:
        """Note a failure."""
        if not is_so:
            self.failures.append(what)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        promise: What is promised, in words.
        run: Tries it so often.
        full: How often ``./dev promises`` tries it.
        short: How often the tests do.
        bar: What the figure may be at most, in words; empty where only failures count.
    """

    promise: str
    run: Callable[[int], Outcome]
    full: int
    short: int
    bar: str = ""


def main(title: str, rows: Sequence[Row]) -> int:
    """Run all rows and print the table; 1 if a promise is broken."""
    asked = argparse.ArgumentParser(description=title)
    asked.add_argument("--short", action="store_true", help="as often as the tests do")
    asked.add_argument("--tries", type=int, default=0, help="so often, in place of the usual")
    asked.add_argument("--only", default="", help="rows with this word")
    options = asked.parse_args()
    print(f"{title} ({datetime.now(UTC):%Y-%m-%d})\n")
    print(
        f"| {'promise':58} | {'N':>5} | failures | {'figure':46} | {'bar':14} | {'time':>6} |"
    )
    print(f"|{'-' * 60}|{'-' * 6}:|{'-' * 9}:|{'-' * 48}|{'-' * 16}|{'-' * 7}:|")
    failures: list[str] = []
    for row in rows:
        if options.only in row.promise:
            usual = row.short if options.short else row.full
            failures += _run(row, options.tries or usual)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def _run(row: Row, count: int) -> list[str]:
    since_s = time.monotonic()
    try:
        outcome = row.run(count)
    except Exception as error:  # one row must not hide the others
        outcome = Outcome(count, [f"ended early: {error!r}"])
    took_s = time.monotonic() - since_s
    print(
        f"| {row.promise:58} | {outcome.tried:5} | {len(outcome.failures):8} |"
        f" {outcome.figure:46} | {row.bar:14} | {took_s:4.0f} s |",
        flush=True,
    )
    return [f"{row.promise}: {failure}" for failure in outcome.failures]
