"""A part knows what it is of, survives what kills its program, and follows no link."""

import os
import threading
from dataclasses import replace

import msgspec
import pytest
from tests.downloads.rig import sha256, some_bytes

from inglenook.core.units import KIB, MIB
from inglenook.downloads.lock import PartLock
from inglenook.downloads.part import Part
from inglenook.downloads.record import Record, read_record, this_boot, write_record
from inglenook.downloads.source import RemoteFile

CONTENT = some_bytes(300_000)
FILE = RemoteFile("org/model", "a.gguf", "c" * 40, len(CONTENT), sha256(CONTENT))


@pytest.fixture
def take(tmp_path):
    taken = []

    def make(file=FILE):
        part = Part.take(tmp_path / "a.gguf", file)
        assert part is not None
        part.restore(lambda _: None)
        taken.append(part)
        return part

    yield make
    for part in taken:
        part.release()


def begun(take, count=100_000, etag='"1"'):
    part = take()
    part.restart(etag)
    part.append(CONTENT[:count])
    part.release()


def test_a_part_is_gone_on_with(take):
    begun(take)
    part = take()
    assert (part.length, part.etag) == (100_000, '"1"')
    part.append(CONTENT[100_000:])
    assert part.is_right()
    part.make_safe()
    part.publish()
    part.release()
    assert part.target.read_bytes() == CONTENT
    assert [each.name for each in part.target.parent.iterdir()] == ["a.gguf"]


@pytest.mark.parametrize(
    "other", [{"sha256": "0" * 64}, {"size_bytes": 299_999}, {"sha256": "", "commit": "d" * 40}]
)
def test_a_part_of_another_version_starts_anew(take, other):
    begun(take)
    assert take(replace(FILE, **other)).length == 0


def test_the_same_content_of_another_commit_is_gone_on_with(take):
    begun(take)
    assert take(replace(FILE, commit="d" * 40)).length == 100_000


@pytest.mark.parametrize("note", [b"", b"{}", b"\xff", b"[1]", b"x" * 100_000])
def test_a_note_that_makes_no_sense_starts_anew(take, tmp_path, note):
    begun(take)
    (tmp_path / "a.gguf.part.json").write_bytes(note)
    assert take().length == 0


def test_a_part_that_is_too_long_starts_anew(take, tmp_path):
    begun(take)
    with (tmp_path / "a.gguf.part").open("ab") as part:
        part.write(bytes(len(CONTENT)))
    assert take().length == 0


def test_after_a_power_cut_what_was_never_written_is_left_out(take, tmp_path):
    begun(take, 100_000)
    note = tmp_path / "a.gguf.part.json"
    record = msgspec.json.decode(note.read_bytes(), type=Record)
    write_record(note, replace(record, boot="another", synced_bytes=50_000))
    path = tmp_path / "a.gguf.part"
    content = path.read_bytes()
    hole = 64 * KIB
    path.write_bytes(content[:hole] + bytes(len(content) - hole))
    assert take().length == hole


def test_zeros_that_are_meant_are_kept(tmp_path):
    content = bytes(200_000)
    file = replace(FILE, size_bytes=len(content), sha256=sha256(content))
    for boot in (this_boot(), "another"):
        part = Part.take(tmp_path / "a.gguf", file)
        part.restore(lambda _: None)
        part.append(content[part.length :])
        part.release()
        note = tmp_path / "a.gguf.part.json"
        record = replace(read_record(note), boot=boot, synced_bytes=len(content))
        write_record(note, record)
    part = Part.take(tmp_path / "a.gguf", file)
    part.restore(lambda _: None)
    assert part.is_right()
    part.release()


def test_what_is_synced_is_noted(take, tmp_path):
    part = take()
    part.append(CONTENT[:50_000])
    part.start_sync()
    pause = threading.Event()
    note = tmp_path / "a.gguf.part.json"
    while read_record(note).synced_bytes < 50_000:
        pause.wait(0.01)
        part.start_sync()
    assert read_record(note).synced_bytes == 50_000


def test_what_it_tells_while_reading_can_end_it(take, tmp_path):
    begun(take)
    part = Part.take(tmp_path / "a.gguf", FILE)

    def stop(count):
        raise RuntimeError(count)

    with pytest.raises(RuntimeError):
        part.restore(stop)
    part.release()
    assert take().length == 100_000


@pytest.mark.parametrize("kind", ["link", "second name", "pipe"])
def test_what_is_no_plain_file_of_ours_is_not_written_to(take, tmp_path, kind):
    precious, path = tmp_path / "precious", tmp_path / "a.gguf.part"
    precious.write_bytes(b"precious")
    if kind == "link":
        path.symlink_to(precious)
    elif kind == "second name":
        path.hardlink_to(precious)
    else:
        os.mkfifo(path)
    part = take()
    part.append(CONTENT)
    part.publish()
    part.release()
    assert precious.read_bytes() == b"precious"
    assert not part.target.is_symlink()
    assert part.target.read_bytes() == CONTENT


def test_a_link_at_the_target_is_replaced_and_not_followed(take, tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (tmp_path / "a.gguf").symlink_to(precious)
    part = take()
    part.append(CONTENT)
    part.publish()
    assert precious.read_bytes() == b"precious"
    assert not (tmp_path / "a.gguf").is_symlink()


def test_one_at_a_time_and_the_next_when_it_is_let_go(take, tmp_path):
    part = take()
    assert Part.take(tmp_path / "a.gguf", FILE) is None
    part.release()
    part.release()
    take()


def test_a_lock_that_was_removed_between_is_no_lock(tmp_path, monkeypatch):
    path = tmp_path / "x.part.lock"
    first = PartLock.take(path)
    path.unlink()
    second = PartLock.take(path)
    assert second is not None
    first.release()  # removes the file of the second, as a race might
    assert PartLock.take(path) is not None


def test_the_note_is_for_its_owner_only(take, tmp_path):
    begun(take)
    for each in tmp_path.iterdir():
        assert each.stat().st_mode & 0o777 == 0o600


def test_a_boot_has_a_name_on_every_system(monkeypatch, tmp_path):
    assert this_boot() == this_boot() != ""
    monkeypatch.setattr("inglenook.downloads.record._BOOT_ID", tmp_path / "none")
    assert this_boot() == this_boot() != ""


def test_a_note_that_cannot_be_written_leaves_no_draft(tmp_path):
    record = Record("o/m", "a", "c", 1, "", "", 0, "")
    (tmp_path / "a.part.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_record(tmp_path / "a.part.json", record)
    assert [each.name for each in tmp_path.iterdir()] == ["a.part.json"]


def test_large_files_are_read_again_in_order(tmp_path):
    content = some_bytes(3 * MIB + 17, 5)
    file = replace(FILE, size_bytes=len(content), sha256=sha256(content))
    part = Part.take(tmp_path / "a.gguf", file)
    part.restore(lambda _: None)
    part.append(content)
    part.release()
    again = Part.take(tmp_path / "a.gguf", file)
    told = []
    again.restore(told.append)
    assert told == [MIB, 2 * MIB, 3 * MIB, 3 * MIB + 17]
    assert again.is_right()
    again.release()
