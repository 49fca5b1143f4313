"""Downloads run, wait, stop and survive: over a fake hub, real threads and a real disk."""

import threading
import time
from dataclasses import replace

import pytest
from tests.data.hub_faults import Drop, Flip, Hang, Status
from tests.downloads.rig import NAME, Rig, some_bytes
from tests.services.conftest import Alarms
from tests.services.ear import WAIT_S, Ear

from inglenook.core.errors import DiskFullError, NotFoundError, ReadOnlyError
from inglenook.downloads.jobfiles import JobFiles
from inglenook.services.bus import Bus
from inglenook.services.downloads import DownloadService, DownloadWishes
from inglenook.services.events import (
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    ProblemArose,
)


class Desk:
    """A service, what it announces and what it keeps."""

    def __init__(self, rig: Rig, folder, **options) -> None:
        self.rig, self.folder = rig, folder
        self.offline = False
        self.count = 2
        self.kept: list[str] = []
        self.refusal: Exception | None = None
        self.bus = Bus()
        self.ear = Ear(self.bus)
        wishes = DownloadWishes(
            lambda: rig.folder, lambda: rig.line, lambda: self.offline, self.keep,
            lambda: self.count,
        )  # fmt: skip
        self.service = DownloadService(self.bus, JobFiles(folder), wishes, **options)

    def keep(self, job, path) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.kept.append(path)

    def get(self, name: str = NAME) -> str:
        return self.service.get((self.rig.file(name),), name)

    def row(self, job: str):
        return next(each for each in self.service.downloads() if each.id == job)

    def until(self, job: str, state: str):
        def is_so(told) -> bool:
            rows = told.downloads if isinstance(told, DownloadsChanged) else ()
            return any(each.id == job and each.state == state for each in rows)

        return self.ear.wait(is_so)

    def until_bytes(self, job: str, count: int) -> None:
        def is_so(told) -> bool:
            rows = told.downloads if isinstance(told, DownloadsChanged) else ()
            return any(each.id == job and each.done_bytes >= count for each in rows)

        self.ear.wait(is_so)


@pytest.fixture
def make_desk(tmp_path):
    desks = []

    def make(rig=None, **options):
        desks.append(Desk(rig or Rig(tmp_path / "models"), tmp_path / "jobs", **options))
        return desks[-1]

    yield make
    for desk in desks:
        desk.service.close()
        desk.rig.close()


@pytest.fixture
def desk(make_desk):
    desk = make_desk()
    desk.service.start()
    return desk


def test_what_is_asked_for_comes_and_is_kept(desk):
    job = desk.get()
    told = desk.ear.wait(DownloadFinished)
    assert (told.job, told.path) == (job, str(desk.rig.target))
    assert desk.kept == [desk.rig.target]
    assert desk.rig.is_right()
    assert desk.service.downloads() == ()


def test_the_same_is_not_asked_for_twice(desk):
    desk.rig.hub.faults.append(Hang(1000))
    assert desk.get() == desk.get()
    assert len(desk.service.downloads()) == 1


def test_a_row_says_which_files_of_which_repository_come(desk):
    desk.rig.hub.faults.append(Hang(1000))
    row = desk.row(desk.get())
    assert (row.repo, row.files) == (desk.rig.file(NAME).repo, (NAME,))


def test_a_pause_holds_and_resuming_goes_on(desk):
    desk.rig.limits = replace(desk.rig.limits, stall_s=30)
    desk.rig.hub.faults.append(Hang(500_000))
    job = desk.get()
    desk.until_bytes(job, 500_000)
    desk.service.pause(job)
    desk.until(job, "paused")
    assert desk.row(job).done_bytes == 500_000
    desk.service.resume(job)
    desk.ear.wait(DownloadFinished)
    assert desk.rig.ranges() == ["", "bytes=500000-"]


def test_resuming_before_the_pause_is_done_goes_on(desk):
    desk.rig.limits = replace(desk.rig.limits, stall_s=30)
    desk.rig.hub.faults.append(Hang(500_000))
    job = desk.get()
    desk.until_bytes(job, 500_000)
    desk.service.pause(job)
    desk.service.resume(job)
    desk.ear.wait(DownloadFinished)
    assert desk.rig.is_right()


