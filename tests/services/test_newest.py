"""Of several questions the newest is answered; two threads at most."""

import threading

import pytest
from tests.services.ear import WAIT_S

from inglenook.services.newest import Newest


class Slow:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.told: list[str] = []
        self.done = threading.Semaphore(0)
        self.problems: list = []
        self.failed = threading.Semaphore(0)
        self.questions = Newest("slow", self.answer, self.fail)

    def answer(self, question, is_old):
        self.begun.release()
        if question.startswith("slow"):
            assert self.go_on.wait(WAIT_S)
        if question.endswith("bug"):
            raise KeyError(question)
        if not is_old():
            self.told.append(question)
        self.done.release()

    def fail(self, question, problem):
        self.problems.append((question, problem))
        self.failed.release()


@pytest.fixture
def slow():
    made = Slow()
    yield made
    made.go_on.set()
    made.questions.close()


def test_the_newest_overtakes_and_the_rest_is_never_asked(slow):
    slow.questions.ask("slow one")
    assert slow.begun.acquire(timeout=WAIT_S)
    slow.questions.ask("slow two")
    assert slow.begun.acquire(timeout=WAIT_S)
    slow.questions.ask("never asked")
    slow.questions.ask("last")
    slow.go_on.set()
    for _ in range(3):
        assert slow.done.acquire(timeout=WAIT_S)
    assert slow.told == ["last"]


def test_what_is_taken_back_is_not_told(slow):
    slow.questions.ask("slow")
    assert slow.begun.acquire(timeout=WAIT_S)
    slow.questions.cancel()
    slow.go_on.set()
    assert slow.done.acquire(timeout=WAIT_S)
    assert slow.told == []


def test_a_fault_of_our_own_leaves_the_thread_to_the_next_question(slow):
    slow.questions.ask("bug")
    assert slow.failed.acquire(timeout=WAIT_S)
    slow.questions.ask("fine")
    assert slow.done.acquire(timeout=WAIT_S)
    assert slow.told == ["fine"]
    slow.questions.close()
    assert [question for question, _ in slow.problems] == ["bug"]


def test_a_fault_is_not_told_where_nobody_waits_any_more(slow):
    slow.questions.ask("slow bug")
    assert slow.begun.acquire(timeout=WAIT_S)
    slow.questions.cancel()
    slow.go_on.set()
    for worker in slow.questions._workers:
        assert worker.settle(WAIT_S)
    assert slow.problems == []


def test_a_question_that_comes_when_the_other_thread_has_just_ended_is_answered(slow):
    take, late = slow.questions._take, ["late"]

    def take_and_ask(*worker):
        wanted = take(*worker)
        if wanted is None and late:
            slow.questions.ask(late.pop())
        return wanted

    slow.questions.ask("slow")
    assert slow.begun.acquire(timeout=WAIT_S)
    slow.questions._take = take_and_ask
    slow.questions.ask("quick")
    for _ in range(2):
        assert slow.done.acquire(timeout=WAIT_S)
    assert slow.told == ["quick", "late"]


def test_nothing_is_asked_after_the_end(slow):
    slow.questions.close()
    slow.questions.ask("late")
    assert slow.told == []
