"""Jobs and their queue: every course of events leaves them in order and never stuck."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from inglenook.core.errors import (
    BusyHubError,
    DiskFullError,
    GatedError,
    GoneError,
    NetworkError,
    NotFoundError,
    OfflineError,
    Problem,
    WrongFileError,
)
from inglenook.downloads.job import Job, JobState
from inglenook.downloads.jobfiles import JobFiles
from inglenook.downloads.queue import Queue
from inglenook.downloads.source import RemoteFile

FILE = RemoteFile("org/model", "a.gguf", "c" * 40, 10, "")
DOWN = NetworkError("The connection broke", "Check it.")


def job(number=1, **other):
    return Job(
        f"J{number}", f"Model {number}", (replace(FILE, name=f"{number}.gguf"),), **other
    )


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DOWN, JobState.RETRYING),
        (BusyHubError("Wait", "Later.", wait_s=60), JobState.RETRYING),
        (DiskFullError("Full", "Free."), JobState.PAUSED),
        (OfflineError("Off", "On."), JobState.WAITING),
        (GatedError("Closed", "Ask."), JobState.FAILED),
        (WrongFileError("Wrong", "No."), JobState.FAILED),
    ],
)
def test_an_error_leads_where_it_should(error, state):
    after = job().started().stumbled(error, 0)
    assert (after.state, after.problem) == (state, error.problem)


def test_waits_grow_to_ten_minutes_and_start_over_when_resumed():
    waits, now = [], job()
    for _ in range(12):
        now = now.started().stumbled(DOWN, 0)
        waits.append(now.retry_at_ms / 1000)
    assert waits[:4] == [15, 30, 60, 120]
    assert waits[-1] == 600
    assert now.resumed().started().stumbled(DOWN, 0).retry_at_ms == 15_000


def test_a_server_is_waited_for_as_long_as_it_asks():
    asked = BusyHubError("Wait", "Later.", wait_s=300)
    assert job().stumbled(asked, 1000).retry_at_ms == 301_000


def test_a_clock_that_was_set_back_holds_nothing_up():
    waiting = job().stumbled(DOWN, 10**12)
    assert not waiting.may_start(10**12)
    assert waiting.may_start(10**12 + 15_000)
    assert waiting.may_start(5 * 10**11)


def test_what_ran_when_the_program_ended_waits_for_its_turn():
    assert job().started().interrupted().state is JobState.WAITING
    assert job().paused().interrupted().state is JobState.PAUSED


def test_the_person_decides_the_order():
    queue = Queue((job(1), job(2), job(3)), at_once=1)
    assert [each.id for each in queue.moved("J3", 0).jobs] == ["J3", "J1", "J2"]
    assert [each.id for each in queue.moved("J1", 99).jobs] == ["J2", "J3", "J1"]
    assert [each.id for each in queue.startable(0)] == ["J1"]
    with pytest.raises(NotFoundError):
        queue.moved("J9", 0)


def test_a_job_is_found_by_its_files():
    queue = Queue((job(1),))
    assert queue.job_for(job(1).files) == job(1)
    assert queue.job_for(job(2).files) is None
    assert job(1).size_bytes == 10


class Jobs(RuleBasedStateMachine):
    """All that can happen to a queue, in any order, with a crash now and then."""

    def __init__(self):
        super().__init__()
        self.queue = Queue(at_once=2)
        self.count, self.now_ms = 0, 0

    def pick(self, data, *states):
        jobs = [each for each in self.queue.jobs if not states or each.state in states]
        return data.draw(st.sampled_from(jobs))

    def has(self, *states):
        return any(not states or each.state in states for each in self.queue.jobs)

    @rule()
    def ask(self):
        self.count += 1
        self.queue = self.queue.with_job(job(self.count))

    @rule(seconds=st.integers(0, 1000))
    def time_passes(self, seconds):
        self.now_ms += seconds * 1000

    @rule()
    def start_what_may(self):
        for each in self.queue.startable(self.now_ms):
            self.queue = self.queue.with_job(each.started())

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(
        data=st.data(),
        error=st.sampled_from([DOWN, DiskFullError("F", "F."), GatedError("G", "G.")]),
    )
    def stumble(self, data, error):
        running = self.pick(data, JobState.RUNNING)
        self.queue = self.queue.with_job(running.stumbled(error, self.now_ms))

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(data=st.data())
    def finish(self, data):
        self.queue = self.queue.without(self.pick(data, JobState.RUNNING).id)

    @precondition(lambda self: self.has())
    @rule(data=st.data())
    def pause(self, data):
        self.queue = self.queue.with_job(self.pick(data).paused())

    @precondition(lambda self: self.has())
    @rule(data=st.data())
    def resume(self, data):
        self.queue = self.queue.with_job(self.pick(data).resumed())

    @precondition(lambda self: self.has())
    @rule(data=st.data(), place=st.integers(-1, 5))
    def move(self, data, place):
        before = {each.id for each in self.queue.jobs}
        self.queue = self.queue.moved(self.pick(data).id, place)
        assert {each.id for each in self.queue.jobs} == before

    @precondition(lambda self: self.has())
    @rule(data=st.data())
    def break_by_our_fault(self, data):
        self.queue = self.queue.with_job(self.pick(data).broke(Problem("A", "B")))

    @rule()
    def crash(self):
        jobs = tuple(each.interrupted() for each in self.queue.jobs)
        self.queue = Queue(jobs, self.queue.at_once)

    @invariant()
    def not_too_many_run(self):
        running = [each for each in self.queue.jobs if each.state is JobState.RUNNING]
        assert len(running) <= self.queue.at_once
        assert len(running) + len(self.queue.startable(self.now_ms)) <= self.queue.at_once

    @invariant()
    def every_job_is_there_once(self):
        ids = [each.id for each in self.queue.jobs]
        assert len(ids) == len(set(ids))

    @invariant()
    def nothing_waits_for_ever(self):
        later_ms = self.now_ms + 601_000
        for each in self.queue.jobs:
            if each.state in {JobState.WAITING, JobState.RETRYING}:
                assert each.may_start(later_ms)
            if each.state is JobState.RETRYING:
                assert self.queue.next_retry_ms() <= each.retry_at_ms

    @invariant()
    def who_needs_the_person_says_why(self):
        for each in self.queue.jobs:
            if each.state in {JobState.FAILED, JobState.RETRYING}:
                assert each.problem is not None


Jobs.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestJobs = Jobs.TestCase


# --- on the disk ---


def test_jobs_are_kept_in_their_order(tmp_path):
    files = JobFiles(tmp_path / "jobs")
    stumbled = job(2).stumbled(DOWN, 5)
    files.write(job(1), 1)
    files.write(stumbled, 0)
    assert files.read() == (stumbled, job(1))
    files.remove("J2")
    files.remove("J2")
    assert files.read() == (job(1),)
    assert all(each.stat().st_mode & 0o777 == 0o600 for each in (tmp_path / "jobs").iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b"\xff" * 100])
def test_a_file_that_makes_no_sense_is_passed_over(tmp_path, content):
    files = JobFiles(tmp_path)
    files.write(job(1), 0)
    (tmp_path / "J2.job.json").write_bytes(content)
    (tmp_path / "J3.job.json").write_bytes((tmp_path / "J1.job.json").read_bytes())
    (tmp_path / "J4.job.json").mkdir()
    assert files.read() == (job(1),)


def test_where_there_is_no_folder_there_are_no_jobs(tmp_path):
    assert JobFiles(tmp_path / "none").read() == ()


def test_an_id_that_is_a_path_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no id"):
        JobFiles(tmp_path).write(replace(job(1), id="../x"), 0)


def test_a_huge_file_is_not_read(tmp_path):
    with (tmp_path / "J1.job.json").open("wb") as huge:
        huge.truncate(5 << 20)
    assert JobFiles(tmp_path).read() == ()


def test_the_next_retry_is_the_earliest():
    soon, late = job(1).stumbled(DOWN, 0), job(2).stumbled(DOWN, 5000)
    assert Queue((late, soon, job(3))).next_retry_ms() == 15_000
    assert Queue((job(3),)).next_retry_ms() is None
    assert job(1).paused().resumed().started().resumed().state is JobState.RUNNING


def test_jobs_in_a_place_that_cannot_be_listed_are_none(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert JobFiles(tmp_path / "file").read() == ()


def test_a_job_that_waits_for_a_name_is_told_from_other_failures():
    gated = job(1).stumbled(GatedError("This model asks who you are", "Say it."), 0)
    other = job(2).stumbled(GoneError("It is gone", "Choose another."), 0)
    assert Queue((gated, other, job(3))).gated() == (gated,)
    assert Queue((gated.resumed(),)).gated() == ()


def test_what_waits_for_the_person_needs_no_room_yet():
    queue = Queue((job(1), job(2).paused(), job(3).stumbled(DOWN, 0)))
    size = job(1).size_bytes
    assert queue.missing_bytes({}) == 2 * size
    assert queue.missing_bytes({job(1).id: 4, job(3).id: size + 1}) == size - 4
