"""Where data goes: one variable, a portable folder, or the system's places."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from inglenook.core.errors import ReadOnlyError
from inglenook.storage.paths import Folders, find_folders, resources


def test_one_variable_moves_everything(tmp_path: Path) -> None:
    folders = find_folders({"INGLENOOK_HOME": str(tmp_path)})
    assert folders == Folders(tmp_path, tmp_path / "cache", tmp_path / "logs")
    assert folders.database == tmp_path / "inglenook.db"
    assert folders.models == tmp_path / "models"
    assert folders.settings == tmp_path / "settings.json"
    assert folders.snapshots == tmp_path / "cache" / "snapshots"


def test_the_variable_of_this_process_counts_by_itself(home: Path) -> None:
    assert find_folders().data == home


def test_a_relative_home_is_made_absolute() -> None:
    assert find_folders({"INGLENOOK_HOME": "here"}).data == Path.cwd() / "here"


def test_otherwise_the_system_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    folders = find_folders({"INGLENOOK_HOME": "  "})
    assert folders.data == tmp_path / "XDG_DATA_HOME" / "inglenook"
    assert folders.cache == tmp_path / "XDG_CACHE_HOME" / "inglenook"


def test_a_user_without_a_home_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    # A user id without an entry in the password file, as in many containers.
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(ReadOnlyError, match="INGLENOOK_HOME"):
        find_folders({})


def test_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    folders = Folders.below(tmp_path / "deep" / "home")
    folders.create()
    folders.create()
    for folder in (folders.data, folders.models, folders.cache, folders.logs):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_written_is_said_in_words(
    as_somebody: Callable[[], Path],
) -> None:
    folder = as_somebody()
    folders = Folders.below(folder)
    folders.create()
    folder.chmod(0o500)
    with pytest.raises(ReadOnlyError, match="Allow writing"):
        folders.create()
    with pytest.raises(ReadOnlyError, match="Allow writing"):
        Folders.below(folder / "new").create()


def test_a_home_below_a_file_is_impossible(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReadOnlyError):
        Folders.below(tmp_path / "file" / "home").create()


def test_a_home_of_any_bytes_works(tmp_path: Path) -> None:
    folders = find_folders({"INGLENOOK_HOME": os.fsdecode(os.fsencode(tmp_path) + b"/\xff")})
    folders.create()
    assert folders.models.is_dir()


def test_resources_are_in_the_source_tree_or_in_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (resources() / "models").is_dir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources() == tmp_path / "resources"
