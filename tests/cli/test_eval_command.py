"""`inglenook eval`: what it refuses, and with a real model what it prints and goes on from."""

import json
import subprocess

import pytest
from tests.data import tiny_llama


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--drafts", "0"], "number of drafts"),
        (["--questions", "0"], "cannot be made"),
        (["--numbers", "40"], "cannot be made"),
        (["--family", "sum3", "--largest", "2", "--questions", "90"], "cannot be made"),
    ],
)
def test_what_makes_no_sense_is_told(inglenook, arguments, told):
    answer = inglenook("eval", *arguments)
    assert answer.code == 2
    assert told in answer.err


def test_a_score_of_a_model_that_is_not_installed_is_refused(inglenook, tmp_path):
    model = tiny_llama.write(tmp_path / "tiny.gguf")
    line = ["eval", "--model", str(model), "--family", "sum3", "--questions", "1"]
    for name, kind in (("reward", "reward"), ("likeness", "embedding")):
        answer = inglenook(*line, "--drafts", "2", "--also", name)
        assert answer.code != 0
        assert f"No {kind} model is installed" in answer.err


def test_a_family_that_is_not_known_is_told(inglenook):
    answer = inglenook("eval", "--family", "sum99")
    assert answer.code == 2
    assert "sum3" in answer.err


def test_a_question_set_that_is_none_is_told_as_json(inglenook, tmp_path):
    (tmp_path / "x.jsonl").write_text("no questions")
    answer = inglenook("eval", "--json", "--questions-from", str(tmp_path / "x.jsonl"))
    assert answer.code == 2
    assert "cannot be used" in answer.json["problem"]["title"]


def test_a_model_that_is_none_is_told(inglenook, tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    answer = inglenook("eval", "--model", str(tmp_path / "x.gguf"))
    assert answer.code == 1


@pytest.mark.model
@pytest.mark.slow
def test_an_evaluation_that_was_killed_goes_on_where_it_was(
    command, inglenook, starter, tmp_path
):
    journal = tmp_path / "journal.jsonl"
    line = ["eval", "--model", str(starter), "--family", "sum3", "--drafts", "2", "--json"]
    line += ["--journal", str(journal), "--questions"]
    # So many that it is under way for long, however late it is killed.
    with command(*line, "40") as child:
        until_lines(child, journal, 2)
        child.kill()
    whole, _, _cut_off = journal.read_bytes().rpartition(b"\n")
    told = inglenook(*line, "1", timeout_s=240)
    assert told.code == 0, told.out
    before, after = whole.splitlines(), journal.read_bytes().splitlines()
    assert after[: len(before)] == before
    (found,) = told.json["sets"]
    assert found["questions"] == 1
    names = [each["strategy"] for each in found["lines"]]
    assert {"Greedy", "Majority", "Best by mean", "Any draft right"} <= set(names)
    kinds = [json.loads(each)["line"] for each in before]
    assert kinds == ["evaluation", *["drafts"] * (len(before) - 1)]
    kinds = [json.loads(each)["line"] for each in after[len(before) :]]
    assert kinds == ["pace", "pace"]  # one draft, and two at once


def until_lines(child, journal, count):
    """Wait until a journal has so many lines."""
    for _ in range(600):
        if journal.exists() and journal.read_bytes().count(b"\n") >= count:
            return
        try:
            child.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(child.stderr.read())
    raise AssertionError("nothing was written")


def test_files_that_could_not_be_told_apart_are_refused(inglenook, tmp_path):
    one, other = tmp_path / "a" / "m.gguf", tmp_path / "b" / "m.gguf"
    answer = inglenook("eval", str(one), str(other))
    assert answer.code == 2
    assert "same name" in answer.err
    again = inglenook("eval", str(one), "--model", str(tmp_path / "n.gguf"), "--journal", "j")
    assert again.code == 2
    assert "journal each" in again.err


@pytest.mark.model
@pytest.mark.slow
def test_several_files_are_asked_the_same_and_drawn(inglenook, starter, tmp_path):
    twin = tmp_path / "twin.gguf"
    twin.symlink_to(starter)
    picture = tmp_path / "ladder.png"
    told = inglenook(
        "eval", str(starter), str(twin), "--questions", "1", "--drafts", "1", "--json",
        "--png", str(picture), timeout_s=240,
    )  # fmt: skip
    assert told.code == 0, told.err
    (ladder,) = told.json["ladders"]
    assert [each["name"] for each in ladder["rungs"]] == [starter.stem, "twin"]
    assert all(each["figures"][0]["seconds"] > 0 for each in ladder["rungs"])
    assert picture.read_bytes().startswith(b"\x89PNG")
