"""What makes a program portable, and where it then keeps its data."""

import sys
from pathlib import Path

import pytest

from inglenook.core.errors import ReadOnlyError
from inglenook.storage.beside import FOLDER, MARK, keep_beside, portable_folder
from inglenook.storage.files import private_folder
from inglenook.storage.paths import find_folders
from inglenook.storage.systemkeyring import SystemKeyring


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this process look frozen; return the folder of the program."""
    folder = tmp_path / "program"
    folder.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "inglenook"))
    return folder


def test_a_program_without_the_mark_keeps_nothing_beside_itself(frozen: Path) -> None:
    environment: dict[str, str] = {}
    keep_beside(environment)
    assert environment == {}


def test_the_mark_sends_data_and_caches_beside_the_program(frozen: Path) -> None:
    (frozen / MARK).touch()
    environment: dict[str, str] = {}
    keep_beside(environment)
    assert find_folders(environment).data == frozen / FOLDER
    assert environment["XDG_CACHE_HOME"] == str(frozen / FOLDER / "cache")


def test_the_data_is_found_again_when_the_mark_is_lost(frozen: Path) -> None:
    (frozen / FOLDER).mkdir()
    assert portable_folder(frozen / "inglenook", {}) == frozen / FOLDER


def test_a_home_that_is_named_comes_first(frozen: Path) -> None:
    (frozen / MARK).touch()
    environment = {"INGLENOOK_HOME": "/elsewhere"}
    keep_beside(environment)
    assert environment == {"INGLENOOK_HOME": "/elsewhere"}


def test_from_source_nothing_is_portable(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    (tmp_path / MARK).touch()
    keep_beside(environment)
    assert environment == {}


def test_beside_is_where_a_person_sees_the_program(tmp_path: Path) -> None:
    (tmp_path / MARK).touch()
    app = tmp_path / "Inglenook.app" / "Contents" / "MacOS" / "inglenook"
    assert portable_folder(app, {}) == tmp_path / FOLDER
    mounted = tmp_path / "mount" / "usr" / "bin" / "inglenook"
    image = {
        "APPIMAGE": str(tmp_path / "Inglenook.AppImage"),
        "APPDIR": str(tmp_path / "mount"),
    }
    assert portable_folder(mounted, image) == tmp_path / FOLDER
    # Another AppImage may have started us: its place is none of ours.
    assert portable_folder(Path("/opt/inglenook/inglenook"), image) is None


def test_where_a_portable_copy_cannot_write_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("INGLENOOK_PORTABLE", "1")
    with pytest.raises(ReadOnlyError, match="Copy its whole folder"):
        private_folder(tmp_path / "file" / FOLDER)


def test_a_portable_copy_leaves_no_secret_in_the_keyring_of_the_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INGLENOOK_PORTABLE", "1")
    assert not SystemKeyring().keep("token", "secret")
    assert SystemKeyring().get("token") == ""
