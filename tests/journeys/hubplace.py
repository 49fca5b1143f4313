"""A Hub on this computer that has the starter model, and what a journey to it needs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.data.fake_hub import FakeHub
from tests.data.hub_faults import Tire

from inglenook.core.units import KIB, MIB
from inglenook.services.events import DownloadsChanged

REPO = "org/SmolLM2-135M-Instruct-GGUF"
NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
ROOT = Path(__file__).resolve().parents[2]
TIRING = Tire(24 * MIB, 64 * KIB, 0.2)
"""Each request soon has a quarter of the file, and the rest only in minutes: whoever stops it
in the middle may be late."""


@contextmanager
def starter_hub(starter: Path) -> Iterator[FakeHub]:
    """Give a Hub that has the starter model, and what lets it see, and tires of sending."""
    with FakeHub() as hub:
        eyes = b"GGUF" + bytes(50_000)
        hub.add(
            REPO,
            {NAME: starter, "mmproj-F16.gguf": eyes, "README.md": b"# SmolLM2\n"},
            tags=["gguf", "license:apache-2.0"],
            gguf={"total": 134_515_008, "architecture": "llama"},
        )
        hub.usual = TIRING
        yield hub


def come_bytes(told: object) -> int:
    """Return how much has come of all downloads; 0 for any other announcement."""
    rows = told.downloads if isinstance(told, DownloadsChanged) else ()
    return sum(row.done_bytes for row in rows)


def get_and_kill(after_bytes: int) -> int:
    """Get the model in a process of its own; kill that once so much is there.

    Returns:
        How much it had told of.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.getter", REPO],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUTF8": "1"},
        cwd=ROOT,
    ) as child:
        for line in child.stdout:
            if int(line) >= after_bytes:
                break
        child.kill()
        return int(line)


def bytes_asked_again(hub: FakeHub) -> list[int]:
    """Return where each request for the model's own bytes began, but for those of a header."""
    ranges = [each.headers.get("Range", "bytes=0-") for each in hub.bodies()]
    return [int(one.removeprefix("bytes=")[:-1]) for one in ranges if one.endswith("-")]
