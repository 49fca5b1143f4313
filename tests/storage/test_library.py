"""The list of model files."""

import os
from contextlib import closing as closing_database
from dataclasses import replace
from pathlib import Path

import pytest

from inglenook.storage.database import Database
from inglenook.storage.library import Library, LibraryModel, Moved, parts_of
from inglenook.storage.migrations import MIGRATIONS


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


def model(path: Path | str, added_ms: int = 1) -> LibraryModel:
    return LibraryModel(str(path), "SmolLM2", "4-bit (Q4_1)", 98, "llama", 8192, added_ms)


def test_models_are_listed_the_newest_first(library: Library, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.gguf").touch()
        library.add(model(tmp_path / f"{number}.gguf", number))
    assert library.models() == (
        model(tmp_path / "2.gguf", 2),
        model(tmp_path / "1.gguf", 1),
    )


def test_a_file_that_vanished_is_marked(library: Library, tmp_path: Path) -> None:
    library.add(model(tmp_path / "gone.gguf"))
    assert library.models() == (replace(model(tmp_path / "gone.gguf"), missing=True),)


def test_adding_a_path_again_replaces_what_was_known(library: Library, tmp_path: Path) -> None:
    library.add(model(tmp_path / "m"))
    library.add(replace(model(tmp_path / "m"), name="Other"))
    assert [each.name for each in library.models()] == ["Other"]


def test_removing_tells_whether_it_was_there(library: Library, tmp_path: Path) -> None:
    (tmp_path / "m").touch()
    library.add(model(tmp_path / "m"))
    assert library.remove(str(tmp_path / "m"))
    assert not library.remove(str(tmp_path / "m"))
    assert library.models() == ()
    assert (tmp_path / "m").exists()


def test_names_of_any_bytes_are_kept(library: Library, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.gguf")
    Path(path).touch()
    library.add(replace(model(path), name="bad \udcff name"))
    [found] = library.models()
    assert (found.path, found.missing) == (path, False)
    assert found.name == "bad \N{REPLACEMENT CHARACTER} name"
    assert library.remove(path)


# --- where they come from, and whether they are as they were ---


def kept(path: Path, **more: object) -> LibraryModel:
    stat = path.stat()
    made = replace(model(path), size_bytes=stat.st_size, changed_ns=stat.st_mtime_ns)
    return replace(made, **more)


def test_where_a_model_comes_from_is_kept(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"x")
    mine = kept(path, origin="Ollama", source="a/b@c", licence="MIT", sha256=("1a", "2b"))
    library.add(mine)
    assert library.models() == (mine,)
    assert mine.is_borrowed
    library.used(mine.path, 77)
    assert library.models()[0].used_ms == 77


def test_a_file_that_is_another_now_is_marked(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"x")
    library.add(kept(path))
    assert not library.models()[0].changed
    os.utime(path, ns=(1, 1))
    assert library.models()[0].changed
    library.add(kept(path))
    path.write_bytes(b"longer")
    os.utime(path, ns=(1, 1))
    assert library.models()[0].changed


def test_a_split_model_is_missing_when_a_part_is(library: Library, tmp_path: Path) -> None:
    first, second = (tmp_path / f"m-0000{n}-of-00002.gguf" for n in (1, 2))
    for path in (first, second):
        path.write_bytes(b"xx")
    assert parts_of(first) == (first, second)
    library.add(kept(first, size_bytes=4))
    [found] = library.models()
    assert not found.missing
    assert not found.changed
    second.unlink()
    assert library.models()[0].missing


def test_a_list_from_before_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with (
        closing_database(Database.open(path, migrations=MIGRATIONS[:2])) as old,
        old.writing() as connection,
    ):
        connection.execute(
            "INSERT INTO model(path, name, quant, size_bytes, architecture, context_tokens,"
            " added_ms) VALUES (x'2f6d', 'M', '', 1, 'llama', 2, 3)"
        )
    with closing_database(Database.open(path)) as new:
        [found] = Library(new).models()
        assert (found.path, found.name, found.origin, found.sha256) == ("/m", "M", "", ())


def test_models_get_their_new_places_all_at_once(library: Library, tmp_path: Path) -> None:
    for name in ("a.gguf", "b.gguf", "c.gguf", "stale.gguf"):
        library.add(model(tmp_path / name))
    library.move(
        [
            Moved(str(tmp_path / "a.gguf"), str(tmp_path / "stale.gguf"), 7),
            Moved(str(tmp_path / "b.gguf"), str(tmp_path / "new.gguf"), 0),
        ]
    )
    found = {Path(one.path).name: one.changed_ns for one in library.models()}
    assert found == {"stale.gguf": 7, "new.gguf": 0, "c.gguf": 0}
