"""What rows cost is learnt from steps, in spite of noise and of what makes all steps slower."""

import random

import pytest

from inglenook.engine.rowcost import RowCost


def learnt(seconds_of, steps=400, rows=(1, 1, 2, 8)):
    made, dice = RowCost(), random.Random(1)
    for at in range(steps):
        count = dice.choice(rows)
        made.took(count, seconds_of(count, at) * dice.lognormvariate(0, 0.15))
    return made


@pytest.mark.parametrize("rise", [0.0, 0.14, 1.0])
def test_what_a_row_adds_is_learnt(rise):
    made = learnt(lambda rows, _at: 0.005 * (1 + rise * (rows - 1)))
    assert made.of(1) == 1.0
    assert made.of(8) == pytest.approx(1 + 7 * rise, rel=0.2)


def test_steps_that_all_become_slower_change_nothing():
    made = learnt(lambda rows, at: 0.005 * (1 + at / 100) * (1 + 0.14 * (rows - 1)))
    assert made.of(8) == pytest.approx(1.98, rel=0.2)


def test_one_pause_changes_little():
    made = learnt(lambda rows, _at: 0.005 * (1 + 0.14 * (rows - 1)))
    before = made.of(8)
    made.took(8, 60.0)
    assert made.of(8) == pytest.approx(before, rel=0.1)


def test_a_high_price_is_forgotten_while_nobody_pays_it():
    made = RowCost()
    for _ in range(200):
        made.took(1, 0.01)
        made.took(8, 0.2)
    assert made.of(2) > 2
    for _ in range(2000):
        made.took(1, 0.01)
    assert made.of(2) < 1.3


def test_nothing_is_ever_expected_to_be_free_twice_over():
    made = RowCost()
    for _ in range(200):
        made.took(1, 0.01)
        made.took(8, 0.0)
    assert made.of(8) == 1.0
