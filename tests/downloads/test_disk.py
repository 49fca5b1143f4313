"""What the disk says is told in words, and room is asked about in time."""

import errno
import os
import shutil
from collections import namedtuple
from dataclasses import replace

import pytest
from tests.data.hub_faults import Drip, Drop
from tests.downloads.rig import QUICK, REPO

from inglenook.core.errors import DiskFullError, ReadOnlyError, StorageError
from inglenook.core.units import GIB
from inglenook.downloads.disk import in_words, require_room, require_some_room, sync_folder
from inglenook.downloads.leftovers import come_bytes, discard_all
from inglenook.downloads.limits import Limits
from inglenook.downloads.progress import Phase

Disk = namedtuple("Disk", "total used free")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EROFS, ReadOnlyError),
        (errno.EACCES, ReadOnlyError),
        (errno.ENOENT, StorageError),
        (errno.EIO, StorageError),
    ],
)
def test_every_error_has_words(tmp_path, number, kind):
    with pytest.raises(kind) as told, in_words(tmp_path):
        raise OSError(number, "x")
    assert told.value.problem.advice


@pytest.mark.parametrize(
    ("disk", "kept"), [(4 * GIB, GIB), (100 * GIB, 5 * GIB), (4000 * GIB, 10 * GIB)]
)
def test_some_of_a_disk_stays_free(disk, kept):
    assert Limits().reserve(disk) == pytest.approx(kept)


def test_room_is_asked_for_with_the_reserve(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(100 * GIB, 0, 10 * GIB))
    require_room(tmp_path, 5 * GIB, Limits())
    with pytest.raises(DiskFullError, match=r"Free 1\.0 GB"):
        require_room(tmp_path, 6 * GIB, Limits())
    require_room(tmp_path, 0, Limits(reserve_bytes=90 * GIB))


def test_a_disk_that_fills_up_meanwhile_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(100 * GIB, 0, 2 * GIB))
    with pytest.raises(DiskFullError, match="meanwhile"):
        require_some_room(tmp_path, Limits())


def test_a_folder_that_is_no_folder_syncs_to_nothing(tmp_path):
    sync_folder(tmp_path / "none")


def test_too_little_room_is_told_before_anything_comes(rig):
    rig.limits = replace(QUICK, reserve_bytes=1 << 60)
    with pytest.raises(DiskFullError, match="Not enough room"):
        rig.fetch()
    assert rig.hub.bodies() == []
    rig.limits = QUICK
    rig.fetch()
    assert rig.is_right()


def test_what_is_there_already_needs_no_more_room(rig, monkeypatch):
    rig.limits = replace(QUICK, tries=1)
    rig.hub.faults.append(Drop(900_000))
    with pytest.raises(Exception, match="broke"):
        rig.fetch()
    rig.limits = QUICK
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**9, 0, 200_000))
    rig.fetch()
    assert rig.is_right()


def test_a_folder_that_vanishes_is_told(rig, monkeypatch):
    monkeypatch.setattr("inglenook.downloads.bring._CARE_S", 0.0)
    rig.hub.faults.append(Drip(50_000, 0.02))

    def remove(progress):
        if progress.phase is Phase.FETCHING and rig.folder.exists():
            shutil.rmtree(rig.folder)

    rig.hear = remove
    with pytest.raises(StorageError, match="gone"):
        rig.fetch()


def test_a_folder_that_is_a_file_is_told(rig):
    rig.folder.write_text("in the way")
    with pytest.raises(StorageError):
        rig.fetch()


def test_a_link_where_a_folder_should_be_is_not_followed(rig, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (rig.folder / "org").mkdir(parents=True)
    (rig.folder / REPO).symlink_to(elsewhere)
    with pytest.raises(ReadOnlyError):
        rig.fetch()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs root to become nobody")
def test_a_read_only_folder_is_told(rig):
    rig.folder.mkdir()
    rig.folder.parent.chmod(0o755)
    rig.folder.chmod(0o555)
    os.seteuid(65534)
    try:
        with pytest.raises(ReadOnlyError, match="cannot be written"):
            rig.fetch()
    except PermissionError:
        pytest.skip("the folder of tests is closed to others")
    finally:
        os.seteuid(0)


# --- leftovers ---


def test_what_came_is_counted_and_removed(rig):
    rig.limits = replace(QUICK, tries=1)
    rig.hub.faults.append(Drop(400_000))
    with pytest.raises(Exception, match="broke"):
        rig.fetch()
    files = (rig.file(), replace(rig.file(), name="other.gguf"), replace(rig.file(), name=".."))
    assert come_bytes(files[:2], rig.folder) == 400_000
    assert come_bytes(files, rig.folder) == 0
    discard_all(files, rig.folder)
    assert list(rig.folder.iterdir()) == []
    discard_all(files, rig.folder)


def test_a_whole_file_counts_and_stays(rig):
    rig.fetch()
    assert come_bytes((rig.file(),), rig.folder) == len(rig.content)
    discard_all((rig.file(),), rig.folder)
    assert rig.is_right()
