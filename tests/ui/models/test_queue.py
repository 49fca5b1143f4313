from collections.abc import Callable
from dataclasses import replace

import pytest
import shelfmatter as goods
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.core.errors import NotFoundError
from inglenook.core.units import GIB
from inglenook.services.events import Download, DownloadsChanged, SettingsChanged
from inglenook.ui.models.page import DOWNLOADS
from inglenook.ui.models.queue import QueuePane
from inglenook.ui.models.queueface import QueueFace
from inglenook.ui.models.queuerow import QueueRow
from inglenook.ui.room import Room
from inglenook.ui.style import Look

Show = Callable[..., None]


@pytest.fixture
def pane(window: Room, services: StandIn) -> QueuePane:
    services.downloads.rows = goods.queue()
    window.models.open(DOWNLOADS)
    QApplication.processEvents()
    return window.models.page.pane(DOWNLOADS)


@pytest.fixture
def show(services: StandIn) -> Show:
    def tell(*downloads: Download) -> None:
        services.downloads.rows = downloads
        services.bus.publish(DownloadsChanged(downloads))
        QApplication.processEvents()

    return tell


def row(pane: QueuePane, job: str) -> QueueRow:
    return next(each for each in pane.rows() if each.job == job)


def test_every_download_has_a_row_in_the_order_of_the_queue(pane: QueuePane):
    assert [each.job for each in pane.rows()] == [f"JOB{number}" for number in range(1, 8)]
    assert pane.rows()[0].face.accessibleName() == "Gemma 3 12B"
    assert pane.rows()[0].face.value() == 63


def test_a_row_says_why_it_waits_and_what_to_do(pane: QueuePane):
    assert row(pane, "JOB6").trouble.isVisible()
    assert "Free 3.1 GB" in row(pane, "JOB6").trouble.text()
    assert not row(pane, "JOB1").trouble.isVisible()


@pytest.mark.parametrize(
    ("job", "asked"),
    [("JOB1", "pause"), ("JOB3", "pause"), ("JOB4", "pause"), ("JOB5", "resume"),
     ("JOB6", "resume"), ("JOB7", "resume")],
)  # fmt: skip
def test_one_button_pauses_goes_on_or_tries_again(
    pane: QueuePane, services: StandIn, job: str, asked: str
):
    row(pane, job).go.click()
    assert services.asked(f"downloads.{asked}") == [(job,)]


def test_keys_pause_and_cancel_a_download(pane: QueuePane, services: StandIn):
    QTest.keyClick(row(pane, "JOB1").face, Qt.Key.Key_Space)
    QTest.keyClick(row(pane, "JOB3").face, Qt.Key.Key_Delete)
    assert services.asked("downloads.pause") == [("JOB1",)]
    assert services.asked("downloads.cancel") == [("JOB3",)]


def test_what_has_come_is_not_thrown_away_without_a_question(
    pane: QueuePane, services: StandIn
):
    first = row(pane, "JOB1")
    first.cancel.click()
    assert first.question.isVisible()
    assert "4.6 GB" in first.question.words.text()
    assert services.asked("downloads.cancel") == []
    first.question.yes.click()
    assert services.asked("downloads.cancel") == [("JOB1",)]


def test_escape_answers_the_question_and_not_the_page(
    window: Room, pane: QueuePane, services: StandIn
):
    first = row(pane, "JOB1")
    first.cancel.click()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not first.question.isVisible()
    assert window.models.is_open
    assert services.asked("downloads.cancel") == []
    assert first.face.hasFocus()


