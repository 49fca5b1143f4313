"""The application is killed while models move: each of them is usable at the next start."""

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.services.household import GGUF, Household

ROOT = Path(__file__).resolve().parents[2]
SIZES = (100_000, 3_000_000, 10_000, 2_000_000, 500_000)
"""Of the models, over that of the smallest one there is."""
LATEST_S = {"copy": 0.1, "rename": 0.03}
"""A little longer than such a move takes."""


def content(number: int) -> bytes:
    return GGUF + random.Random(number).randbytes(SIZES[number])


def furnish(home: Path) -> dict[str, str]:
    """Install models and return the hash of each by its name."""
    house = Household(home)
    hashes = {}
    for number in range(len(SIZES)):
        name = f"org/m{number}/M{number}-1B.gguf"
        house.keep(name, content=content(number))
        hashes[name] = hashlib.sha256(content(number)).hexdigest()
    house.close()
    return hashes


def run(folder: Path, how: str, after_s: float) -> bool:
    """Move and kill it so long after it has begun; tell whether it came to its end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.mover", str(folder), how],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUTF8": "1"},
        cwd=ROOT,
    ) as child:
        assert child.stdout.readline() == b"ready\n"
        try:
            return child.wait(after_s) == 0
        except subprocess.TimeoutExpired:
            child.kill()
            return False


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
@pytest.mark.parametrize("how", ["copy", "rename"])
def test_every_model_is_usable_after_a_kill_at_any_moment(home, tmp_path, how):
    hashes = furnish(home)
    ends = []
    for turn in range(4):
        target = tmp_path / f"place{turn}" / "models"
        ends.append(run(target, how, random.random() * LATEST_S[how]))
        house = Household(home)  # recovers
        shelf = [one for one in house.services.library.shelf() if not one.model.starter]
        assert [one.trouble for one in shelf] == [None] * len(SIZES)
        folder = house.services.relocation.folder
        found = {
            str(Path(one.model.path).relative_to(folder)): hashlib.sha256(
                Path(one.model.path).read_bytes()
            ).hexdigest()
            for one in shelf
        }
        assert found == hashes
        assert not house.services.folders.move_note.exists()
        left = sum(1 for each in tmp_path.rglob("*.gguf"))
        assert left == len(SIZES)  # nor is anything there twice
        house.close()
    house = Household(home)
    house.services.relocation.run(str(tmp_path / "last"), lambda _done, _size: None)
    assert all(house.listed().values())
    house.close()
