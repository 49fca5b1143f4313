"""`./dev catalog` finds every entry of our recommendations that must be mended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.data.fake_hub import FakeHub
from tests.downloads.hubs import furnish

from inglenook.models.catalog import read_catalogue, together

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = together(
    read_catalogue(path.read_bytes(), path.name)
    for path in sorted((ROOT / "resources" / "catalog").glob("*.json"))
)
LICENCES = {"Apache 2.0": "apache-2.0", "MIT": "mit"}


@pytest.fixture
def fake():
    with FakeHub() as hub:
        for entry in ENTRIES:
            tag = LICENCES.get(entry.licence, "other")
            furnish(hub, entry.repo, tags=["gguf", f"license:{tag}"])
        yield hub


def check(endpoint: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, ROOT / "packaging" / "catalog.py"],
        env={**os.environ, "HF_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.slow
def test_entries_that_are_all_there_pass(fake):
    told = check(fake.url)
    assert told.returncode == 0, told.stdout
    assert f"{len(ENTRIES)} entries, 0 to mend." in told.stdout


@pytest.mark.slow
def test_what_must_be_mended_is_named(fake):
    gone, gated, empty, other, blind = (entry.repo for entry in ENTRIES[:5])
    del fake.repos[gone]
    fake.repos[gated].gated = "auto"
    fake.repos[empty].files.clear()
    fake.repos[other].facts["tags"] = ["license:gpl-3.0"]
    seeing = next(
        entry.repo for entry in ENTRIES if "vision" in entry.tags and entry.repo != blind
    )
    del fake.repos[seeing].files["mmproj-Tiny-F16.gguf"]
    told = check(fake.url)
    assert told.returncode == 1
    for repo in {gone, gated, empty, other, seeing}:
        assert f"MEND {repo}\n" in told.stdout


def test_without_a_network_it_says_so():
    with FakeHub() as hub:
        nowhere = hub.url
    told = check(nowhere)
    assert told.returncode == 1
    assert "Nothing more could be checked" in told.stderr
