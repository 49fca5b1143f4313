"""Promise R6: a download ends with the right file, whatever happens on the way."""

import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tests.data.hub_faults import (
    Drip,
    Drop,
    Extra,
    Flip,
    Gzip,
    Hang,
    IgnoreRange,
    LieLength,
    OtherEtag,
    ShiftRange,
    Short,
    Status,
)
from tests.downloads.rig import NAME, REPO, TOKEN, Rig
from tests.promises.names import hostile_names
from tests.promises.table import Outcome, Row, main

from inglenook.core.errors import (
    InglenookError,
    StoppedError,
    UnsafeNameError,
    WrongFileError,
)
from inglenook.core.units import KIB, MIB

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60


@contextmanager
def a_rig(size: int = 2 * MIB, **options: object) -> Iterator[Rig]:
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(Path(folder) / "models", size=size, **options)
        try:
            yield rig
        finally:
            rig.close()


def random_breaks(count: int) -> Outcome:
    """Each transfer is broken one to five times, at random bytes."""
    outcome, dice, breaks, twice = Outcome(count), random.Random(6), 0, 0
    for number in range(count):
        with a_rig(dice.randrange(1, 4 * MIB), redirects=dice.random() < 0.5) as rig:
            cuts = dice.randrange(1, 6)
            for _ in range(cuts):
                after = dice.randrange(len(rig.content))
                rig.hub.faults.append(Drop(after, hard=dice.random() < 0.3))
            rig.fetch()
            happened = cuts - len(rig.hub.faults)
            breaks += happened
            worst = rig.twice_bytes() / max(happened, 1)
            twice = max(twice, worst)
            outcome.check(rig.is_right(), f"transfer {number} is not right")
            outcome.check(worst <= MIB, f"transfer {number}: {worst:.0f} bytes twice per break")
    outcome.figure = f"{breaks} breaks, {twice / KIB:.0f} KiB twice a break at most"
    return outcome


ODD = (
    Status(500), Status(429, {"Retry-After": "0"}), Status(416), Status(403), Status(404),
    IgnoreRange(), ShiftRange(-7), ShiftRange(7), Flip(1_000_000), LieLength(9), LieLength(-9),
    Extra(b"x"), Short(9), Gzip(), OtherEtag('"x"'), Hang(None), Hang(1_000_000),
)  # fmt: skip


def odd_servers(count: int) -> Outcome:
    """Random faults of servers and lines after one another."""
    outcome, dice, said = Outcome(count), random.Random(7), 0
    for number in range(count):
        with a_rig() as rig:
            rig.limits = replace(rig.limits, stall_s=0.2, answer_s=0.4, tries=20)
            rig.hub.faults += [Drop(dice.randrange(2 * MIB)), *dice.sample(ODD, 2)]
            try:
                rig.fetch()
            except WrongFileError:
                said += 1
                outcome.check(rig.left() == [], f"case {number} left {rig.left()}")
            else:
                outcome.check(rig.is_right(), f"case {number} is not right")
    outcome.figure = f"{count - said} right, {said} refused as another file"
    return outcome


def stays_wrong(count: int) -> Outcome:
    """A server that always sends one wrong byte."""
    outcome, dice = Outcome(count), random.Random(8)
    for number in range(count):
        with a_rig(300_000) as rig:
            rig.hub.faults += [Flip(dice.randrange(300_000)) for _ in range(2)]
            seen = []
            rig.hear = lambda _, rig=rig, seen=seen: seen.append(rig.target.exists())
            with suppress(WrongFileError):
                rig.fetch()
                outcome.failures.append(f"case {number} was taken for right")
            outcome.check(not any(seen) and rig.left() == [], f"case {number} was kept")
    outcome.figure = "never visible, never kept"
    return outcome


