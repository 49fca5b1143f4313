"""Files are private, whole, and their errors are in words."""

import errno
import os
from pathlib import Path

import pytest

from inglenook.core.errors import DiskFullError, ReadOnlyError, StorageError
from inglenook.storage.files import (
    disk_errors,
    private_file,
    private_folder,
    shown,
    sync_folder,
    write_whole,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest):
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_what_is_made_is_private_whatever_the_umask(tmp_path: Path) -> None:
    private_folder(tmp_path / "a" / "b")
    private_file(tmp_path / "a" / "f")
    write_whole(tmp_path / "a" / "g", b"x")
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700] * 2
    assert [mode(tmp_path / "a" / "f"), mode(tmp_path / "a" / "g")] == [0o600] * 2


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"kept")
    (tmp_path / "f").chmod(0o644)
    private_file(tmp_path / "f")
    assert mode(tmp_path / "f") == 0o600
    assert (tmp_path / "f").read_bytes() == b"kept"


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ReadOnlyError):
            private_folder(folder)


def test_a_failed_write_keeps_the_old_file_and_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError):
        write_whole(tmp_path / "folder", b"a folder cannot be replaced by a file")
    assert [each.name for each in tmp_path.iterdir() if each.name != "home"] == ["folder"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    write_whole(tmp_path / ("n" * 255), b"x")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"x"


def test_a_device_without_room_is_a_full_disk() -> None:
    with pytest.raises(DiskFullError, match="Free some space"), disk_errors(Path("/dev/full")):
        Path("/dev/full").write_bytes(b"x")


def test_an_error_nobody_expects_is_still_in_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Check the disk") as caught, disk_errors(tmp_path):
        raise OSError(errno.EIO, "broken")
    assert caught.value.problem.facts["errno"] == "EIO"
    with pytest.raises(StorageError), disk_errors(tmp_path):
        raise OSError("without a number")


def test_a_folder_that_cannot_be_synced_does_no_harm(tmp_path: Path) -> None:
    sync_folder(tmp_path / "nowhere")


def test_a_path_of_any_bytes_can_be_shown() -> None:
    assert shown(Path(os.fsdecode(b"/a\xff"))) == "/a\N{REPLACEMENT CHARACTER}"
