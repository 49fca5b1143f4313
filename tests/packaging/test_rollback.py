"""An older Inglenook, installed over a newer one, leaves what the newer one kept."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from inglenook.services.events import ProblemArose
from inglenook.services.services import Services
from inglenook.storage.migrations import MIGRATIONS

WAIT_S = 60
LATER = {
    "downloads/later1.job.json": b'{"place": 1, "job": {"shape": "of tomorrow"}}',
    "moving.json": b'{"version": 99, "road": "sea"}',
    "wishes.json": b'{"0123abcd": {"warp": 9}}',
    "evaluations/q.journal.jsonl": b'{"type": "heading", "version": 99}\n{"of": "tomorrow"}\n',
    "cache/snapshots/01J/later.kv": b"a form of tomorrow" * 40,
    "models/Later.gguf": b"GGUF\x09\x00\x00\x00" + b"x" * 200,
    "of-tomorrow.json": b"{}",
}
"""Files that this version keeps otherwise, or does not know."""


@pytest.fixture
def newer(home: Path) -> Path:
    """Return a home that this version has used, and then a newer one."""
    heard = SimpleQueue()
    with Services.open(backend="echo") as services:
        services.bus.subscribe(heard.put)
        services.start()
        services.settings.set_theme("dark")
    with closing(sqlite3.connect(home / "inglenook.db")) as database:
        database.execute("CREATE TABLE tomorrow (what TEXT)")
        database.execute("INSERT INTO tomorrow VALUES ('kept')")
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        database.commit()
    for name, content in LATER.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    settings = json.loads((home / "settings.json").read_bytes())
    settings |= {"weather": {"of": ["tomorrow"]}, "theme": "dark"}
    (home / "settings.json").write_text(json.dumps(settings))
    return home


def digests(home: Path) -> dict[str, str]:
    """Return what is in each file but the log."""
    files = (each for each in home.rglob("*") if each.is_file() and "logs" not in each.parts)
    return {
        str(each.relative_to(home)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in files
    }


def test_chats_of_a_newer_version_are_refused_and_every_file_stays_as_it_was(newer):
    before = digests(newer)
    heard = SimpleQueue()
    with Services.open(backend="echo") as services:
        services.bus.subscribe(
            lambda told: heard.put(told.problem) if isinstance(told, ProblemArose) else None
        )
        services.start()
        refused = next(told for told in iter(lambda: heard.get(timeout=WAIT_S), None)
                       if "chats" in told.title)  # fmt: skip
        services.store.settle(WAIT_S)
    assert "newer Inglenook" in refused.title
    assert "left the file as it is" in refused.advice
    after = digests(newer)
    before.pop("settings.json"), after.pop("settings.json")
    assert after == before


def test_settings_that_this_version_does_not_know_are_kept_when_it_writes_its_own(newer):
    with Services.open(backend="echo") as services:
        assert services.settings.theme == "dark"
        services.settings.set_theme("light")
    kept = json.loads((newer / "settings.json").read_bytes())
    assert kept["weather"] == {"of": ["tomorrow"]}
    assert kept["theme"] == "light"


def test_a_value_that_this_version_does_not_know_is_kept_beside(newer):
    settings = json.loads((newer / "settings.json").read_bytes())
    (newer / "settings.json").write_text(json.dumps({**settings, "theme": "of tomorrow"}))
    with Services.open(backend="echo") as services:
        services.settings.set_theme("light")
    [kept] = newer.glob("settings-damaged-*.json")
    assert json.loads(kept.read_bytes())["theme"] == "of tomorrow"
