"""`--self-test` finds every part of an installation, and says which one is missing."""

import json
import subprocess
import sys

import pytest

from inglenook.cli import selftest as verb
from inglenook.core.errors import InglenookError


@pytest.mark.model
def test_everything_works_from_a_checkout_and_nothing_is_left_behind(home):
    command = [sys.executable, "-m", "inglenook", "--self-test", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = {one["what"]: one for one in json.loads(done.stdout)["findings"]}
    assert all(one["ok"] for one in found.values()), found
    assert done.returncode == 0
    assert found["llama.cpp"]["says"] == "a tiny model is loaded and writes 4 tokens"
    assert dict(found["window"]["facts"])["letters"]
    assert not home.exists()


def test_a_part_that_is_missing_is_told_in_lines_and_by_the_exit_code(monkeypatch, capsys):
    def fails():
        raise InglenookError("A part is missing", "Install it again.", module="x")

    monkeypatch.setattr(verb, "CHECKS", {"files": lambda: ("here", ())})
    assert verb.run([], {"window": fails}) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[1] == "ok       files: here"
    assert told[2] == "PROBLEM  window: A part is missing. Install it again."
    assert "module: x" in told[3]
    assert verb.run(["--json"], {}) == 0
    assert json.loads(capsys.readouterr().out)["findings"][0]["says"] == "here"
