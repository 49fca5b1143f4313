"""What is known of a computer's speed follows its answers, one width helping the others."""

import pytest

from inglenook.effort.pace import OWN, SHARED, with_pace


def test_the_first_answer_of_a_width_is_all_that_is_known_of_it():
    assert with_pace((), 4, 80.0) == ((4, 80.0),)
    assert with_pace(((4, 80.0),), 1, 30.0) == ((1, 30.0), (4, 80.0))
    assert with_pace(((4, 0.0),), 4, 30.0) == ((4, 30.0),)


def test_a_slower_answer_slows_all_widths_and_its_own_most():
    (_, alone), (_, beside) = with_pace(((1, 40.0), (4, 100.0)), 4, 50.0)
    assert alone == pytest.approx(40.0 * (1 - SHARED / 2))
    assert beside == pytest.approx(85.0 - OWN * (85.0 - 50.0))
    assert beside / 100.0 < alone / 40.0 < 1.0


def test_the_same_speed_again_changes_nothing():
    known = ((1, 40.0), (4, 100.0))
    assert with_pace(known, 4, 100.0) == known


def test_a_new_speed_that_stays_is_known_after_some_answers():
    known = ((1, 40.0),)
    for _ in range(12):
        known = with_pace(known, 1, 10.0)
    assert known[0][1] == pytest.approx(10.0, rel=0.01)
