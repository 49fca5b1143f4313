"""Families make any number of questions from a seed, with their answers."""

import re

import pytest

from inglenook.effort.answers import answer_in
from inglenook.effort.families import FAMILIES
from inglenook.effort.families.working import with_signs, worked_out
from inglenook.effort.questions import (
    REPORT_SEED,
    TUNING_SEEDS,
    Difficulty,
    Example,
    Family,
    tells_its_answer,
)

EVERY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
NUMBERS = {name: each for name, each in FAMILIES.items() if name != "code"}
OF_NUMBERS = pytest.mark.parametrize("family", NUMBERS.values(), ids=NUMBERS)
SIGNS = {"-": -1, "+": 1}


def by_evaluation(text):
    """Work a question out from its words, otherwise than its family does."""
    text = re.sub(r"(?:loses|gives away|sells|Take away) (\d)", r"- \1", text)
    terms = re.findall(r"(-? ?)(\d+)", text)
    return sum(-int(digits) if sign.strip() else int(digits) for sign, digits in terms)


@OF_NUMBERS
def test_the_answer_is_right_and_the_working_leads_to_it(family):
    made = family.questions(60, seed=3)
    for each in made.questions:
        assert by_evaluation(each.text) == int(each.answer)
    for shot in made.shots:
        assert by_evaluation(shot.text) == int(shot.answer)
        assert answer_in(shot.working).text == shot.answer


@OF_NUMBERS
def test_every_step_of_a_shot_holds(family):
    for shot in family.questions(1, seed=0).shots:
        *steps, last = shot.working.split(". ")
        assert len(steps) == family.usual.numbers - 1
        for step in steps:
            one, sign, other, equals, after = step.split(" ")
            assert equals == "="
            assert int(one) + SIGNS[sign] * int(other) == int(after) >= 0
        assert last == f"The answer is {shot.answer}."


@EVERY
def test_no_question_tells_its_answer_is_asked_twice_or_is_shown_before(family):
    made = family.questions(200, seed=REPORT_SEED)
    texts = [each.text for each in made.questions]
    assert len(set(texts)) == 200
    assert not set(texts) & {shot.text for shot in made.shots}
    for each in made.questions:
        assert each.answer not in re.findall(r"\d+", each.text)


@EVERY
def test_the_same_seed_gives_the_same_questions_and_another_seed_others(family):
    assert family.questions(20, seed=5) == family.questions(20, seed=5)
    one, other = family.questions(20, seed=5), family.questions(20, seed=6)
    assert one.shots == other.shots
    assert [each.text for each in one.questions] != [each.text for each in other.questions]


@EVERY
def test_more_questions_begin_with_the_same_ones(family):
    assert family.questions(30, seed=7).questions[:10] == family.questions(10, seed=7).questions


def test_questions_stay_what_they_were_in_earlier_versions():
    first = FAMILIES["sum3"].questions(1, seed=100).questions[0]
    assert (first.name, first.text, first.answer) == (
        "sum3-3-9/100/0",
        "What is 9 + 7 + 3?",
        "19",
    )


def test_the_dials_make_questions_longer_and_their_numbers_larger():
    harder = FAMILIES["sum3"].harder(numbers=5, largest=99)
    made = harder.questions(40, seed=0)
    numbers = [list(map(int, re.findall(r"\d+", each.text))) for each in made.questions]
    assert {len(each) for each in numbers} == {5}
    assert 50 < max(map(max, numbers)) <= 99
    assert made.most_tokens > FAMILIES["sum3"].questions(1, seed=0).most_tokens
    assert FAMILIES["sum3"].harder() == FAMILIES["sum3"]


def test_dials_can_be_given_for_one_set():
    made = FAMILIES["run"].questions(3, seed=0, difficulty=Difficulty(2, 5))
    assert all(each.text.count(".") == 2 for each in made.questions)


@pytest.mark.parametrize(("numbers", "largest"), [(1, 9), (13, 9), (3, 1), (3, 1000)])
def test_dials_out_of_range_are_refused(numbers, largest):
    with pytest.raises(ValueError, match="family"):
        Difficulty(numbers, largest)


@pytest.mark.parametrize("count", [0, -1, 100_001])
def test_a_count_that_makes_no_sense_is_refused(count):
    with pytest.raises(ValueError, match="questions"):
        FAMILIES["sum3"].questions(count, seed=0)


def test_a_family_that_is_used_up_says_so():
    with pytest.raises(ValueError, match="hardly more"):
        FAMILIES["sum3"].questions(500, seed=0, difficulty=Difficulty(2, 3))


def test_a_number_of_the_question_can_be_its_answer():
    assert tells_its_answer(Example("What is 3 + 8 - 8?", "", "3"))
    assert not tells_its_answer(Example("What is 13 + 8?", "", "3"))


def test_a_working_has_spaces_and_one_step_a_sentence():
    assert worked_out([3, 5, 4]) == ("3 + 5 = 8. 8 + 4 = 12. The answer is 12.", 12)
    assert worked_out([8, -3]) == ("8 - 3 = 5. The answer is 5.", 5)


def test_nothing_is_taken_away_that_is_not_there():
    assert with_signs([2, 5, 3], [True, True]) == [2, 5, -3]


def test_seeds_for_tuning_and_reporting_do_not_meet():
    assert REPORT_SEED not in TUNING_SEEDS


def test_a_family_is_a_value_that_others_can_make():
    family = Family(
        "one",
        "One more.",
        lambda dice, _dials: Example(f"After {(n := dice.randrange(10**6))}?", "", str(n + 1)),
        Difficulty(2),
        shots=0,
    )
    made = family.questions(2, seed=1)
    assert (len(made.questions), made.shots) == (2, ())


def test_a_function_is_right_if_it_does_what_its_examples_and_others_like_them_say():
    family = FAMILIES["code"]
    made = family.questions(20, seed=3)
    assert len({each.answer for each in made.questions}) > 15
    for shot in made.shots:
        code = shot.working.removeprefix("```python\n").removesuffix("\n```")
        names: dict[str, object] = {}
        exec(code, names)
        for call, result in re.findall(
            r"(result_of\(\[.*?\]\)) gives (\[.*?\]|-?\d+)", shot.text
        ):
            assert repr(eval(call, names)) == result
        assert answer_in(shot.working, shot.text).kept == shot.answer
        other = shot.working.replace("numbers", "values").replace("n)", "n )")
        assert (
            answer_in(f"Here it is:\n{other}\nIt has 3 steps.", shot.text).kept == shot.answer
        )
        wrong = shot.working.replace("return", "return numbers and 7 or")
        assert answer_in(wrong, shot.text).kept != shot.answer
