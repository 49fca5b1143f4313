"""Guesses are made as far as they have paid, and within the rows and cells there are."""

import numpy as np
import pytest
from tests.data.strict_llama import StrictChain, StrictMemory
from tests.data.strict_tasks import Written

from inglenook.engine.branch import Branch
from inglenook.engine.cells import Cells
from inglenook.engine.memory import MemoryKind
from inglenook.engine.sequence import Sequence
from inglenook.engine.speculation import MOST_AHEAD, Speculation

REPEATING = [*range(1, 20), *range(1, 12)]
NEW = [*range(1, 30)]


def branch(text, number=0, room=100, **options):
    task = Written(f"r{number}", "chat", [1], **options)
    made = Branch(task, StrictChain(text, 0, []), np.array([], np.int32))
    cells = Cells(len(text) + room)
    memory = StrictMemory(cells.count, 8, MemoryKind.ATTENTION)
    made.sequence = Sequence(memory, cells, number)
    made.sequence.grew_by(np.array(text[:-1], np.int32))
    made.token = text[-1]
    return made


def tried(speculation, *branches, cells=100):
    speculation.guess(branches, cells)
    return [[] if each.guess is None else each.guess.ids.tolist() for each in branches]


def with_cost(rise, **options):
    """Return one that knows what a row adds."""
    made = Speculation(8, **options)
    for _ in range(300):
        for rows in (1, 2, 8):
            made.took(1 + rise * (rows - 1), rows, rows)
    return made


def settle(speculation, one, *, right, times=200):
    for _ in range(times):
        guess = one.guess
        if guess is not None:
            count = len(guess.ids) if right else 0
            speculation.settle(guess, count, was_wrong=not right)
        speculation.guess([one], 100)


def test_what_has_a_precedent_is_tried():
    assert tried(with_cost(0.1), branch(REPEATING))[0][:4] == [12, 13, 14, 15]
    assert tried(with_cost(0.1), branch(NEW)) == [[]]


def test_rows_that_cost_nearly_as_much_as_steps_are_not_tried():
    assert tried(with_cost(0.95), branch(REPEATING)) == [[]]


def test_fewer_are_tried_the_more_a_row_costs():
    counts = [len(tried(with_cost(rise), branch(REPEATING))[0]) for rise in (0.1, 0.3, 0.5)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1] > 0


def test_what_is_always_wrong_is_tried_no_more_but_for_a_look_now_and_then():
    speculation, one = with_cost(0.3), branch(REPEATING)
    speculation.guess([one], 100)
    settle(speculation, one, right=False)
    looks = 0
    for _ in range(1000):
        looks += bool(tried(speculation, one)[0])
        if one.guess is not None:
            speculation.settle(one.guess, 0, was_wrong=True)
    assert 0 < looks < 100


def test_what_was_right_is_tried_again_although_a_row_costs_much():
    speculation, one = with_cost(0.75), branch(REPEATING)
    assert tried(speculation, one) == [[]]
    cheap = with_cost(0.1)
    settle(cheap, one, right=True)
    for _ in range(300):
        cheap.took(1.75, 2, 2)
        cheap.took(1.0, 1, 1)
    assert tried(cheap, one)[0]


def test_an_end_within_a_guess_says_nothing_of_its_rest():
    one, other = with_cost(0.3), with_cost(0.3)
    a, b = branch(REPEATING), branch(REPEATING)
    for made, each in ((one, a), (other, b)):
        made.guess([each], 100)
    for _ in range(100):
        one.settle(a.guess, 0, was_wrong=False)
    assert tried(one, a) == tried(other, b)


def test_the_rows_go_to_whose_guess_is_likeliest():
    sure, unsure = branch(REPEATING, 0), branch([1, 2, 3, 4, 5, 9, 4], 1)
    found = tried(with_cost(0.05), unsure, sure)
    assert len(found[1]) > len(found[0])
    assert sum(map(len, found)) <= 6


@pytest.mark.parametrize(("cells", "most"), [(0, 0), (1, 1), (3, 3), (100, MOST_AHEAD)])
def test_only_free_cells_are_used(cells, most):
    speculation, one = with_cost(0.0), branch(REPEATING)
    speculation.guess([one], 100)
    settle(speculation, one, right=True)
    assert len(tried(speculation, one, cells=cells)[0]) == most


def test_the_room_of_a_sequence_is_kept_to():
    assert len(tried(with_cost(0.0), branch(REPEATING, room=3))[0]) == 3
    assert tried(with_cost(0.0), branch(REPEATING, room=0)) == [[]]


def test_where_all_rows_are_taken_nothing_is_tried():
    many = [branch(REPEATING, number) for number in range(8)]
    assert tried(with_cost(0.0), *many) == [[]] * 8


def test_rows_of_others_are_left_to_them():
    speculation, one = with_cost(0.0), branch(REPEATING)
    for beside, most in ((5, 2), (7, 0)):
        speculation.guess([one], 100, beside=beside)
        assert (0 if one.guess is None else len(one.guess.ids)) == most


def test_what_pays_for_one_alone_may_not_pay_beside_others():
    """A row that takes longer makes all others' tokens wait."""
    speculation, one = with_cost(0.6), branch(REPEATING)
    assert tried(speculation, one) != [[]]
    speculation.guess([one], 100, beside=2)
    assert one.guess is None


def test_nobody_guesses_where_nobody_writes():
    with_cost(0.0).guess([], 100)


def test_an_answer_that_is_alone_is_computed_token_by_token():
    assert tried(with_cost(0.0), branch(REPEATING, is_alone=True)) == [[]]


def test_it_can_be_switched_off():
    assert tried(with_cost(0.0, most_ahead=0), branch(REPEATING)) == [[]]


def test_after_a_rest_it_goes_on():
    speculation, one = with_cost(0.0), branch(REPEATING)
    speculation.rest()
    waited = 0
    while not tried(speculation, one)[0]:
        waited += 1
    assert 10 < waited < 100


def test_what_was_to_be_tried_can_be_taken_back():
    speculation, one = with_cost(0.0), branch(REPEATING)
    tried(speculation, one)
    assert speculation.withdraw([one])
    assert one.guess is None
    assert not speculation.withdraw([one])


def test_a_step_with_guesses_is_told_as_one_without():
    speculation = with_cost(0.5)
    assert speculation.took(2.0, 1, 3) == pytest.approx(1.0, rel=0.1)
    assert speculation.took(1.0, 1, 1) == 1.0
