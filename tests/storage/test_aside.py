"""Files moved aside come back whole or go for good, whatever happens in between."""

import json
import os
from pathlib import Path

import pytest

from inglenook.core.errors import StorageError
from inglenook.storage.aside import ASIDE, Aside, left_aside, remove_empty
from inglenook.storage.library import LibraryModel
from inglenook.storage.lock import FileLock


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "models"
    for name in ("org/m/a.gguf", "org/m/b.gguf"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def model(root) -> LibraryModel:
    return LibraryModel(str(root / "org/m/a.gguf"), "M", "", 12, "llama", 0, 1, sha256=("x",))


def take(root, *names) -> Aside:
    return Aside.take(root, model(root), [root / name for name in names])


def there(root) -> list[str]:
    return sorted(str(each.relative_to(root)) for each in root.rglob("*") if each.is_file())


def test_files_leave_their_place_and_come_back(root):
    aside = take(root, "org/m/a.gguf", "org/m/b.gguf", "org/m/gone.gguf")
    assert aside.size_bytes == 24
    assert not (root / "org").exists()
    aside.put_back()
    assert there(root) == ["org/m/a.gguf", "org/m/b.gguf"]
    assert not (root / ASIDE).exists()


def test_erased_files_leave_nothing(root):
    take(root, "org/m/a.gguf", "org/m/b.gguf").erase()
    assert list(root.iterdir()) == []


def test_what_a_crash_left_is_found_with_its_note(root):
    take(root, "org/m/a.gguf").leave()
    [found] = left_aside(root)
    assert found.model == model(root)
    found.put_back()
    assert there(root) == ["org/m/a.gguf", "org/m/b.gguf"]
    assert list(left_aside(root)) == []


def test_what_a_living_process_holds_is_left_alone(root):
    aside = take(root, "org/m/a.gguf")
    assert list(left_aside(root)) == []
    aside.erase()


def test_a_crash_before_the_note_leaves_nothing_behind(root):
    own = root / ASIDE / "ab"
    own.mkdir(parents=True)
    (own / "removed.json").write_bytes(b"{")
    (root / ASIDE / "a file").touch()
    assert list(left_aside(root)) == []
    assert (own / "removed.json").exists()
    (own / "removed.json").unlink()
    assert list(left_aside(root)) == []
    assert not own.exists()


def test_a_disk_that_refuses_in_the_middle_puts_all_back(root, monkeypatch):
    rename = Path.rename

    def refuse(self, target):
        if self.name == "b.gguf":
            raise PermissionError(13, "no")
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        with pytest.raises(StorageError):
            take(root, "org/m/a.gguf", "org/m/b.gguf")
    assert there(root) == ["org/m/a.gguf", "org/m/b.gguf"]


def test_where_files_cannot_be_locked_nothing_moves(root, monkeypatch):
    monkeypatch.setattr(FileLock, "take", lambda path: None)
    with pytest.raises(StorageError):
        take(root, "org/m/a.gguf")
    assert "org/m/a.gguf" in there(root)


@pytest.mark.skipif(os.name == "nt", reason="makes a link")
def test_a_link_frees_nothing_and_its_file_stays(root):
    link = root / "link.gguf"
    link.symlink_to(root / "org/m/a.gguf")
    aside = take(root, "link.gguf")
    assert aside.size_bytes == 0
    aside.erase()
    assert there(root) == ["org/m/a.gguf", "org/m/b.gguf"]


@pytest.mark.skipif(os.name == "nt", reason="makes a link")
def test_a_file_that_is_reached_by_another_way_comes_back_there(root, tmp_path):
    way = tmp_path / "way"
    way.symlink_to(root)
    aside = Aside.take(root, model(root), [way / "org/m/a.gguf"])
    aside.leave()
    [found] = left_aside(root)
    found.put_back()
    assert there(root) == ["org/m/a.gguf", "org/m/b.gguf"]


@pytest.mark.parametrize("place", ["../x.desktop", "/x.desktop", "org/../../x.desktop"])
def test_a_note_that_leads_elsewhere_is_not_followed(root, tmp_path, place):
    take(root, "org/m/a.gguf").leave()
    [note] = root.glob(f"{ASIDE}/*/removed.json")
    told = json.loads(note.read_bytes())
    told["files"] = [str(tmp_path / "x.desktop") if place.startswith("/") else place]
    note.write_text(json.dumps(told))
    assert list(left_aside(root)) == []
    assert not (tmp_path / "x.desktop").exists()
    assert (note.parent / "0").exists()


def test_only_empty_folders_below_the_root_go(root, tmp_path):
    empty = tmp_path / "elsewhere" / "empty"
    empty.mkdir(parents=True)
    remove_empty(empty, root)
    assert empty.exists()
    remove_empty(root / "org/m", root)
    assert (root / "org/m").exists()
