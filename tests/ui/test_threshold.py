"""Whether a window may be furnished: it is the only one, gives way, or says why not."""

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inglenook.core.errors import ReadOnlyError
from inglenook.services.instance import LOCK, NOT_ANSWERING, Instance, Request
from inglenook.storage.lock import FileLock
from inglenook.ui import threshold as module
from inglenook.ui.request import ACTIVATION, allow_to_come_forward
from inglenook.ui.threshold import Threshold


class Ending:
    """Notes how it ended."""

    def __init__(self, find_folder: object) -> None:
        self.said: list[object] = []
        self.threshold = Threshold(
            find_folder,
            Request(new_chat=True),
            enter=lambda: self.said.append("entered"),
            give_way=lambda: self.said.append("gave way"),
            refuse=self.said.append,
        )
        self.threshold.begin()


def test_the_first_enters_and_the_second_gives_way(qtbot: QtBot, tmp_path: Path):
    first = Ending(lambda: tmp_path)
    asked = []
    first.threshold.asked.connect(asked.append)
    second = Ending(lambda: tmp_path)
    assert (first.said, second.said) == (["entered"], ["gave way"])
    first.threshold.serve()
    qtbot.waitUntil(lambda: asked == [Request(new_chat=True)])
    first.threshold.stop_serving()
    first.threshold.close()


def test_it_tries_again_while_the_other_one_closes(qtbot: QtBot, tmp_path: Path):
    closing = Instance.claim(tmp_path)
    closing.stop_listening()
    later = Ending(lambda: tmp_path)
    assert later.said == []
    closing.close()
    qtbot.waitUntil(lambda: later.said == ["entered"])
    later.threshold.close()


def test_a_window_that_hangs_is_told_of(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_PATIENCE_MS", -1)
    held = FileLock.take(tmp_path / LOCK)
    assert Ending(lambda: tmp_path).said == [NOT_ANSWERING]
    held.release()


def test_a_folder_that_cannot_be_had_is_told_of(qapp, tmp_path: Path):
    def refuse() -> Path:
        raise ReadOnlyError("There is no home folder", "Set one.")

    (problem,) = Ending(refuse).said
    assert problem.title == "There is no home folder"
    (tmp_path / "file").touch()
    (problem,) = Ending(lambda: tmp_path / "file").said
    assert problem.title == "The data folder cannot be written"


def test_only_a_plain_word_lets_the_window_come_forward(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(ACTIVATION, raising=False)
    for word in ("", "a\nb", "ä"):
        allow_to_come_forward(word)
        assert ACTIVATION not in os.environ
    monkeypatch.setenv(ACTIVATION, "old")
    allow_to_come_forward("desktop-42_TIME7")
    assert os.environ[ACTIVATION] == "desktop-42_TIME7"