def test_a_waiting_job_is_paused_resumed_and_cancelled(desk):
    desk.count = 1
    desk.rig.hub.faults.append(Hang(1000))
    desk.rig.limits = replace(desk.rig.limits, stall_s=30)
    desk.rig.hub.repos["org/model"].files["b.gguf"] = desk.rig.hub.repos["org/model"].files[
        NAME
    ]
    desk.get()
    second = desk.get("b.gguf")
    assert desk.row(second).state == "waiting"
    desk.service.pause(second)
    assert desk.row(second).state == "paused"
    desk.service.resume(second)
    assert desk.row(second).state == "waiting"
    desk.service.cancel(second)
    with pytest.raises(NotFoundError):
        desk.service.pause(second)


def test_cancelling_removes_what_came(desk):
    desk.rig.limits = replace(desk.rig.limits, stall_s=30)
    desk.rig.hub.faults.append(Hang(500_000))
    job = desk.get()
    desk.until_bytes(job, 500_000)
    desk.service.cancel(job)
    desk.ear.wait(lambda told: isinstance(told, DownloadsChanged) and not told.downloads)
    desk.service.close()
    assert desk.rig.left() == []
    assert list(desk.folder.iterdir()) == []


def test_the_order_is_the_persons(desk):
    files = desk.rig.hub.repos["org/model"].files
    desk.offline = True
    for name in ("a.gguf", "b.gguf", "c.gguf"):
        files[name] = files[NAME]
    a, b, c = desk.get("a.gguf"), desk.get("b.gguf"), desk.get("c.gguf")
    desk.service.move(c, 0)
    assert [each.id for each in desk.service.downloads()] == [c, a, b]
    desk.offline, desk.count = False, 1
    desk.service.wake()
    assert [desk.ear.wait(DownloadFinished).job for _ in range(3)] == [c, a, b]


def test_the_order_and_the_jobs_outlive_the_program(make_desk, tmp_path):
    first = make_desk()
    first.service.start()
    first.offline = True
    files = first.rig.hub.repos["org/model"].files
    files["a.gguf"] = files["b.gguf"] = files[NAME]
    a, b = first.get("a.gguf"), first.get("b.gguf")
    first.service.move(b, 0)
    first.service.close()
    second = make_desk(first.rig)
    second.offline = True
    second.service.start()
    assert [each.id for each in second.service.downloads()] == [b, a]
    second.offline = False
    second.service.wake()
    second.ear.wait(DownloadFinished)
    second.ear.wait(DownloadFinished)


def test_closing_in_the_middle_goes_on_next_time(make_desk):
    first = make_desk()
    first.service.start()
    first.rig.limits = replace(first.rig.limits, stall_s=30)
    first.rig.hub.faults.append(Hang(500_000))
    job = first.get()
    first.until_bytes(job, 500_000)
    first.service.close()
    second = make_desk(first.rig)
    second.offline = True
    second.service.start()
    assert second.row(job).done_bytes == 500_000
    second.offline = False
    second.service.wake()
    second.ear.wait(DownloadFinished)
    assert first.rig.ranges() == ["", "bytes=500000-"]


def test_a_line_that_stays_down_is_tried_again_later(make_desk):
    alarms = Alarms()
    desk = make_desk(set_alarm=alarms.set)
    desk.service.start()
    desk.rig.limits = replace(desk.rig.limits, tries=1)
    desk.rig.hub.faults.append(Drop(100))
    job = desk.get()
    waited = threading.Event()
    while desk.row(job).state != "retrying":
        waited.wait(0.01)
    assert desk.row(job).problem.title == "The connection broke"
    assert any(13 < due < 16 for due in alarms.due)
    desk.service.resume(job)
    desk.ear.wait(DownloadFinished)


def test_closing_calls_off_what_would_be_tried_again(make_desk):
    alarms = Alarms()
    desk = make_desk(set_alarm=alarms.set)
    desk.service.start()
    desk.rig.limits = replace(desk.rig.limits, tries=1)
    desk.rig.hub.faults.append(Drop(100))
    job = desk.get()
    waited = threading.Event()
    while desk.row(job).state != "retrying":
        waited.wait(0.01)
    desk.service.close()
    assert alarms.due == []


def test_a_retry_comes_by_itself(make_desk, monkeypatch):
    monkeypatch.setattr("inglenook.downloads.job._FIRST_WAIT_S", 0.2)
    desk = make_desk()
    desk.service.start()
    desk.rig.limits = replace(desk.rig.limits, tries=1)
    desk.rig.hub.faults += [Drop(100), Status(500)]
    desk.get()
    desk.ear.wait(DownloadFinished)
    assert desk.rig.is_right()


