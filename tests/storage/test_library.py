"""The list of model files."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from inglenook.storage.database import Database
from inglenook.storage.library import Library, LibraryModel


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
