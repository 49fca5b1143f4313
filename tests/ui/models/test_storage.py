from collections.abc import Callable
from dataclasses import replace

import pytest
import shelfmatter as goods
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from standin import StandIn

from inglenook.core.errors import BadArgumentError, Problem
from inglenook.core.units import MIB
from inglenook.services.events import SettingsChanged
from inglenook.services.modelnews import FolderMoved
from inglenook.ui.models.page import STORAGE
from inglenook.ui.models.setting import Entry
from inglenook.ui.models.storage import StoragePane
from inglenook.ui.room import Room

Tell = Callable[..., None]


@pytest.fixture
def tell(services: StandIn) -> Tell:
    def publish(*announcements: object) -> None:
        for announcement in announcements:
            services.bus.publish(announcement)
        QApplication.processEvents()

    return publish


@pytest.fixture
def pane(window: Room, tell: Tell) -> StoragePane:
    window.models.open(STORAGE)
    tell(goods.SHELF)
    return window.models.page.pane(STORAGE)


def write(entry: Entry, text: str) -> None:
    entry.setFocus()
    entry.selectAll()
    QTest.keyClick(entry, Qt.Key.Key_Backspace)
    QTest.keyClicks(entry, text)
    QTest.keyClick(entry, Qt.Key.Key_Return)


def test_the_folder_is_shown_with_its_size_and_the_room_beside_it(pane: StoragePane):
    assert pane.folder.path.accessibleName() == goods.SHELF.folder
    assert pane.folder.facts.text() == "3 models, 15.2 GB · 214 GB free on this disk"


def test_moving_shows_how_far_it_is_and_can_be_stopped(
    pane: StoragePane, services: StandIn, tell: Tell
):
    pane.folder.move_asked.emit("/mnt/big/models")
    assert services.asked("shelf.move_folder") == [("/mnt/big/models",)]
    pane.folder.relocate.setFocus()
    tell(goods.MOVING)
    assert pane.folder.words.text() == "Moving to /mnt/big/models: 9.0 of 25.0 GB"
    assert not pane.folder.relocate.isEnabled()
    assert pane.folder.stop.hasFocus()
    pane.folder.stop.click()
    assert services.asked("shelf.stop_moving") == [()]


def test_a_move_ends_in_words(pane: StoragePane, tell: Tell):
    tell(goods.MOVING, FolderMoved("/mnt", 1, 1, is_over=True))
    assert pane.folder.words.text() == "All models are in the new folder."
    assert not pane.folder.bar.isVisible()
    problem = Problem("No room is left there", "Choose another folder.")
    tell(FolderMoved("/mnt", 0, 1, is_over=True, problem=problem))
    assert pane.folder.words.text() == problem.in_words()
    assert pane.folder.relocate.isEnabled()


def test_the_network_is_switched_off_and_on(pane: StoragePane, services: StandIn):
    QTest.keyClick(pane.offline, Qt.Key.Key_Space)
    QTest.keyClick(pane.offline, Qt.Key.Key_Return)
    assert services.asked("settings.set_offline") == [(True,), (False,)]


def test_what_the_environment_has_switched_off_cannot_be_switched_on(
    pane: StoragePane, tell: Tell
):
    tell(SettingsChanged("light", welcomed=True, offline=True))
    assert pane.offline.isChecked()
    assert not pane.offline.isEnabled()
    assert "INGLENOOK_OFFLINE" in pane._offline_row.about.text()


def test_one_to_three_downloads_run_at_once(pane: StoragePane, services: StandIn):
    assert pane.at_once.choice() == "2"
    pane.at_once.segment("3").click()
    assert services.asked("settings.set_downloads") == [(3,)]


@pytest.mark.parametrize(
    ("text", "limit"), [("5", 5 * MIB), ("0,5", MIB // 2), ("2.5", 5 * MIB // 2)]
)
def test_a_speed_limit_is_written_in_mb(
    pane: StoragePane, services: StandIn, text: str, limit: int
):
    write(pane.limit, text)
    assert services.asked("settings.set_downloads") == [(limit,)]


@pytest.mark.parametrize("text", ["quick", "-3", "nan", "1e99"])
def test_a_speed_that_makes_no_sense_is_told_where_it_was_written(
    pane: StoragePane, services: StandIn, tell: Tell, text: str
):
    write(pane.limit, text)
    assert services.asked("settings.set_downloads") == []
    assert pane.limit_row.trouble.text().startswith("There is no such speed")
    tell(SettingsChanged("dark", welcomed=True))
    assert pane.limit.text() == text  # still there to be put right
    write(pane.limit, "")
    assert not pane.limit_row.trouble.isVisible()


def test_an_address_that_the_settings_refuse_is_told_below_its_field(
    pane: StoragePane, services: StandIn
):
    def refuse(_address: str) -> None:
        raise BadArgumentError("There is no such proxy", "Write it as http://name:port.")

    services.settings.set_proxy = refuse
    write(pane.proxy, "proxy")
    assert pane.proxy_row.trouble.text() == (
        "There is no such proxy. Write it as http://name:port."
    )
    write(pane.mirror, "https://mirror.example")
    assert services.asked("settings.set_endpoint") == [("https://mirror.example",)]


def test_a_field_is_read_once(pane: StoragePane, services: StandIn):
    write(pane.proxy, "http://proxy:8080")
    pane.mirror.setFocus()
    pane.proxy.setFocus()
    pane.mirror.setFocus()
    assert services.asked("settings.set_proxy") == [("http://proxy:8080",)]


def test_what_is_in_force_is_shown(pane: StoragePane, services: StandIn, tell: Tell):
    services.settings.now = replace(
        services.settings.now,
        proxy="http://proxy:1",
        endpoint="https://mirror.example",
        download_limit_bytes_s=3 * MIB,
        downloads_at_once=1,
    )
    tell(SettingsChanged("light", welcomed=True))
    shown = (pane.proxy.text(), pane.mirror.text(), pane.limit.text(), pane.at_once.choice())
    assert shown == ("http://proxy:1", "https://mirror.example", "3", "1")
    assert "HF_ENDPOINT" in pane.mirror_row.about.text()  # the service asks another address


def test_a_token_can_be_forgotten_if_there_is_one(
    pane: StoragePane, services: StandIn, tell: Tell
):
    assert not pane.forget.isVisible()
    services.browse.is_known = True
    tell(SettingsChanged("light", welcomed=True))
    pane.forget.setFocus()
    pane.forget.click()
    assert services.asked("browse.forget_token") == [()]
    services.browse.is_known = False
    tell(SettingsChanged("light", welcomed=True))
    assert not pane.forget.isVisible()
    assert QApplication.focusWidget() is not None
