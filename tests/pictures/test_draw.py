import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

DRAW = Path(__file__).with_name("draw.py")


class Told(NamedTuple):
    code: int
    text: str
    errors: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    done = subprocess.run(
        [sys.executable, str(DRAW), str(tmp_path_factory.mktemp("changed")), "--compare"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Told(done.returncode, done.stdout, done.stderr)


@pytest.mark.picture
def test_the_scenes_are_drawn_in_light_and_dark_without_a_fault_of_layout(told: Told):
    assert "Traceback" not in told.errors, told.errors
    assert int(told.text.split(" pictures drawn")[0].splitlines()[-1]) >= 80
    assert not told.code & 1, told.text


@pytest.mark.picture
def test_the_scenes_look_as_they_were_kept(told: Told):
    if "Not compared" in told.text:
        pytest.skip(told.text.splitlines()[-1])
    assert "compared" in told.text, told.errors
    assert not told.code & 2, told.text
