"""Runtimes are taken from named places only, and only what nobody else can change."""

import os
import sys
from pathlib import Path

import pytest
from tests.data.standins import describe

from inglenook.hardware.runtimes import OWN, find_runtimes
from inglenook.models.runtime import Runtime

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps people apart itself")


@pytest.fixture
def places(tmp_path):
    """Return a folder of runtimes with one that is in order, its libraries empty."""
    folder = tmp_path / "runtimes" / "portable"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "libllama.so").touch(mode=0o644)
    describe(folder, backends=["vulkan"], llama_cpp="llama.cpp 1")
    return folder.parent


def added(parent, asked_for=""):
    return [one for one in find_runtimes([parent], asked_for).runtimes if one.name != OWN]


def refusal(parent):
    found = find_runtimes([parent])
    assert [one.name for one in found.runtimes] == [OWN]
    (sentence,) = found.refused
    return sentence


def test_a_runtime_that_is_in_order_is_found(places):
    folder = str((places / "portable").resolve())
    assert added(places) == [Runtime("portable", folder, ("vulkan",), "llama.cpp 1")]


def test_our_own_is_the_bindings_folder():
    (own,) = find_runtimes([]).runtimes
    assert Path(own.folder).name == "lib"
    assert Path(own.folder).parent.name == "llama_cpp"


def test_places_that_are_not_there_are_no_problem(tmp_path):
    assert find_runtimes([tmp_path / "nowhere"]).refused == ()


def test_a_folder_can_be_asked_for_by_its_full_path(places, tmp_path):
    (found,) = added(tmp_path / "nowhere", str(places / "portable"))
    assert found.is_asked_for


def test_a_folder_is_not_looked_for_from_where_we_are(places, monkeypatch):
    monkeypatch.chdir(places)
    found = find_runtimes([], "portable")
    assert found.refused == (
        "The runtime in portable is not used: its full path must be given.",
    )


def test_a_folder_that_is_not_there_is_told(tmp_path):
    (sentence,) = find_runtimes([], str(tmp_path / "gone")).refused
    assert sentence.endswith("is not used: no such file or directory.")


@posix
@pytest.mark.parametrize("what", ["", "libllama.so", "runtime.json"])
def test_what_others_may_change_is_refused(places, what):
    (places / "portable" / what).chmod(0o777)
    assert "others may change " in refusal(places)


@posix
def test_a_folder_above_that_others_may_change_is_refused(places):
    places.chmod(0o777)
    assert "others may change " in refusal(places)


@posix
@pytest.mark.parametrize("mode", [0o755, 0o1777])
def test_a_folder_above_that_is_somebody_elses_is_refused(places, monkeypatch, mode):
    # Its owner may replace what is in it even where others may only add.
    places.chmod(mode)
    stat, theirs = Path.stat, places.resolve()

    def of_another(self, **how):
        fields = list(stat(self, **how))
        fields[4] = 54321 if self == theirs else os.geteuid()
        return os.stat_result(fields)

    monkeypatch.setattr(Path, "stat", of_another)
    assert "others may change " in refusal(places)


@posix
def test_what_belongs_to_somebody_else_is_refused(places, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    if (places / "portable").stat().st_uid == 0:
        os.chown(places / "portable", 54321, -1)
    assert "others may change " in refusal(places)


@posix
def test_a_library_that_is_a_link_is_refused(places, tmp_path):
    (tmp_path / "elsewhere.so").touch()
    (places / "portable" / "libggml.so.0").symlink_to(tmp_path / "elsewhere.so")
    assert "libggml.so.0 is a link" in refusal(places)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"bindings": "0.0.1"}, "it was built for bindings 0.0.1, and these are "),
        ({"system": "plan9 mips"}, "it was built for plan9 mips"),
        ({"name": "../../etc"}, "runtime.json makes no sense"),
        ({"name": ""}, "runtime.json makes no sense"),
        ({"backends": ["A B"]}, "runtime.json makes no sense"),
        ({"backends": ["x"] * 20}, "runtime.json makes no sense"),
        ({"extra": 1}, "runtime.json makes no sense"),
        ({"bindings": 5}, "runtime.json makes no sense"),
    ],
)
def test_what_it_says_of_itself_is_checked(places, said, why):
    describe(places / "portable", **said)
    assert why in refusal(places)


@pytest.mark.parametrize("content", [b"", b"[" * 20_000, b"\xff\xfe", b"{" + b" " * 20_000])
def test_a_description_that_is_none_is_refused(places, content):
    (places / "portable" / "runtime.json").write_bytes(content)
    assert "runtime.json makes no sense" in refusal(places)


def test_a_folder_without_a_description_is_refused(places):
    (places / "portable" / "runtime.json").unlink()
    assert "no such file" in refusal(places)


def test_a_thousand_folders_are_not_all_looked_at(places):
    for number in range(50):
        (places / f"n{number}").mkdir()
    assert len(find_runtimes([places]).refused) <= 16
