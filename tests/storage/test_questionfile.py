"""Question sets that people bring are read, and what is none is told in words."""

import json

import pytest

from inglenook.core.errors import BadArgumentError, StorageError
from inglenook.storage import questionfile
from inglenook.storage.questionfile import read_questions


@pytest.fixture
def file(tmp_path):
    def file(*lines, name="set.jsonl"):
        path = tmp_path / name
        texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return file


def test_gsm8k_is_read(file):
    made = read_questions(
        file({"question": "How many?", "answer": "He has 9 + 9 = <<9+9=18>>18.\n#### 18"})
    )
    (one,) = made.questions
    assert (one.name, one.text, one.answer) == ("set/1", "How many?", "18")
    assert (made.name, made.shots) == ("set", ())
    assert "The answer is" in made.task


def test_math_is_read_by_its_box_or_its_answer(file):
    made = read_questions(
        file(
            {"problem": "What is x?", "solution": "So $x = \\boxed{12}$.", "level": "Level 1"},
            {"problem": "What is y?", "solution": "Long.", "answer": "7"},
        )
    )
    assert [each.answer for each in made.questions] == ["12", "7"]


def test_blank_lines_and_questions_without_an_answer_are_left_out(file):
    made = read_questions(
        file("", {"question": "a?", "answer": ""}, {"question": "b?", "answer": "#### 1"})
    )
    assert [each.name for each in made.questions] == ["set/3"]


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '{"question": 3, "answer": "#### 1"}',
        '{"question": "", "answer": "#### 1"}',
        '{"answer": "#### 1"}',
        "[" * 100_000,
        json.dumps({"question": "x" * 20_001, "answer": "#### 1"}),
    ],
)
def test_a_line_that_is_no_question_is_told_with_its_number(file, line):
    with pytest.raises(BadArgumentError, match="cannot be used") as told:
        read_questions(file({"question": "a?", "answer": "#### 1"}, line))
    assert "line 2" in told.value.problem.advice


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00", b"\x00" * 100])
def test_a_file_that_is_no_set_is_told(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(BadArgumentError):
        read_questions(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StorageError):
        read_questions(tmp_path / "gone.jsonl")


def test_a_file_that_is_too_large_is_not_read(file, monkeypatch):
    path = file({"question": "a?", "answer": "#### 1"}, {"question": "b?", "answer": "#### 1"})
    monkeypatch.setattr(questionfile, "MOST_QUESTIONS", 1)
    with pytest.raises(BadArgumentError, match="cannot be used"):
        read_questions(path)
    monkeypatch.setattr(questionfile, "MOST_BYTES", 5)
    with pytest.raises(BadArgumentError, match="cannot be used"):
        read_questions(path)
