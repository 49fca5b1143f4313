"""How much programs get while a person is answered."""

import numpy as np
import pytest
from tests.data.silent_task import Silent

from inglenook.core.ids import program_chat
from inglenook.engine.giveway import LEAST_CREDIT_S, SHARE, GiveWay


def task(chat, *, is_background=False):
    prompt = np.array([1], np.int32)
    return Silent("r", chat, prompt, reserve_tokens=1, is_background=is_background)


PERSON, PROGRAM = task("chat"), task(program_chat("1"))


def work(give_way, active, *, steps, without_s, with_s):
    """Return how many steps programs had, and how long all took."""
    shared = spent_s = 0
    for _ in range(steps):
        is_shared = PROGRAM in give_way.working(active)
        took_s = with_s if is_shared else without_s
        give_way.took(took_s)
        shared, spent_s = shared + is_shared, spent_s + took_s
    return shared, spent_s


def test_programs_work_all_the_time_where_no_person_waits():
    active = [PROGRAM, task("chat", is_background=True)]
    assert work(GiveWay(), active, steps=9, without_s=1, with_s=1) == (9, 9)


def test_a_person_has_the_first_steps_alone_and_others_of_theirs_beside_them():
    give_way = GiveWay()
    other, background = task("other"), task("chat", is_background=True)
    working = give_way.working([PERSON, other, background, PROGRAM])
    assert working == [PERSON, other, background]


def test_on_a_processor_programs_have_their_share_of_the_time_and_no_more():
    shared, spent_s = work(
        GiveWay(), [PERSON, PROGRAM], steps=1000, without_s=0.02, with_s=0.12
    )
    assert shared > 20
    assert spent_s <= 1000 * 0.02 * (1 + SHARE) + 0.5


def test_where_company_costs_nothing_programs_hardly_rest():
    shared, _ = work(GiveWay(), [PERSON, PROGRAM], steps=1000, without_s=0.01, with_s=0.0105)
    assert shared > 900


def test_what_was_saved_up_with_one_question_is_not_spent_on_the_next():
    give_way = GiveWay()
    work(give_way, [PERSON, PROGRAM], steps=10, without_s=1, with_s=1.05)
    give_way.working([PROGRAM])
    give_way.took(1.0)
    assert PROGRAM not in give_way.working([PERSON, PROGRAM])


def test_programs_go_on_although_a_step_with_them_costs_more_than_can_be_saved_up():
    shared, spent_s = work(GiveWay(), [PERSON, PROGRAM], steps=400, without_s=0.2, with_s=4.0)
    assert shared > 3
    assert spent_s <= 400 * 0.2 * (1 + SHARE) + 4.0


@pytest.mark.parametrize("step_s", [0.001, 1.0])
def test_the_first_step_with_programs_comes_when_there_is_credit_for_it(step_s):
    give_way = GiveWay()
    alone = 0
    while PROGRAM not in give_way.working([PERSON, PROGRAM]):
        give_way.took(step_s)
        alone += 1
    assert alone * step_s * SHARE >= LEAST_CREDIT_S - 1e-9
