"""How many threads compute while other programs come and go."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.crew import Crew


class Machine:
    """A computer on which a crew writes."""

    def __init__(self, most, cores=None, alone_s=0.016):
        self.crew = Crew(most)
        self.free = cores or most
        self.alone_s = alone_s
        self.beside = 10.0  # how many times as long with more threads than free cores
        self.noise = random.Random(7)
        self.spread = 0.0
        self.history = []

    def step_s(self, threads):
        seconds = self.alone_s / threads
        if threads > self.free:
            seconds *= self.beside
        return seconds * (1 + self.noise.uniform(-self.spread, self.spread))

    def step(self, rows=1, times=1, **told):
        for _ in range(times):
            threads = self.crew.threads
            changed = self.crew.took(self.step_s(threads), rows, **told)
            assert self.crew.threads == (threads if changed is None else changed)
            self.history.append(self.crew.threads)

    def needed(self, threads, most):
        """Return how many steps it takes until they stay so many."""
        for count in range(most):
            ahead = self.history[:]
            self.step()
            if self.history[-40:].count(threads) >= 35:
                return count - 40
        raise AssertionError(ahead[-60:])


@pytest.mark.parametrize("most", [1, 2, 8, 64])
def test_on_a_quiet_computer_nothing_changes(most):
    machine = Machine(most)
    machine.step(times=2000)
    assert set(machine.history) == {most}


def test_beside_busy_programs_one_thread_is_better_than_two_and_later_two_again():
    machine = Machine(2)
    machine.step(times=50)
    machine.free = 1
    assert machine.needed(1, 70) <= 20
    machine.step(times=100)
    machine.free = 2
    assert machine.needed(2, 260) <= 200


def test_more_threads_are_tried_seldom_while_others_stay_busy():
    machine = Machine(2)
    machine.step(times=20)
    machine.free = 1
    machine.step(times=3000)
    spent = sum(machine.step_s(each) for each in machine.history[40:])
    assert spent < 1.05 * 0.016 * len(machine.history[40:])


def test_when_others_end_and_steps_become_quicker_all_threads_come_back_at_once():
    machine = Machine(2)
    machine.step(times=20)
    machine.free, machine.alone_s = 1, 0.040
    machine.step(times=3000)
    machine.free, machine.alone_s = 2, 0.016
    assert machine.needed(2, 60) <= 12


def test_noise_changes_nothing():
    machine = Machine(4)
    machine.spread = 0.3
    machine.step(times=3000)
    assert set(machine.history) == {4}


def test_single_steps_that_take_long_change_nothing():
    machine = Machine(4)
    for _ in range(300):
        machine.step(times=9)
        machine.alone_s *= 100
        machine.step()
        machine.alone_s /= 100
    assert set(machine.history) == {4}


def test_a_context_that_grows_changes_nothing():
    machine = Machine(2)
    for _ in range(8000):
        machine.step()
        machine.alone_s *= 1.00025
    assert set(machine.history) == {2}


@pytest.mark.parametrize("spread", [0.0, 0.05])
def test_with_some_cores_taken_the_rest_is_found(spread):
    machine = Machine(8)
    machine.spread = spread
    machine.step(times=50)
    machine.free = 5
    machine.step(times=300)
    settled = machine.history[-100:]
    assert settled.count(5) >= 85
    machine.free = 8
    machine.step(times=300)
    assert machine.history[-1] == 8


def test_when_each_thread_less_helps_it_goes_down_without_waiting():
    machine = Machine(8)
    machine.step(times=20)
    machine.free, machine.beside = 1, 30.0
    machine.step_s = lambda threads: 0.002 * (30 if threads > 1 else 8) * threads
    machine.step(times=45)
    assert machine.history[-1] == 1


def test_where_fewer_threads_do_not_help_all_stay():
    machine = Machine(4)
    machine.step(times=50)
    machine.alone_s *= 3  # as when the graphics card gets slower
    machine.step(times=200)
    machine.history.clear()
    machine.step(times=2000)
    assert set(machine.history) == {4}


def test_rows_have_times_of_their_own_and_the_choice_stays():
    machine = Machine(2)
    for turn in range(60):
        machine.alone_s = 0.016 * (1 + 3 * (turn % 2))
        machine.step(rows=1 + 7 * (turn % 2), times=20)
    assert set(machine.history) == {2}
    machine.free, machine.alone_s = 1, 0.016
    machine.step(times=20)
    assert machine.crew.threads == 1
    machine.step(rows=3, times=20)
    assert machine.crew.threads == 1


def test_a_try_ends_when_the_rows_change():
    machine = Machine(2)
    machine.step(times=20)
    machine.free = 1
    while machine.crew.threads == 2:
        machine.step()
    machine.step(rows=2)
    assert machine.crew.threads == 2


def test_threads_that_are_starved_from_the_first_step_on_are_noticed():
    machine = Machine(2, cores=1)
    machine.step(times=100)
    assert machine.crew.threads == 2  # times alone cannot tell
    machine.step(times=12, share=0.5)
    assert machine.crew.threads == 1


def test_threads_that_sleep_of_their_own_accord_are_tried_once():
    machine = Machine(2)
    machine.step(times=30, share=0.5)
    machine.history.clear()
    machine.step(times=2000, share=0.5)
    assert set(machine.history) == {2}


def test_an_answer_that_must_be_the_same_each_time_gets_all_threads_and_a_limit_holds():
    machine = Machine(4)
    machine.step(times=20)
    machine.free = 1
    machine.step(times=60)
    assert machine.crew.threads < 4
    machine.crew.restore()
    assert machine.crew.threads == 4
    machine.crew.set_most(2)
    assert machine.crew.threads == 2
    machine.free = 8
    machine.step(times=600)
    assert machine.crew.threads == 2
    machine.crew.set_most(0)
    assert machine.crew.threads == 1


STEP = st.tuples(
    st.floats(0.0, 10.0), st.integers(1, 3), st.floats(0.0, 1.5), st.integers(1, 40)
)
ORDER = st.one_of(st.none(), st.integers(0, 70))


@given(st.integers(1, 70), st.lists(st.tuples(STEP, ORDER), max_size=60))
def test_there_are_never_none_and_never_too_many(most, told):
    crew = Crew(most)
    for (seconds, rows, share, times), order in told:
        for _ in range(times):
            before = crew.threads
            changed = crew.took(seconds, rows, share)
            assert 1 <= crew.threads <= most
            assert crew.threads == (before if changed is None else changed)
        if order == 0:
            crew.restore()
            assert crew.threads == most
        elif order is not None:
            most = order
            crew.set_most(most)
