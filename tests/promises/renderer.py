"""Promise S4: what a model writes is shown, and nothing else comes of it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.promises.hostile import CANARY
from tests.promises.table import Outcome, Row, main

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 1800
PORT = 8099
_TRACE = "trace=%file,%network"
_NETWORK = ("sa_family=AF_INET", "socket(AF_INET", "sin6_addr", "sendto(AF_INET")


@contextmanager
def baits() -> Iterator[Path]:
    """Make a folder with what the messages name: a picture, a pipe, and a link to a device."""
    with tempfile.TemporaryDirectory() as whole:
        folder = Path(whole, CANARY)
        folder.mkdir()
        (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        os.mkfifo(folder / "pipe")
        (folder / "zero").symlink_to("/dev/zero")
        yield folder


def shown(count: int, folder: Path, before: Sequence[str | Path] = ()) -> list[str]:
    """Show so many messages in a window of its own process; return the lines it prints."""
    command = [sys.executable, "-m", "tests.promises.hostilewindow"]
    done = subprocess.run(
        [*map(str, before), *command, str(count), str(folder), str(PORT)],
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'app'}:{ROOT}",
            "INGLENOOK_HOME": str(folder.parent / "home"),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-400:]
    assert "Traceback" not in done.stderr, done.stderr[-400:]
    return done.stdout.splitlines()


def cage(folder: Path) -> tuple[list[str], str]:
    """Return a command line that hears every call of the system, and how it is done."""
    trace = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "4096", "-e", _TRACE]
    trace += ["-o", str(folder.parent / "calls")]
    alone = ["unshare", "-rn"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        return trace, "traced"
    inside = [sys.executable, "-m", "tests.promises.netcage", str(PORT)]
    return [*alone, *inside, *trace], "traced, own network"


def inert(count: int) -> Outcome:
    """Nothing that a message names is touched, and nobody is called."""
    outcome = Outcome(count)
    if shutil.which("strace") is None:
        outcome.failures.append("this needs strace")
        return outcome
    with baits() as folder:
        before, how = cage(folder)
        told = shown(count, folder, before)
        calls = (folder.parent / "calls").read_text("utf-8", "replace").splitlines()
    named = [line for line in calls if _names_bait(line, folder)]
    called = [line for line in calls if any(sign in line for sign in _NETWORK)]
    outcome.failures += [f"opened: {line[:200]}" for line in named[:20]]
    outcome.failures += [f"called: {line[:200]}" for line in called[:20]]
    outcome.failures += [line for line in told if line.startswith("called") and line[7:] != "0"]
    outcome.check(len(calls) > 200, f"only {len(calls)} calls were heard")
    outcome.figure = f"0 of {len(calls):,} calls ({how})".replace(
        "0", str(len(named) + len(called)), 1
    )
    return outcome


def _names_bait(line: str, folder: Path) -> bool:
    """Tell whether a call names what only the messages name; our own arguments do too."""
    if "execve(" in line:
        return False
    return f"{CANARY}." in line or f"{folder}/" in line or '"/dev/zero"' in line


@cache
def _untraced(count: int) -> dict:
    with baits() as folder:
        return json.loads(shown(count, folder)[-1])


def prompt(count: int) -> Outcome:
    """No message holds the window up."""
    outcome, told = Outcome(count), _untraced(count)
    outcome.failures += told["late"]
    outcome.figure = f"longest turn {1000 * told['longest_s']:.0f} ms of CPU"
    return outcome


def asked_first(count: int) -> Outcome:
    """A link opens after a yes to its real host, and nothing else opens at all."""
    told = _untraced(count)
    outcome = Outcome(count, [*told["wrong"], *(f"opened: {each}" for each in told["unasked"])])
    outcome.check(told["pressed"] > 0, "no link was pressed")
    outcome.figure = f"{told['pressed']} links pressed, 0 opened unasked"
    return outcome


ROWS = (
    Row("S4 hostile messages open no file and call nobody", inert, 300, 8, "0 calls"),
    Row("S4 hostile messages hold the window up 0.1 s at most", prompt, 300, 12, "100 ms"),
    Row("S4 links open after a yes to their real host", asked_first, 300, 12, "0 unasked"),
)

if __name__ == "__main__":
    sys.exit(main("S4 The renderer is inert", ROWS))
