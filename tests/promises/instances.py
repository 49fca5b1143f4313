"""Promise L4: of any number of starts one has the window, and nobody is ever locked out."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.promises.table import Outcome, Row, main

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60

# One start, without its window: it prints what it became, and the first one holds the right
# until its input ends; then it prints how many others it has heard.
_START = """
import sys, time
from pathlib import Path
from inglenook.services.instance import Instance, Request, hand_over
folder, number = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
until = time.monotonic() + 20
while True:
    instance = Instance.claim(folder)
    if instance is not None:
        heard = []
        instance.serve(heard.append)
        print("first", flush=True)
        sys.stdin.read()
        instance.close()
        print(len(heard), flush=True)
        break
    if hand_over(folder, Request((f"/{number}.gguf",))):
        print("second", flush=True)
        break
    if time.monotonic() > until:
        print("locked out", flush=True)
        break
    time.sleep(0.02)
"""


@contextmanager
def starts(folder: Path, count: int) -> Iterator[list[subprocess.Popen]]:
    """Return so many processes that are about to start, and see that all of them end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "app")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _START, folder, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for number in range(count)
    ]
    try:
        for process in processes:
            process.stdout.readline()
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    stream.close()


def let_go(processes: list[subprocess.Popen]) -> list[str]:
    """Let all of them start at the same time; return what they became."""
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.stdout.readline().strip() for process in processes]


def at_once(count: int) -> Outcome:
    """2 to 20 starts at the same moment: one opens, it hears all others, which end well."""
    outcome, dice, slowest, most = Outcome(count), random.Random(4), 0.0, 0
    for number in range(count):
        many = 2 + number if number < 3 else dice.randrange(2, 21)
        with tempfile.TemporaryDirectory() as folder, starts(Path(folder), many) as all_of_them:
            since_s = time.monotonic()
            became = let_go(all_of_them)
            slowest, most = max(slowest, time.monotonic() - since_s), max(most, many)
            told = f"case {number}: {many} starts became {sorted(became)}"
            outcome.check(became.count("first") == 1, told)
            outcome.check(became.count("second") == many - 1, told)
            first = all_of_them[became.index("first")] if "first" in became else None
            heard = first.communicate(timeout=WAIT_S)[0].strip() if first else "nobody"
            outcome.check(heard == str(many - 1), f"case {number}: heard {heard} of {many - 1}")
            codes = {process.wait(WAIT_S) for process in all_of_them}
            outcome.check(codes == {0}, f"case {number}: exit codes {codes}")
    outcome.figure = f"up to {most} at once, decided in {slowest * 1000:.0f} ms at most"
    return outcome


def after_a_kill(count: int) -> Outcome:
    """The first one is killed, while two others start: one of these opens."""
    outcome, slowest = Outcome(count), 0.0
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder, starts(Path(folder), 3) as all_of_them:
            victim, *others = all_of_them
            outcome.check(let_go([victim]) == ["first"], f"case {number}: it did not open")
            victim.send_signal(signal.SIGKILL)
            if number % 2:
                victim.wait(WAIT_S)
            since_s = time.monotonic()
            became = sorted(let_go(others))
            slowest = max(slowest, time.monotonic() - since_s)
            outcome.check(became == ["first", "second"], f"case {number}: {became}")
    outcome.figure = f"another opens within {slowest * 1000:.0f} ms"
    return outcome


def while_closing(count: int) -> Outcome:
    """The first one closes while another starts: the other is heard, or opens itself."""
    outcome, opened = Outcome(count), 0
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder, starts(Path(folder), 2) as (one, other):
            outcome.check(let_go([one]) == ["first"], f"case {number}: it did not open")
            other.stdin.write("\n")
            other.stdin.flush()
            heard = one.communicate(timeout=WAIT_S)[0].strip()
            became = other.stdout.readline().strip()
            is_right = became == "first" or (became == "second" and heard == "1")
            opened += became == "first"
            outcome.check(is_right, f"case {number}: {became}, heard {heard}")
    outcome.figure = f"{opened} opened, {count - opened} were heard"
    return outcome


ROWS = (
    Row("L4 of 2 to 20 starts at once one opens and hears the rest", at_once, 40, 1),
    Row("L4 a killed window locks nobody out", after_a_kill, 40, 1),
    Row("L4 a start while the window closes is not lost", while_closing, 40, 1),
)

if __name__ == "__main__":
    sys.exit(main("Promise L4: one window at a time", ROWS))
