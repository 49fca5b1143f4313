"""Whoever prints where nobody reads is not ended by it."""

import os
import sys

import pytest

from inglenook.services.streams import open_missing


def test_streams_that_are_missing_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    open_missing()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        assert stream is not None
    assert sys.stdin.read() == ""
    sys.stdout.write("nobody reads this")
    sys.stderr.write("nor this: \udce9"[:-1])
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()


def test_streams_that_are_there_stay() -> None:
    before = sys.stdin, sys.stdout, sys.stderr
    open_missing()
    assert (sys.stdin, sys.stdout, sys.stderr) == before


def test_no_file_opened_later_takes_the_place_of_a_closed_stream() -> None:
    kept = os.dup(0)
    try:
        os.close(0)
        open_missing()
        later = os.open(os.devnull, os.O_RDONLY)
        os.close(later)
        assert later > 2
    finally:
        os.dup2(kept, 0)
        os.close(kept)
