"""A worker runs its jobs in order, survives their faults, and ends when told."""

import threading

import pytest
from tests.services.ear import WAIT_S

from inglenook.core.errors import NotFoundError
from inglenook.services.tasks import Worker, unexpected


@pytest.fixture
def problems():
    return []


@pytest.fixture
def worker(problems):
    made = Worker("a worker", problems.append)
    yield made
    made.close()


def test_jobs_run_in_their_order_on_a_thread_of_that_name(worker):
    done = []
    for number in range(5):
        worker.post(
            lambda number=number: done.append((number, threading.current_thread().name))
        )
    assert worker.settle(WAIT_S)
    assert done == [(number, "a worker") for number in range(5)]


def test_an_error_of_ours_is_told_and_the_next_job_runs(worker, problems):
    def fail():
        raise NotFoundError("No such thing", "Look elsewhere.")

    done = []
    worker.post(fail)
    worker.post(lambda: done.append(True))
    assert worker.settle(WAIT_S)
    assert problems[0].title == "No such thing"
    assert done


def test_a_job_may_have_somebody_else_told(worker, problems):
    def fail():
        raise NotFoundError("No such thing", "Look elsewhere.")

    others = []
    worker.post(fail, others.append)
    assert worker.settle(WAIT_S)
    assert [each.title for each in others] == ["No such thing"]
    assert problems == []


def test_a_fault_of_our_own_is_told_without_its_text(worker, problems):
    def fail():
        raise ValueError("the quick brown secret")

    worker.post(fail)
    assert worker.settle(WAIT_S)
    assert problems[0].facts == {"exception": "ValueError"}
    assert "secret" not in repr(problems[0])


def test_asking_returns_the_result_or_raises_the_error(worker, problems):
    assert worker.ask(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 // 0)
    assert problems == []


def test_settling_tells_when_it_takes_too_long(worker):
    gate = threading.Event()
    worker.post(gate.wait)
    assert not worker.settle(0.01)
    gate.set()
    assert worker.settle(WAIT_S)


def test_closing_lets_waiting_jobs_finish_and_ends_the_thread(worker):
    done = []
    worker.post(lambda: done.append(True))
    worker.close()
    assert done
    assert "a worker" not in [thread.name for thread in threading.enumerate()]


def test_an_unexpected_problem_has_advice():
    assert unexpected(KeyError("x")).advice