def pauses(count: int) -> Outcome:
    """Stop at random moments of a slow line, of silence, of waiting; then go on."""
    outcome, dice, slowest, lost = Outcome(count), random.Random(9), 0.0, 0
    for number in range(count):
        with a_rig() as rig:
            rig.limits = replace(rig.limits, stall_s=30, answer_s=30, first_wait_s=30)
            silence = (Hang(None), Hang(dice.randrange(2 * MIB)), Drop(dice.randrange(MIB)))
            rig.hub.faults.append(dice.choice((Drip(64 * KIB, 0.01), *silence)))
            moment = stop_after(rig, dice.uniform(0.05, 0.4))
            with suppress(StoppedError):
                rig.fetch()
            ended_s = time.monotonic()
            slowest = max(slowest, ended_s - moment.end(ended_s))
            kept = rig.part.stat().st_size if rig.part.exists() else 0
            rig.stop.clear()
            rig.limits = replace(rig.limits, first_wait_s=0.01)
            rig.fetch()
            lost = max(lost, rig.twice_bytes())
            outcome.check(rig.is_right(), f"case {number} is not right ({kept} were kept)")
            outcome.check(rig.twice_bytes() <= MIB, f"case {number} lost {rig.twice_bytes()}")
    outcome.check(slowest <= 0.2, f"stopping took {slowest * 1000:.0f} ms")
    outcome.figure = f"stops in {slowest * 1000:.0f} ms, {lost / KIB:.0f} KiB twice at most"
    return outcome


class stop_after:
    """Stops a rig after a while and remembers when."""

    def __init__(self, rig: Rig, after_s: float) -> None:
        self._at_s: float | None = None
        self._timer = threading.Timer(after_s, self._ring, (rig,))
        self._timer.start()

    def _ring(self, rig: Rig) -> None:
        self._at_s = time.monotonic()
        rig.stop.set()

    def end(self, ended_s: float) -> float:
        """Return when it stopped the rig; the end itself if it did not come to that."""
        self._timer.cancel()
        self._timer.join()
        return min(self._at_s or ended_s, ended_s)


# --- other processes ---


def start_child(rig: Rig, *more: str) -> subprocess.Popen[str]:
    file = rig.file()
    line = [
        sys.executable, "-m", "tests.promises.downloader", str(rig.folder),
        rig.hub.link(REPO, NAME), NAME, file.sha256, str(file.size_bytes), *more,
    ]  # fmt: skip
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    told = child.communicate(timeout=WAIT_S)[0]
    return child.returncode, told


def kills(count: int) -> Outcome:
    """kill -9 of a process that downloads, again and again over one file, then to the end."""
    outcome, dice, worst = Outcome(count), random.Random(10), 0
    pause = threading.Event()
    with a_rig((count + 1) * MIB, redirects=False) as rig:
        rig.hub.usual = Drip(64 * KIB, 0.004)
        for number in range(count):
            wanted = number * MIB + dice.randrange(MIB)
            child = start_child(rig)
            while come(rig.part) <= wanted and child.poll() is None:
                pause.wait(0.001)
            child.kill()
            child.communicate()
            outcome.check(not rig.target.exists(), f"after kill {number} a file is visible")
        code, told = ended(start_child(rig))
        outcome.check(code == 0, f"the last one said {told}")
        outcome.check(rig.is_right(), f"the file is not right: {rig.left()}")
        bodies = [each for each in rig.hub.bodies() if each.sent_bytes]
        starts = [first_of(each.headers.get("Range", "")) for each in bodies]
        for start, body, after in zip(starts, bodies, starts[1:], strict=False):
            worst = max(worst, start + body.sent_bytes - after)
    outcome.check(worst <= MIB, f"{worst} bytes were sent twice after one kill")
    outcome.figure = f"{worst / KIB:.0f} KiB sent twice a kill at most"
    return outcome