def test_a_wrong_file_fails_and_can_be_tried_again(desk):
    desk.rig.hub.faults += [Flip(1), Flip(1)]
    job = desk.get()
    told = desk.ear.wait(DownloadFailed)
    assert told.problem.title == "This file is not what the Hub describes"
    assert desk.row(job).state == "failed"
    assert desk.row(job).done_bytes == 0
    desk.service.pause(job)
    assert desk.row(job).state == "failed"
    desk.service.resume(job)
    desk.ear.wait(DownloadFinished)
    assert desk.kept == [desk.rig.target]


def test_a_full_disk_pauses_with_words(desk):
    desk.rig.limits = replace(desk.rig.limits, reserve_bytes=1 << 60)
    job = desk.get()
    assert "Not enough room" in desk.ear.wait(DownloadFailed).problem.title
    assert desk.row(job).state == "paused"
    desk.rig.limits = replace(desk.rig.limits, reserve_bytes=0)
    desk.service.resume(job)
    desk.ear.wait(DownloadFinished)


def test_a_list_that_cannot_be_written_pauses(desk):
    desk.refusal = ReadOnlyError("The data folder cannot be written", "Allow it.")
    job = desk.get()
    desk.ear.wait(DownloadFailed)
    assert desk.row(job).state == "paused"


def test_a_fault_of_our_own_ends_one_job_and_not_the_queue(desk):
    desk.refusal = RuntimeError("a bug")
    job = desk.get()
    assert desk.ear.wait(DownloadFailed).problem.title.startswith("Something went wrong")
    assert desk.row(job).state == "failed"
    desk.refusal = None
    desk.service.resume(job)
    desk.ear.wait(DownloadFinished)


def test_offline_nothing_is_asked(desk):
    desk.offline = True
    job = desk.get()
    assert desk.row(job).state == "waiting"
    assert desk.rig.hub.seen == []


def test_switching_offline_stops_what_runs_until_it_is_back(desk):
    desk.rig.limits = replace(desk.rig.limits, stall_s=30)
    desk.rig.hub.faults.append(Hang(500_000))
    job = desk.get()
    desk.until_bytes(job, 500_000)
    desk.offline = True
    desk.service.wake()
    desk.until(job, "waiting")
    desk.offline = False
    desk.service.wake()
    desk.ear.wait(DownloadFinished)


def test_going_offline_just_as_a_job_starts_keeps_it_waiting(desk):
    answers = iter([False, True])
    desk.service._wishes = replace(desk.service._wishes, is_offline=lambda: next(answers, True))
    job = desk.get()
    desk.until(job, "waiting")
    assert desk.row(job).problem.title == "The network is switched off"


def test_a_pause_wins_over_an_error_at_the_same_moment(desk):
    entered, leave = threading.Event(), threading.Event()

    def keep(job, path):
        entered.set()
        assert leave.wait(WAIT_S)
        raise DiskFullError("No room", "Make some.")

    desk.service._wishes = replace(desk.service._wishes, keep=keep)
    job = desk.get()
    assert entered.wait(WAIT_S)
    desk.service.pause(job)
    leave.set()
    desk.until(job, "paused")
    assert desk.row(job).problem is None


def test_jobs_that_cannot_be_written_down_run_all_the_same(desk):
    desk.folder.write_text("in the way")
    desk.get()
    assert desk.ear.wait(ProblemArose).problem.title
    desk.ear.wait(DownloadFinished)


def test_ten_announcements_a_second_at_most(desk):
    began_s, moments = time.monotonic(), []
    desk.bus.subscribe(
        lambda told: isinstance(told, DownloadsChanged) and moments.append(time.monotonic())
    )
    desk.rig.pace.set(2_000_000)
    job = desk.get()
    for _ in range(20):
        desk.service.resume(job)
    desk.ear.wait(DownloadFinished)
    desk.ear.wait(lambda told: isinstance(told, DownloadsChanged) and not told.downloads)
    assert len(moments) > 1
    # Not from one to the next: the thread may be held up between a telling and its hearing.
    for place, moment in enumerate(moments):
        assert place <= (moment - began_s) / 0.1


def test_other_parts_stay_when_one_of_a_model_is_there(desk):
    files = desk.rig.publish(one=some_bytes(100_000, 3), two=some_bytes(100_000, 4))
    desk.service.get(files, "split", "mit")
    desk.ear.wait(DownloadFinished)
    assert desk.rig.left() == ["one.gguf", "two.gguf"]
