"""Drafts in a prompt: numbered, shortened at the middle, fewer if they must; by hand."""

import pytest

from inglenook.engine.decode.consistency import number_in
from inglenook.engine.decode.listing import LEAST_CHARACTERS, fitted, listed, shortened


def test_answers_are_numbered_from_one_between_question_and_wish():
    assert listed("Why?", ["a", "b"], "Choose.") == (
        "Question:\nWhy?\n\nAnswer 1:\na\n\nAnswer 2:\nb\n\nChoose."
    )


def test_a_long_text_keeps_its_beginning_and_its_end():
    assert shortened("abc", 3) == "abc"
    short = shortened("a" * 50 + "b" * 50, 26)
    assert short == "a" * 11 + " […] " + "b" * 10


def test_texts_become_shorter_and_then_fewer_until_there_is_room():
    tried = []

    def attempt(texts):
        tried.append([len(each) for each in texts])
        return list(texts) if sum(map(len, texts)) <= 2 * LEAST_CHARACTERS else None

    found = fitted(["x" * 400, "y" * 300, "z"], attempt)
    assert tried == [[400, 300, 1], [200, 200, 1], [160, 160, 1], [160, 160]]
    assert [each[0] for each in found] == ["x", "y"]


def test_without_room_for_two_there_is_no_list():
    assert fitted(["x" * 1000] * 3, lambda _texts: None) is None
    assert fitted(["x"], lambda texts: texts) is None
    assert fitted([], lambda texts: texts) is None


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("2", 1), (" 2.\n", 1), ("Answer 3", 2), ("**Answer 1**", 0), ("No. 2", 1),
        ("2\n\nBecause it says so.", 1), ("", None), ("\n", None), ("0", None), ("4", None),
        ("99", None), ("Answers 1 and 2", None), ("1 or 2", None), ("the first", None),
        ("I think that answer 2 is", None), ("-", None), ("²", None),
    ],
)  # fmt: skip
def test_only_a_number_that_was_listed_counts(reply, place):
    assert number_in(reply, 3) == place
