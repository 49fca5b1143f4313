"""Whether the context computes with the threads that the crew has."""

import sys

import pytest
from tests.data.strict_tasks import Written

from inglenook.engine.foreman import Foreman


class Site:
    """A foreman, and what was set."""

    def __init__(self, most=2):
        self.now_s = self.worked_s = 0.0
        self.set = []
        self.foreman = Foreman(
            most, self.set.append, clock=lambda: self.now_s, worked=lambda: self.worked_s
        )

    def step(self, seconds, *, share=1.0, times=1):
        for _ in range(times):
            self.now_s += seconds
            self.worked_s += seconds * share * self.foreman.crew.threads
            self.foreman.wrote(seconds, 1)


@pytest.fixture
def site():
    return Site()


def test_what_the_crew_decides_is_set(site):
    site.step(0.01, times=20)
    assert site.set == []
    site.step(0.1, times=5)
    assert site.set == [1]
    site.step(0.02, times=20)
    assert site.set == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="its clock of work is too coarse")
def test_threads_without_cores_are_noticed_from_the_first_step_on(site):
    site.step(0.1, share=0.5, times=5)
    assert site.set == [1]


def test_an_answer_that_is_alone_begins_with_all_threads(site):
    site.step(0.01, times=20)
    site.step(0.1, times=5)
    site.foreman.begun(Written("r1", "chat", [1, 2]))
    assert site.set == [1]
    site.foreman.begun(Written("r2", "chat", [1, 2], is_alone=True))
    assert site.set == [1, 2]


def test_a_new_limit_is_set_at_once(site):
    site.foreman.set_most(1)
    site.step(0.1, share=0.1, times=30)
    assert site.set == [1]
