"""No name from a server leaves the folder, or troubles a disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.promises.names import hostile_names

from inglenook.core.errors import UnsafeNameError
from inglenook.downloads.place import place_of, require_no_twin
from inglenook.downloads.source import RemoteFile


def file(name, repo="org/model"):
    return RemoteFile(repo, name, "c" * 40, 1, "")


@pytest.mark.parametrize("name", ["a.gguf", "Q4_K_M/a-00001-of-00002.gguf", "déjà vu.gguf"])
def test_plain_names_go_below_the_repository(tmp_path, name):
    assert place_of(file(name), tmp_path) == tmp_path / "org" / "model" / name


@pytest.mark.parametrize("name", hostile_names(300), ids=ascii)
def test_hostile_names_are_refused(tmp_path, name):
    with pytest.raises(UnsafeNameError):
        place_of(file(name), tmp_path)


@pytest.mark.parametrize("repo", ["../up", "a/b/c", "", "a b/c", "/a", "a/", "org/CON", "é/b"])
def test_hostile_repositories_are_refused(tmp_path, repo):
    with pytest.raises(UnsafeNameError):
        place_of(file("a.gguf", repo), tmp_path)


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_inside_and_reads_the_same(tmp_path_factory, name):
    folder = tmp_path_factory.getbasetemp()
    try:
        place = place_of(file(name), folder)
    except UnsafeNameError:
        return
    inside = place.relative_to(folder / "org" / "model")
    assert inside.as_posix() == name
    assert ".." not in place.parts


def test_two_names_that_are_one_on_some_disks_are_refused(tmp_path):
    (tmp_path / "Model.gguf").touch()
    require_no_twin(tmp_path / "Model.gguf")
    with pytest.raises(UnsafeNameError, match="nearly the same"):
        require_no_twin(tmp_path / "model.GGUF")
