"""The folder of snapshots: a budget, the least recently used first, and nothing left behind."""

import os
import shutil
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inglenook.core.errors import StorageError
from inglenook.storage.snapshots import STALE_DRAFT_S, SnapshotFolder

PLENTY = 2**40


@pytest.fixture
def folder(tmp_path):
    made = SnapshotFolder(tmp_path / "cache" / "snapshots")
    made.open()
    return made


def put(folder, chat, key="key", size=100, used_s=1000.0, ending=".kv"):
    place = folder.path / key
    place.mkdir(exist_ok=True)
    path = place / f"{chat}{ending}"
    path.write_bytes(bytes(size))
    os.utime(path, (0, used_s))
    return path


def names(folder):
    return sorted(str(each.relative_to(folder.path)) for each in folder.path.rglob("*"))


def test_the_folder_is_for_the_owner_alone_whatever_the_umask(tmp_path):
    old = os.umask(0)
    try:
        SnapshotFolder(tmp_path / "snapshots").open()
    finally:
        os.umask(old)
    assert (tmp_path / "snapshots").stat().st_mode & 0o777 == 0o700


def test_within_the_budget_all_stay(folder):
    put(folder, "A"), put(folder, "B", key="other")
    assert folder.tidy(200) == 200
    assert folder.size_bytes() == 200


def test_the_one_used_longest_ago_goes_first_whatever_its_model(folder):
    put(folder, "A", used_s=30), put(folder, "B", used_s=10), put(folder, "C", "old", used_s=20)
    assert folder.tidy(250) == 200
    assert names(folder) == ["key", "key/A.kv", "old", "old/C.kv"]
    assert folder.tidy(150) == 100
    assert names(folder) == ["key", "key/A.kv", "old"]


def test_an_empty_folder_goes_too_but_not_one_that_was_made_a_moment_ago(folder):
    put(folder, "A")
    for name, age_s in (("left", STALE_DRAFT_S + 60), ("new", 0)):
        (folder.path / name).mkdir()
        os.utime(folder.path / name, (0, time.time() - age_s))
    folder.tidy(200)
    assert names(folder) == ["key", "key/A.kv", "new"]


def test_no_budget_keeps_nothing(folder):
    put(folder, "A")
    assert folder.tidy(0) == 0
    assert names(folder) == ["key"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kept=st.lists(st.tuples(st.integers(1, 300), st.integers(1, 10**6)), max_size=8),
    budget=st.integers(0, 1000),
)
def test_what_stays_is_within_the_budget_and_newer_than_what_went(folder, kept, budget):
    shutil.rmtree(folder.path)
    folder.open()
    for number, (size, used_s) in enumerate(kept):
        put(folder, f"C{number}", f"k{number % 3}", size, used_s)
    left_bytes = folder.tidy(budget)
    stayed = [n for n in range(len(kept)) if (folder.path / f"k{n % 3}/C{n}.kv").exists()]
    went = [n for n in range(len(kept)) if n not in stayed]
    assert left_bytes == sum(kept[n][0] for n in stayed) == folder.size_bytes()
    assert left_bytes <= budget
    assert all(kept[a][1] <= kept[b][1] for a in went for b in stayed)
    if went:  # and no more went than had to
        last = max(went, key=lambda n: kept[n][1])
        tied = [kept[n][0] for n in went if kept[n][1] == kept[last][1]]
        assert left_bytes + max(tied) > budget


def test_a_disk_that_is_nearly_full_leaves_less_than_the_budget(folder, monkeypatch):
    put(folder, "A", used_s=1), put(folder, "B", used_s=2)
    usage = SimpleNamespace(free=300)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert folder.tidy(PLENTY) == 100
    assert names(folder) == ["key", "key/B.kv"]


def test_drafts_of_a_crash_go_and_the_one_being_written_stays(folder):
    now_s = time.time()
    put(folder, "A", ending=".1f.part", used_s=now_s - STALE_DRAFT_S - 5)
    put(folder, "B", ending=".2f.part", used_s=now_s - 5)
    assert folder.tidy(PLENTY) == 0
    assert names(folder) == ["key", "key/B.2f.part"]


def test_a_removed_chat_leaves_nothing_with_any_model(folder):
    put(folder, "A"), put(folder, "A", "other"), put(folder, "A", ending=".3f.part")
    put(folder, "AB")
    folder.remove("A")
    folder.remove("A")
    assert names(folder) == ["key", "key/AB.kv", "other"]


def test_only_chats_that_exist_keep_theirs(folder):
    put(folder, "A"), put(folder, "B"), put(folder, "C", "other", ending=".3f.part")
    folder.keep_only({"B"})
    assert names(folder) == ["key", "key/B.kv", "other"]


def test_closing_removes_everything_and_opening_starts_anew(folder):
    put(folder, "A")
    folder.close()
    assert not folder.path.exists()
    folder.close()
    assert folder.size_bytes() == folder.tidy(100) == 0
    folder.remove("A")
    folder.open()
    assert names(folder) == []


def test_what_is_not_ours_is_left_alone(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "A.kv").touch()
    (folder.path / "link").symlink_to(elsewhere)
    put(folder, "notes", ending=".txt")
    (folder.path / "key" / "folder.kv").mkdir()
    folder.tidy(0)
    folder.keep_only(())
    folder.remove("A")
    assert (elsewhere / "A.kv").exists()
    assert names(folder) == ["key", "key/folder.kv", "key/notes.txt", "link"]


def test_a_link_in_the_place_of_a_snapshot_goes_and_its_target_stays(folder, tmp_path):
    put(folder, "A").unlink()
    (tmp_path / "target").write_bytes(bytes(1000))
    (folder.path / "key" / "A.kv").symlink_to(tmp_path / "target")
    folder.remove("A")
    assert names(folder) == ["key"]
    assert (tmp_path / "target").exists()


def test_what_cannot_be_removed_is_told_when_a_chat_goes_and_else_left(as_somebody):
    folder = SnapshotFolder(as_somebody.folder / "snapshots")
    folder.open()
    path = put(folder, "A")
    as_somebody()
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StorageError):
            folder.remove("A")
        with pytest.raises(StorageError):
            folder.close()
        folder.keep_only(())
        assert folder.tidy(0) == 100
    finally:
        path.parent.chmod(0o700)
