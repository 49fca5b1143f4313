"""Every part of the program tells under which licence it is, wherever it came from."""

import json
import shutil
from pathlib import Path

import pytest

from inglenook.services.licences import SYSTEM, licences, needed, parts
from inglenook.storage.paths import resources


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Return a build with nothing but its licences and one distribution."""
    shutil.copytree(resources() / "licences", tmp_path / "resources" / "licences")
    about = tmp_path / "inglenook-9.9.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: inglenook\nVersion: 9.9\n")
    return tmp_path


def test_every_text_that_is_named_is_there() -> None:
    folder = resources() / "licences"
    named = {name for part in parts(folder) for name in part.texts}
    assert {name for name in named if not (folder / name).is_file()} == set()


def test_no_part_is_told_of_in_a_few_words_alone() -> None:
    short = {one.name for one in licences() if len(one.text) < 500}
    # The first is in a source tree; the others have their texts with another part.
    assert short <= {
        "Icons", "Microsoft's C and C++ runtime", "filelock",
        "Qt's software renderer for Windows", "SmolLM2-135M-Instruct, the starter model",
    }  # fmt: skip


def test_a_build_tells_of_itself_and_not_of_this_installation(build: Path) -> None:
    assert [one.version for one in needed(build)] == ["9.9"]
    names = [one.name for one in licences(build)]
    assert names[0] == "inglenook"
    assert "SQLCipher" in names
    assert "numpy" not in names


def test_a_build_tells_what_it_took_of_the_system_it_was_made_on(build: Path) -> None:
    python = {"name": "Python", "version": "3.11.7", "terms": "PSF-2.0", "text": "PSF LICENSE"}
    (build / "resources" / "licences" / SYSTEM).write_text(json.dumps([python]))
    told = {one.name: one.text for one in licences(build)}
    assert told["Python"] == "PSF LICENSE"
