import pytest

from inglenook.chat.sampling import Sampling
from inglenook.engine.inbox import Inbox
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
    assert [inbox.take(wait=True).command for _ in commands] == commands
    assert inbox.take(wait=False) is None


def test_cancelling_a_waiting_answer_marks_it_and_disturbs_nobody(inbox, flag):
    inbox.put(answer("one"))
    inbox.put(answer("two"))
    one, two = inbox.take(wait=True), inbox.take(wait=True)
    inbox.begin(one)
    inbox.put(Cancel("two"))
    assert (one.given_up, two.given_up, flag.is_on) == (False, True, False)


def test_cancelling_the_answer_at_work_interrupts_the_native_call(inbox, flag):
    inbox.put(answer("one"))
    job = inbox.take(wait=True)
    inbox.begin(job)
    inbox.put(Cancel("one"))
    assert job.given_up
    assert flag.is_on
    inbox.pause()
    assert not flag.is_on


def test_a_cancel_that_came_before_the_work_counts_when_it_begins(inbox, flag):
    inbox.put(answer("one"))
    inbox.put(Cancel("one"))
    inbox.begin(inbox.take(wait=True))
    assert flag.is_on


def test_a_cancel_that_comes_too_late_disturbs_nobody(inbox, flag):
    inbox.put(answer("one"))
    job = inbox.take(wait=True)
    inbox.begin(job)
    inbox.finish(job)
    inbox.put(answer("two"))
    inbox.begin(inbox.take(wait=True))
    inbox.put(Cancel("one"))
    inbox.put(Cancel("never heard of"))
    assert not job.given_up
    assert not flag.is_on


def test_cancelling_a_load_spares_the_answers(inbox):
    inbox.put(Load("/x", EngineSettings()))
    inbox.put(answer("one"))
    inbox.put(CancelLoad())
    assert inbox.take(wait=True).given_up
    assert not inbox.take(wait=True).given_up


def test_shutdown_gives_everything_up(inbox, flag):
    inbox.put(answer("one"))
    job = inbox.take(wait=True)
    inbox.begin(job)
    inbox.put(Shutdown())
    assert job.given_up
    assert flag.is_on
    assert inbox.take(wait=True).command == Shutdown()
