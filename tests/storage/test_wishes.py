"""What is kept of models survives anything that can happen to its file."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from inglenook.core.errors import StorageError
from inglenook.models.proven import Proven
from inglenook.models.settings import EngineSettings, Wish
from inglenook.storage.wishes import Kept, Outcome, WishesFile

WISH = Wish(8192, 21, 4, "q8_0", ("CUDA0",), guesses=False)
OUTCOME = Outcome(Proven.of(EngineSettings(gpu_layers=20)), "here", 5)


@pytest.fixture
def file(tmp_path):
    return WishesFile(tmp_path / "data" / "wishes.json")


def test_what_is_set_is_there_the_next_time(file, tmp_path):
    assert file.find("a") == Kept()
    file.keep("a", Kept(WISH, OUTCOME))
    file.keep("b", Kept(Wish(devices=())))
    again = WishesFile(tmp_path / "data" / "wishes.json")
    assert again.find("a") == Kept(WISH, OUTCOME)
    assert again.find("b").wish.devices == ()


def test_with_nothing_set_nothing_is_kept(file, tmp_path):
    file.keep("a", Kept(WISH))
    file.keep("a", Kept())
    assert (tmp_path / "data" / "wishes.json").read_text() == "{}\n"


def test_what_another_program_has_written_meanwhile_stays(file, tmp_path):
    file.keep("a", Kept(WISH))
    WishesFile(tmp_path / "data" / "wishes.json").keep("b", Kept(WISH))
    file.keep("c", Kept(WISH))
    assert file.find("b").wish == WISH


def test_what_cannot_be_read_just_now_is_not_written_over(file, tmp_path, monkeypatch):
    file.keep("a", Kept(WISH))
    read = Path.open

    def refuse(self, *how, **more):
        if self.name == "wishes.json":
            raise PermissionError(13, "in use")
        return read(self, *how, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        assert file.find("a") == Kept()
        with pytest.raises(StorageError):
            file.keep("b", Kept(WISH))
    assert file.find("a").wish == WISH


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{",
        b"[" * 100_000,
        b'"x"',
        b" " * (2 << 20),
        b"9" * 5000,
    ],
)
def test_a_file_that_makes_no_sense_is_an_empty_one_and_can_be_written(file, tmp_path, content):
    path = tmp_path / "data" / "wishes.json"
    path.parent.mkdir()
    path.write_bytes(content)
    assert file.find("a") == Kept()
    file.keep("a", Kept(WISH))
    assert file.find("a").wish == WISH


GOOD = json.loads(json.dumps(asdict(Kept(WISH, OUTCOME))))


@pytest.mark.parametrize(
    "entry",
    [
        None, 5, [], {}, {"wish": 5}, {"wish": {"context_tokens": -1}},
        {"wish": {"context_tokens": 1 << 70}}, {"wish": {"kv_type": "q1"}},
        {"wish": {"devices": ["x" * 9999]}}, {"wish": {"devices": ["a", "a"]}},
        {"wish": {"gpu_layers": 1.5}}, {"wish": {"threads": 0}},
        {**GOOD, "outcome": {**GOOD["outcome"], "at_ms": -5}},
        {**GOOD, "outcome": {**GOOD["outcome"], "circumstances": "x" * 99}},
        {**GOOD, "outcome": {**GOOD["outcome"],
                             "proven": {**GOOD["outcome"]["proven"], "sequences": 0}}},
    ],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_sets_nothing_and_harms_no_other(file, tmp_path, entry):
    path = tmp_path / "data" / "wishes.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"bad": entry, "good": GOOD}))
    assert file.find("bad") == Kept()
    assert file.find("good") == Kept(WISH, OUTCOME)


def test_a_few_hundred_models_are_kept_and_the_oldest_go_first(file, tmp_path):
    entry = json.loads(json.dumps(asdict(Kept(WISH))))
    path = tmp_path / "data" / "wishes.json"
    path.parent.mkdir()
    path.write_text(json.dumps({f"model {at}": entry for at in range(500)}))
    file.keep("new", Kept(WISH))
    assert file.find("model 0") == Kept()
    assert file.find("model 1").wish == file.find("new").wish == WISH


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError):
        WishesFile(tmp_path / "data" / "wishes.json").keep("a", Kept(WISH))


def test_a_wish_of_an_older_version_lacks_what_is_new(file, tmp_path):
    path = tmp_path / "data" / "wishes.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"a": {"wish": {"gpu_layers": 3, "later": True}}}))
    assert file.find("a") == replace(Kept(), wish=Wish(gpu_layers=3))
