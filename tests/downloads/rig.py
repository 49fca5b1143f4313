"""A fake hub, a folder and a quick line, for what fetches from them."""

import hashlib
import random
import threading
from dataclasses import replace
from pathlib import Path

from tests.data.fake_hub import COMMIT, TOKEN, FakeHub

from inglenook.core.units import KIB
from inglenook.downloads.fetch import fetch_all
from inglenook.downloads.limits import Limits
from inglenook.downloads.line import Line
from inglenook.downloads.network import open_client
from inglenook.downloads.pace import Pace
from inglenook.downloads.progress import Progress
from inglenook.downloads.source import Link, RemoteFile

REPO = "org/model"
NAME = "tiny.Q4_0.gguf"

# As patient as tests may be; room is not what most are about.
QUICK = Limits(
    connect_s=2.0,
    answer_s=2.0,
    stall_s=0.4,
    slow_s=1.0,
    slow_bytes=KIB,
    first_wait_s=0.01,
    longest_wait_s=0.02,
    longest_asked_s=0.5,
    reserve_bytes=0,
    reserve_share=0.0,
    sync_s=0.05,
)


def some_bytes(count: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(count)


class Rig:
    """One file of 1,000,003 bytes (or other files) to be had from a fake hub.

    Attributes:
        seen: The progress that was told.
        links: How many links were asked for.
    """

    def __init__(self, folder: Path, *, redirects: bool = True, size: int = 1_000_003) -> None:
        self.folder = folder
        self.hub = FakeHub(redirects=redirects)
        self.content = some_bytes(size)
        self.repo = self.hub.add(REPO, {NAME: self.content})
        self.stop = threading.Event()
        self.pace = Pace()
        self.limits = QUICK
        self.seen: list[Progress] = []
        self.links = 0
        self.token = ""

    # --- the resolver ---

    def link(self, file: RemoteFile) -> Link:
        self.links += 1
        own = (("Authorization", f"Bearer {self.token}"),) if self.token else ()
        return Link(self.hub.link(file.repo, file.name), own)

    # --- what tests do ---

    def publish(self, **files: bytes) -> tuple[RemoteFile, ...]:
        self.repo = self.hub.add(REPO, {f"{name}.gguf": each for name, each in files.items()})
        return tuple(self.file(f"{name}.gguf") for name in files)

    def file(self, name: str = NAME, **other: object) -> RemoteFile:
        held = self.hub.repos[REPO].files[name]
        made = RemoteFile(REPO, name, COMMIT, held.said_bytes, held.said_sha256())
        return replace(made, **other)

    @property
    def line(self) -> Line:
        return Line(self, open_client(limits=QUICK), self.pace, self.limits)

    def fetch(self, *files: RemoteFile) -> Path:
        wanted = files or (self.file(),)
        with self.line as line:
            return fetch_all(wanted, self.folder, line, self.hear, self.stop)[0]

    def hear(self, progress: Progress) -> None:
        self.seen.append(progress)

    @property
    def target(self) -> Path:
        return self.folder / REPO / NAME

    @property
    def part(self) -> Path:
        return self.target.with_name(NAME + ".part")

    def left(self) -> list[str]:
        """Return the names of all files in the folder."""
        return sorted(path.name for path in self.folder.rglob("*") if not path.is_dir())

    def is_right(self) -> bool:
        return self.target.read_bytes() == self.content and self.left() == [NAME]

    def ranges(self) -> list[str]:
        """Return which range each request for bytes asked for."""
        return [each.headers.get("Range", "") for each in self.hub.bodies()]

    def twice_bytes(self) -> int:
        """Return how much was sent more than once."""
        return self.hub.sent_bytes() - len(self.content)

    def close(self) -> None:
        self.stop.set()
        self.hub.close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


__all__ = ["NAME", "QUICK", "REPO", "TOKEN", "Rig", "sha256", "some_bytes"]