def test_buttons_and_alt_arrows_change_the_order(pane: QueuePane, services: StandIn):
    row(pane, "JOB2").up.click()
    row(pane, "JOB3").face.setFocus()
    QTest.keyClick(row(pane, "JOB3").face, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(row(pane, "JOB3").go, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert services.asked("downloads.move") == [("JOB2", 0), ("JOB3", 3), ("JOB3", 1)]


def test_the_ends_of_the_queue_cannot_be_left(pane: QueuePane, services: StandIn):
    assert not row(pane, "JOB1").up.isEnabled()
    assert not row(pane, "JOB7").down.isEnabled()
    row(pane, "JOB1").face.setFocus()
    QTest.keyClick(row(pane, "JOB1").face, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert services.asked("downloads.move") == []


def test_a_row_keeps_the_keyboard_when_it_changes_its_place(pane: QueuePane, show: Show):
    second = row(pane, "JOB2")
    second.go.setFocus()
    one, two, *rest = goods.queue()
    show(two, one, *rest)
    assert pane.rows()[0] is second
    assert second.go.hasFocus()


def test_the_keyboard_stays_in_the_list_when_its_row_is_gone(pane: QueuePane, show: Show):
    row(pane, "JOB7").cancel.setFocus()
    show(*goods.queue()[:6])
    assert pane.rows()[-1].face.hasFocus()
    show()
    assert pane.empty.button.hasFocus()


def test_only_what_is_new_is_shown_anew(pane: QueuePane, show: Show):
    first = row(pane, "JOB1")
    told = []
    first.go.set_name = told.append  # named anew with every other change of a row's buttons
    for more in range(5):
        show(replace(goods.coming(), done_bytes=goods.coming().done_bytes + more * 10_000_000))
    assert told == []
    show(replace(goods.coming(), state="paused"))
    assert told == ["Go on with Gemma 3 12B"]


def test_all_can_be_paused_and_go_on_together(pane: QueuePane, services: StandIn):
    pane.pause_all.click()
    pane.resume_all.click()
    assert [job for (job,) in services.asked("downloads.pause")] == [
        "JOB1", "JOB2", "JOB3", "JOB4",
    ]  # fmt: skip
    assert [job for (job,) in services.asked("downloads.resume")] == ["JOB5", "JOB6", "JOB7"]


def test_a_download_that_ended_just_now_is_no_error(
    pane: QueuePane, services: StandIn, monkeypatch: pytest.MonkeyPatch
):
    def gone(_job: str) -> None:
        raise NotFoundError("There is no such download", "It has ended.")

    services.downloads.pause = gone
    pane.pause_all.click()
    assert len(pane.rows()) == 7


def test_an_empty_queue_leads_to_what_can_be_found(window: Room, services: StandIn, show: Show):
    window.models.open(DOWNLOADS)
    pane = window.models.page.pane(DOWNLOADS)
    show()
    assert pane.empty.isVisible()
    assert not pane.pause_all.isVisible()
    asked = []
    pane.find_asked.connect(lambda: asked.append(True))
    window.models.page.come_forward = lambda: None  # what is found is another pane's matter
    pane.empty.button.click()
    assert asked == [True]


def test_a_hidden_pane_does_no_work(window: Room, pane: QueuePane, show: Show):
    window.models.close()
    QApplication.processEvents()
    before = row(pane, "JOB1").face.value()
    show(replace(goods.coming(), done_bytes=goods.coming().size_bytes))
    assert pane.rows()[0].face.value() == before
    window.models.open(DOWNLOADS)
    assert pane.rows()[0].face.value() == 100
    assert len(pane.rows()) == 1


def test_offline_the_queue_says_what_it_waits_for(
    pane: QueuePane, services: StandIn, show: Show
):
    services.bus.publish(SettingsChanged("light", welcomed=True, offline=True))
    QApplication.processEvents()
    assert row(pane, "JOB3").face.face.facts == "0 B of 2.5 GB · offline"
    assert "network is switched off" in pane._words.text()
    assert "paused" in row(pane, "JOB5").face.face.facts


def test_words_change_no_faster_than_they_can_be_read_but_the_bar_follows(
    qtbot: QtBot, look: Look
):
    face = QueueFace(look)
    qtbot.addWidget(face)
    came = [replace(goods.coming(), done_bytes=share * GIB) for share in (1, 3, 5)]
    for moment_ms, download in zip((10_000, 10_100, 10_400), came, strict=True):
        face.show_download(download, moment_ms, is_offline=False)
        assert face.value() == download.done_bytes * 100 // download.size_bytes
        first = "1.0" if moment_ms < 10_400 else "5.0"
        assert face.face.facts.startswith(f"{first} of 7.3 GB")
    paused = replace(came[0], state="paused")
    face.show_download(paused, 10_401, is_offline=False)
    assert face.face.facts == "1.0 of 7.3 GB · paused"  # another state is told at once
