"""Our transfer against curl from the same server on this computer: `./dev bench download`.

Both fetch the same file of a gigabyte into the same folder, in turn. Ours includes SHA-256
of every byte, a sync to the disk and the rename; curl does none of these, so it is timed
twice: alone, and with `sync` and `sha256sum` after it.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.units import MIB
from inglenook.downloads.fetch import fetch
from inglenook.downloads.line import Line
from inglenook.downloads.network import open_client
from inglenook.downloads.pace import Pace
from inglenook.downloads.progress import Progress
from inglenook.downloads.source import Link, RemoteFile

ROOT = Path(__file__).resolve().parents[2]
BAR = 0.95


@dataclass(frozen=True, slots=True)
class Lap:
    """One transfer."""

    wall_s: float
    cpu_s: float


class Fixed:
    """Knows one link."""

    def __init__(self, url: str) -> None:
        self.url = url

    def link(self, file: RemoteFile) -> Link:
        """Return it."""
        return Link(self.url)


class Race:
    """The file, the server and the two that fetch from it."""

    def __init__(self, folder: Path, url: str, file: RemoteFile) -> None:
        self.folder, self.url, self.file = folder, url, file
        self.progress: list[Progress] = []

    def ours(self) -> None:
        line = Line(Fixed(self.url), open_client(), Pace())
        with line.client:
            fetch(self.file, self.folder, line, self.progress.append, threading.Event())

    def curl(self) -> None:
        self._run("curl", "-sSL", "--fail", "-o", str(self.folder / "curl.out"), self.url)

    def curl_and_check(self) -> None:
        self.curl()
        self._run("sync", str(self.folder / "curl.out"))
        self._run("sha256sum", str(self.folder / "curl.out"))

    def _run(self, *line: str) -> None:
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)

    def lap(self, run: Callable[[], None]) -> Lap:
        """Time one, into an empty folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        os.sync()
        since_s, cpu_s = time.perf_counter(), cpu()
        run()
        return Lap(time.perf_counter() - since_s, cpu() - cpu_s)


def cpu() -> float:
    """Return processor time of this process and of those that ended, all threads."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def a_file(folder: Path, size: int) -> RemoteFile:
    """Write a file of noise and describe it."""
    path, digest, left = folder / "model.gguf", hashlib.sha256(), size
    with path.open("wb") as file:
        while left:
            piece = os.urandom(min(left, 8 * MIB))
            digest.update(piece)
            left -= file.write(piece)
    return RemoteFile("org/model", path.name, "c" * 40, size, digest.hexdigest())


def measure(size: int, laps: int) -> dict[str, list[Lap]]:
    """Let all run in turn, each as often."""
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as place:
        file = a_file(Path(place), size)
        serve = [
            sys.executable,
            "-m",
            "tests.data.fake_hub",
            f"{place}/{file.name}",
            "--direct",
        ]
        server = subprocess.Popen(
            serve, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with server:
            race = Race(Path(place) / "out", server.stdout.readline().strip(), file)
            runs = {"ours": race.ours, "curl": race.curl, "curl+check": race.curl_and_check}
            race.lap(race.curl)  # the file is in memory from now on
            found: dict[str, list[Lap]] = {name: [] for name in runs}
            for number in range(laps):
                names = list(runs) if number % 2 else list(reversed(runs))
                for name in names:
                    found[name].append(race.lap(runs[name]))
            server.stdin.close()
    return found


def median_ratio(found: dict[str, list[Lap]], peer: str) -> float:
    """Return how much faster ours was than the peer's lap beside it."""
    pairs = zip(found["ours"], found[peer], strict=True)
    return statistics.median(theirs.wall_s / own.wall_s for own, theirs in pairs)


def main() -> int:
    """Race and print; 1 if ours is slower than the bar."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--bytes", type=int, default=1_000_000_000)
    asked.add_argument("--laps", type=int, default=5)
    options = asked.parse_args()
    (ROOT / ".cache").mkdir(exist_ok=True)
    found = measure(options.bytes, options.laps)
    rows = {
        name: (min(lap.wall_s for lap in laps), min(lap.cpu_s for lap in laps))
        for name, laps in found.items()
    }
    # The best laps: what else runs on a computer can only slow one down.
    peers = ("curl", "curl+check")
    ratios = {
        f"speed over {peer}, best laps": rows[peer][0] / rows["ours"][0] for peer in peers
    }
    ratios |= {f"speed over {peer}, median": median_ratio(found, peer) for peer in peers}
    if options.json:
        print(json.dumps({"rows": rows, "ratios": ratios, "bar": BAR}))
    else:
        for name, (wall_s, cpu_s) in rows.items():
            speed = options.bytes / wall_s / 1e6
            print(
                f"{name:12} {wall_s:6.2f} s  {speed:6.0f} MB/s  {cpu_s:5.2f} s processor time"
            )
        for name, ratio in ratios.items():
            print(f"{name}: {ratio:.2f} ({options.laps} laps; bar {BAR})")
    return 0 if ratios["speed over curl, best laps"] >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
