"""The real command, run as a person runs it, in a home of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def command():
    """Return what starts the command: arguments in, a process out."""

    def start(*arguments, **options):
        return subprocess.Popen(
            [sys.executable, "-m", "inglenook", *arguments],
            stdin=options.pop("stdin", subprocess.PIPE),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1", **options.pop("env", {})},
            encoding=options.pop("encoding", "utf-8"),
            **options,
        )

    return start


@pytest.fixture
def inglenook(command):
    """Return what runs the command to its end."""

    def run(*arguments, given="", timeout_s=60, **options) -> Outcome:
        with command(*arguments, **options) as child:
            out, err = child.communicate(given, timeout_s)
        assert "Traceback" not in err
        return Outcome(child.returncode, out, err)

    return run
