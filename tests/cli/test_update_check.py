"""What `inglenook update-check` says of a release file."""

import argparse
import json
from datetime import date
from types import SimpleNamespace

import pytest

from inglenook.cli import updates
from inglenook.services.releasenews import ReleaseChecked
from inglenook.storage.releases import Release, ReleasedFile

FILE = ReleasedFile("a.deb", 1, "ab" * 32)
RELEASE = Release("9.9.9", date(2026, 12, 1), date(2028, 1, 1), "Faster.", (FILE,))


@pytest.fixture
def say(monkeypatch, capsys):
    """Return what the command prints for what was found."""

    def run(found: ReleaseChecked, *, as_json: bool = False) -> str:
        alone = SimpleNamespace(check=lambda _place: found)
        monkeypatch.setattr(updates.UpdateService, "alone", lambda: alone)
        chosen = argparse.Namespace(place="release.json", json=as_json)
        assert updates.run(chosen) == 0
        return capsys.readouterr().out

    return run


def test_a_newer_one_is_told_with_notes_and_checksums(say):
    told = say(ReleaseChecked(RELEASE, is_newer=True))
    assert "Inglenook 9.9.9 is there" in told
    assert "Faster." in told
    assert f"{'ab' * 32}  a.deb" in told


def test_the_same_is_told_as_the_newest(say):
    assert "is the newest" in say(ReleaseChecked(RELEASE))


def test_as_json_it_says_whether_it_is_newer(say):
    told = json.loads(say(ReleaseChecked(RELEASE, is_newer=True), as_json=True))
    assert told["is_newer"]
    assert told["release"]["version"] == "9.9.9"
