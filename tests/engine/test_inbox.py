import threading

import pytest

from inglenook.chat.sampling import Sampling
from inglenook.engine.inbox import Inbox, Job
from inglenook.engine.protocol import Answer, Cancel, CancelLoad, Load, Shutdown, Unload
from inglenook.models.fit import EngineSettings


class Flag:
    """The only part of a backend that an inbox touches."""

    def __init__(self) -> None:
        self.is_on = False

    def abort(self, *, on: bool) -> None:
        self.is_on = on


def answer(request: str) -> Answer:
    return Answer(request, "chat", (), Sampling())


def begun(inbox: Inbox, request: str) -> Job:
    inbox.put(answer(request))
    job = inbox.take(wait_s=None)
    inbox.begin(job)
    return job


@pytest.fixture
def flag():
    return Flag()


@pytest.fixture
def inbox(flag):
    return Inbox(flag)


def test_jobs_are_taken_in_the_order_they_came(inbox):
    commands = [Load("/x", EngineSettings()), answer("one"), Unload(), answer("two")]
    for each in commands:
        inbox.put(each)
    assert [inbox.take(wait_s=None).command for _ in commands] == commands
    assert inbox.take(wait_s=0.0) is None


def test_cancelling_a_waiting_answer_marks_it_and_disturbs_nobody(inbox, flag):
    inbox.put(answer("one"))
    inbox.put(answer("two"))
    one, two = inbox.take(wait_s=None), inbox.take(wait_s=None)
    inbox.begin(one)
    inbox.put(Cancel("two"))
    assert (one.given_up, two.given_up, flag.is_on) == (False, True, False)


def test_cancelling_the_answer_at_work_interrupts_the_native_call(inbox, flag):
    inbox.put(answer("one"))
    job = inbox.take(wait_s=None)
    inbox.begin(job)
    inbox.put(Cancel("one"))
    assert job.given_up
    assert flag.is_on
    assert inbox.given_up() == [job]
    assert not flag.is_on
    assert inbox.given_up() == []


def test_a_cancel_that_came_before_the_work_counts_when_it_begins(inbox, flag):
    inbox.put(answer("one"))
    inbox.put(Cancel("one"))
    assert inbox.given_up() == []
    job = inbox.take(wait_s=None)
    inbox.begin(job)
    assert flag.is_on
    assert inbox.given_up() == [job]


def test_only_those_given_up_among_many_at_work_are_named(inbox, flag):
    jobs = [begun(inbox, name) for name in ("one", "two", "three")]
    inbox.put(Cancel("two"))
    assert inbox.given_up() == [jobs[1]]
    inbox.finish(jobs[1])
    inbox.put(Cancel("two"))
    assert inbox.given_up() == []
    assert not flag.is_on


def test_finishing_one_does_not_hide_that_another_is_to_end(inbox, flag):
    one, two = begun(inbox, "one"), begun(inbox, "two")
    inbox.put(Cancel("two"))
    inbox.finish(one)
    assert flag.is_on
    assert inbox.given_up() == [two]
    inbox.finish(two)
    assert not flag.is_on


def test_the_end_of_what_was_given_up_lets_native_calls_run_again(inbox, flag):
    job = begun(inbox, "one")
    inbox.put(Cancel("one"))
    inbox.finish(job)
    assert not flag.is_on
    assert inbox.given_up() == []


def test_waiting_for_a_job_ends_when_one_comes_or_time_is_up(inbox):
    assert inbox.take(wait_s=0.01) is None
    threading.Timer(0.02, inbox.put, [Unload()]).start()
    assert inbox.take(wait_s=20.0).command == Unload()


def test_a_cancel_that_comes_too_late_disturbs_nobody(inbox, flag):
    inbox.put(answer("one"))
    job = inbox.take(wait_s=None)
    inbox.begin(job)
    inbox.finish(job)
    inbox.put(answer("two"))
    inbox.begin(inbox.take(wait_s=None))
    inbox.put(Cancel("one"))
    inbox.put(Cancel("never heard of"))
    assert not job.given_up
    assert not flag.is_on


def test_cancelling_a_load_spares_the_answers(inbox):
    inbox.put(Load("/x", EngineSettings()))
    inbox.put(answer("one"))
    inbox.put(CancelLoad())
    assert inbox.take(wait_s=None).given_up
    assert not inbox.take(wait_s=None).given_up


def test_shutdown_gives_everything_up(inbox, flag):
    inbox.put(answer("one"))
    job = inbox.take(wait_s=None)
    inbox.begin(job)
    inbox.put(Shutdown())
    assert job.given_up
    assert flag.is_on
    assert inbox.take(wait_s=None).command == Shutdown()