def come(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return -1


def first_of(asked: str) -> int:
    return int(asked.removeprefix("bytes=").rstrip("-") or 0)


def two_processes(count: int) -> Outcome:
    """Two programs that want the same file at the same time."""
    outcome, requests = Outcome(count), 0
    for number in range(count):
        with a_rig(4 * MIB, redirects=False) as rig:
            rig.hub.usual = Drip(64 * KIB, 0.005)
            both = [start_child(rig), start_child(rig)]
            codes = [ended(each)[0] for each in both]
            requests = max(requests, len(rig.hub.bodies()))
            outcome.check(codes == [0, 0], f"pair {number} ended with {codes}")
            outcome.check(rig.is_right(), f"pair {number}: {rig.left()}")
    outcome.check(requests == 1, f"{requests} requests for one file")
    outcome.figure = f"{requests} request for both"
    return outcome


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Mount a disk of this size there; tells whether the system allowed it."""
    folder.mkdir(parents=True)
    mount = shutil.which("mount") or "mount"
    options = [mount, "-t", "tmpfs", "-o", f"size={size}", "inglenook-test", str(folder)]
    is_there = subprocess.run(options, check=False, capture_output=True).returncode == 0
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run(["umount", str(folder)], check=True)


def full_disk(count: int) -> Outcome:
    """The disk is full in the middle; then there is room again."""
    outcome, means = Outcome(count), set()
    for number in range(count):
        with a_rig(4 * MIB) as rig, small_disk(rig.folder, 3 * MIB) as is_mounted:
            means.add("a small tmpfs" if is_mounted else "a limit on file size")
            more = () if is_mounted else ("--most-bytes", str(3 * MIB))
            rig.limits = replace(rig.limits, reserve_bytes=0)
            code, told = ended(start_child(rig, *more))
            outcome.check(code == 3 and "room" in told, f"case {number} said {code} {told}")
            outcome.check(not rig.target.exists(), f"case {number} shows a file")
            if is_mounted:
                resize = ["mount", "-o", "remount,size=16M", str(rig.folder)]
                subprocess.run(resize, check=True)
            code, told = ended(start_child(rig))
            outcome.check(code == 0 and rig.is_right(), f"case {number} then said {told}")
    outcome.figure = f"words, nothing lost; {' and '.join(sorted(means))}"
    return outcome


# --- names and tokens ---


def names(count: int) -> Outcome:
    """Names that try to leave the folder, or that some system cannot keep."""
    outcome, refused = Outcome(count), 0
    with a_rig(1000) as rig:
        fence = rig.folder.parent
        before = everything(fence)
        for name in hostile_names(count):
            with suppress(UnsafeNameError):
                try:
                    rig.fetch(replace(rig.file(), name=name))
                except UnsafeNameError:
                    refused += 1
                    raise
                except (InglenookError, KeyError):
                    outcome.failures.append(f"{name!a} was asked for")
        outcome.check(everything(fence) == before, "something was written")
        outcome.check(rig.hub.seen == [], "something was asked for")
    outcome.figure = f"{refused} refused, nothing written or asked"
    return outcome


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def tokens(count: int) -> Outcome:
    """A token is only ever sent to the hub itself."""
    outcome = Outcome(count)
    for number in range(count):
        with a_rig(1000) as rig:
            rig.token, rig.repo.gated = TOKEN, "manual"
            rig.hub.faults += [Drop(10), Status(403)]
            rig.fetch()
            told = {each.origin for each in rig.hub.seen if "Authorization" in each.headers}
            outcome.check(told == {"hub"}, f"case {number}: the token went to {told}")
    outcome.figure = "sent to one origin only"
    return outcome


ROWS = (
    Row("a broken transfer ends with the right file", random_breaks, 200, 10),
    Row("odd answers end right, or with a clear error", odd_servers, 100, 6),
    Row("a wrong file is never visible and never kept", stays_wrong, 50, 3),
    Row("a pause is quick and loses nothing", pauses, 50, 5),
    Row("kill -9 loses nothing", kills, 50, 5),
    Row("two programs with one file do not harm each other", two_processes, 10, 1),
    Row("a full disk is told, and nothing is lost", full_disk, 10, 1),
    Row("no name leaves the folder", names, 500, 100),
    Row("a token goes to the hub only", tokens, 20, 2),
)


if __name__ == "__main__":
    sys.exit(main("R6: downloads survive anything", ROWS))
