"""The main job through the real window: real services, database and engine process."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest
from pytestqt.qtbot import QtBot
from tests.journeys.session import WAIT_MS

from inglenook.chat.message import Role, Status
from inglenook.chat.sampling import BALANCED
from inglenook.core.errors import StorageError
from inglenook.services.events import EnginePhase
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.paths import Folders

ENDED = {Status.COMPLETE, Status.CUT}


@pytest.mark.parametrize("backend", ["echo", pytest.param("llama", marks=pytest.mark.model)])
def test_a_question_is_answered_kept_and_found_again(start, backend: str) -> None:
    first = start(backend)
    first.services.chat.sampling = replace(BALANCED, answer_limit_tokens=60)
    answer = first.ask("What is a lighthouse?")
    assert answer.role is Role.ASSISTANT
    assert answer.status in ENDED
    assert answer.text.strip()
    assert answer.timings is not None
    assert answer.timings.answer_tokens > 0
    first.close()

    second = start(backend)
    assert second.last == answer
    assert second.window.windowTitle().startswith("What is a lighthouse?")
    second.qtbot.keyClicks(second.window.side.search, "lightho")
    second.wait(second.window.side.is_searching)
    second.wait(lambda: second.window.side.list.model().rowCount() > 0)


def test_an_edited_question_grows_a_branch_and_the_arrows_go_back(start) -> None:
    session = start()
    old_answer = session.ask("/echo text=first")
    question = session.page.conversation.path()[0]

    session.page._view.edit_asked.emit(question.id)
    session.page.composer.field.selectAll()
    new_answer = session.ask("/echo text=second")
    assert new_answer.text == "second"
    assert len(session.page.conversation.siblings(session.page.conversation.path()[0].id)) == 2

    session.page._view.branch_asked.emit(question.id)
    session.wait(lambda: session.last.id == old_answer.id)
    assert session.last.text == "first"
    assert {each.text for each in session.page.conversation.nodes.values()} >= {
        "first",
        "second",
    }


def test_another_answer_is_a_sibling_of_the_first(start) -> None:
    session = start()
    first = session.ask("/echo text=same")
    known = len(session.page.conversation.nodes)
    session.window.actions_by_name["regenerate"].trigger()
    session.wait(lambda: len(session.page.conversation.nodes) > known)
    session.wait(lambda: not session.page.is_answering())
    assert session.last.id != first.id
    assert session.page.conversation.siblings(first.id) == (first.id, session.last.id)


def test_stop_keeps_what_was_written(start) -> None:
    session = start()
    session.type("/echo tokens=5000 rate=300")
    session.wait(lambda: session.page.is_answering() and len(session.live_text()) > 20)
    session.window.actions_by_name["stop"].trigger()
    session.wait(lambda: not session.page.is_answering())
    assert session.last.status is Status.STOPPED
    assert len(session.last.text) > 20


@pytest.mark.parametrize("backend", ["echo", pytest.param("llama", marks=pytest.mark.model)])
def test_the_engine_is_killed_in_mid_answer_and_the_chat_goes_on(start, backend: str) -> None:
    session = start(backend)
    question = "/echo tokens=5000 rate=100"
    session.type(question if backend == "echo" else "Tell me a very long story about a king.")
    session.wait(lambda: session.page.is_answering() and len(session.live_text()) > 20)
    seen = session.live_text()
    session.engine_process().send_signal(signal.SIGKILL)
    session.wait(lambda: not session.page.is_answering())
    assert session.last.status is Status.INTERRUPTED
    assert session.last.text.startswith(seen)
    assert session.window.isVisible()

    session.wait(lambda: session.services.engine.state.phase is EnginePhase.READY)
    session.services.chat.sampling = replace(BALANCED, answer_limit_tokens=20)
    again = session.ask("Hello again")
    assert again.status in ENDED


_ANSWERS_FOR_EVER = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from inglenook.services.events import EngineChanged, EnginePhase
from inglenook.services.services import Services
from inglenook.storage.paths import Folders
from inglenook.ui import app

services = Services.open(backend="echo", folders=Folders.below(Path(sys.argv[1])))
services.settings.set_welcomed()

def hear(event):
    if isinstance(event, EngineChanged) and event.state.phase is EnginePhase.READY:
        unsubscribe()
        services.chat.send(services.chat.create(), "/echo tokens=100000 rate=200")

unsubscribe = services.bus.subscribe(hear)
sys.exit(app.run(lambda: services, []))
"""


def test_the_application_is_killed_in_mid_answer_and_opened_again(
    start, qtbot: QtBot, folders: Folders
) -> None:
    victim = subprocess.Popen([sys.executable, "-c", _ANSWERS_FOR_EVER, str(folders.data)])
    try:
        qtbot.waitUntil(lambda: len(stored_answer(folders)) > 100, timeout=WAIT_MS)
        seen = stored_answer(folders)
        children = psutil.Process(victim.pid).children()
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    _gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive, "the engine outlived the window"

    session = start()
    assert session.last.status is Status.INTERRUPTED
    assert session.last.text.startswith(seen)
    assert session.ask("Still there?").status is Status.COMPLETE


def stored_answer(folders: Folders) -> str:
    """Return what is on the disk of the answer that is being written."""
    if not folders.database.exists():
        return ""
    database = Database.open_to_read(folders.database)
    try:
        chats = Conversations(database)
        newest = chats.summaries()[:1]
        return chats.load(newest[0].id).path()[-1].text if newest else ""
    except StorageError:  # it is being created at this moment
        return ""
    finally:
        database.close()
