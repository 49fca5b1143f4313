"""Models through the real window: found, got, killed in between, used, deleted, moved."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from tests.journeys.hubplace import NAME, REPO, ROOT, bytes_asked_again, starter_hub
from tests.journeys.modelswindow import ModelsWindow

from inglenook.chat.message import Status
from inglenook.chat.sampling import EXACT
from inglenook.core.units import MIB
from inglenook.services.events import EnginePhase
from inglenook.storage.paths import Folders
from inglenook.ui.models.page import DOWNLOADS, INSTALLED, STORAGE

QUESTION = "What is the capital of France? Answer in one word."

pytestmark = pytest.mark.model


@pytest.fixture
def hub(starter, monkeypatch):
    with starter_hub(starter) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("INGLENOOK_OFFLINE")
        yield hub


@pytest.fixture
def window(start) -> ModelsWindow:
    session = start("llama")
    session.services.chat.sampling = EXACT
    return ModelsWindow(session)


def find_get_pause_and_kill(folders: Folders, after_bytes: int) -> None:
    """Do the first half of the journey in a process of its own, and kill that."""
    steps = [str(folders.data), REPO, str(after_bytes)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.windowgetter", *steps],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUTF8": "1"},
        cwd=ROOT,
    ) as child:
        try:
            assert child.stdout.readline() == b"paused\n"
        finally:
            child.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_search_page_get_pause_kill_start_resume_verify_chat(hub, folders, start):
    part = folders.models / REPO / f"{NAME}.part"
    find_get_pause_and_kill(folders, 20 * MIB)
    kept = part.stat().st_size
    assert kept >= 20 * MIB

    hub.usual = None
    window = ModelsWindow(session := start("llama"))
    session.services.chat.sampling = EXACT
    window.open(DOWNLOADS)
    session.wait(lambda: len(window.queue(DOWNLOADS)) == 1)
    [row] = window.queue(DOWNLOADS)
    assert row.download.state == "paused"
    assert row.download.done_bytes == kept
    row.go.click()
    session.wait(session.window.toast.isVisible)
    assert session.window.toast.words.text().endswith("is ready")
    assert bytes_asked_again(hub)[-2:] == [kept, 0]  # the rest, then what lets it see
    assert not part.exists()

    window.open(INSTALLED)
    window.choose("Verify the file")
    check = window.installed().check
    session.wait(lambda: bool(check.words.text()) and not check.is_reading())
    assert check.words.text().startswith("Verified")

    window.use()
    session.window.actions_by_name["stop"].trigger()
    assert session.page.isVisible()
    answer = session.ask(QUESTION)
    assert answer.status is Status.COMPLETE
    assert "Paris" in answer.text


def test_a_deleted_model_comes_back_and_a_moved_one_answers(
    window, folders, starter, tmp_path, monkeypatch
):
    session = window.session
    old, place = folders.models / REPO / NAME, tmp_path / "another disk"
    old.parent.mkdir(parents=True)
    shutil.copyfile(starter, old)
    place.mkdir()
    session.services.models.add(str(old))
    window.open(INSTALLED)
    window.use()

    window.choose("Delete")
    toast = session.window.toast
    session.wait(toast.isVisible)
    assert not old.exists()
    session.wait(lambda: session.services.engine.state.phase is EnginePhase.NO_MODEL)
    toast.action.click()
    window.installed()
    session.wait(old.exists)

    monkeypatch.setattr(
        QFileDialog, "open", lambda dialog: dialog.fileSelected.emit(str(place))
    )
    window.open(STORAGE)
    card = window.page.pane(STORAGE).folder
    card.relocate.click()
    session.wait(lambda: card.words.text() == "All models are in the new folder.")
    assert not old.exists()

    window.open(INSTALLED)
    session.wait(lambda: Path(window.installed().path).is_relative_to(place))
    window.use()
    session.window.actions_by_name["stop"].trigger()
    answer = session.ask(QUESTION)
    assert "Paris" in answer.text
