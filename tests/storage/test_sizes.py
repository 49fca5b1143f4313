"""The small file of sizes the engine has worked out."""

import pytest

from inglenook.models.memory import MemoryPart
from inglenook.storage import kept
from inglenook.storage.sizes import SizesFile

SIZES = (MemoryPart("CUDA0", 1, 2, 3, 0), MemoryPart("CPU", 4, 5, 6, 0))


def test_sizes_are_found_again_by_another_program(tmp_path):
    path = tmp_path / "new" / "sizes.json"
    first = SizesFile(path)
    assert first.find("a") is None
    first.keep("a", SIZES)
    assert first.find("a") == SIZES
    first.save()
    first.save()
    assert SizesFile(path).find("a") == SIZES


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 3}', b"\xff", b"[" * 9000])
def test_a_damaged_file_is_an_empty_one(tmp_path, content):
    path = tmp_path / "sizes.json"
    path.write_bytes(content)
    file = SizesFile(path)
    assert file.find("a") is None
    file.keep("a", SIZES)
    file.save()
    assert SizesFile(path).find("a") == SIZES


def test_the_oldest_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_MOST_ENTRIES", 2)
    file = SizesFile(tmp_path / "sizes.json")
    for key in "abc":
        file.keep(key, SIZES)
    file.save()
    again = SizesFile(tmp_path / "sizes.json")
    assert [again.find(key) is None for key in "abc"] == [True, False, False]


def test_a_file_that_is_far_too_large_is_not_read(tmp_path, monkeypatch):
    file = SizesFile(tmp_path / "sizes.json")
    file.keep("a", SIZES)
    file.save()
    monkeypatch.setattr(kept, "_MOST_BYTES", 10)
    assert SizesFile(tmp_path / "sizes.json").find("a") is None


def test_nothing_new_is_not_written_and_no_place_is_no_problem(tmp_path):
    path = tmp_path / "sizes.json"
    SizesFile(path).save()
    assert not path.exists()
    (tmp_path / "file").write_bytes(b"")
    nowhere = SizesFile(tmp_path / "file" / "sizes.json")
    nowhere.keep("a", SIZES)
    nowhere.save()
    assert nowhere.find("a") == SIZES
