"""One window at a time for the same data."""

import json
import threading
from multiprocessing.connection import Client
from pathlib import Path

import pytest
from tests.services.ear import WAIT_S

from inglenook.core.errors import StorageError
from inglenook.services.instance import LOCK, Instance, Request, hand_over
from inglenook.storage import doorbell
from inglenook.ui import place
from inglenook.ui.request import request_of


def answer_to(message: bytes, address: str) -> bytes:
    """Return what a stranger hears; nothing if the line is closed."""
    try:
        with Client(address, "AF_UNIX") as stranger:
            stranger.send_bytes(message)
            return stranger.recv_bytes(10)
    except (EOFError, OSError):
        return b""


ASKED = Request(("/models/qwen.gguf",), new_chat=True, activation="word")


class Ear:
    """Waits for what another start asks."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self._came = threading.Semaphore(0)

    def take(self, request: Request) -> None:
        self.heard.append(request)
        self._came.release()

    def wait(self) -> list[Request]:
        assert self._came.acquire(timeout=WAIT_S)
        return self.heard


@pytest.fixture
def first(tmp_path: Path):
    instance = Instance.claim(tmp_path)
    yield instance
    instance.close()


def test_a_second_start_is_heard_by_the_first_even_before_it_is_furnished(
    first: Instance, tmp_path: Path
):
    ear = Ear()
    assert Instance.claim(tmp_path) is None
    assert hand_over(tmp_path, ASKED)
    first.serve(ear.take)
    assert ear.wait() == [ASKED]
    assert hand_over(tmp_path, Request())
    assert ear.wait() == [ASKED, Request()]


def test_after_the_first_has_closed_another_may_open_and_nothing_is_left(tmp_path: Path):
    for _ in range(2):
        instance = Instance.claim(tmp_path)
        assert instance is not None
        instance.close()
    assert not hand_over(tmp_path, ASKED)
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_closes_takes_nothing_more_and_lets_nobody_in_before_its_end(
    tmp_path: Path,
):
    closing = Instance.claim(tmp_path)
    closing.stop_listening()
    assert not hand_over(tmp_path, ASKED)
    assert Instance.claim(tmp_path) is None
    closing.close()
    following = Instance.claim(tmp_path)
    assert following is not None
    following.close()


def test_what_a_dead_process_left_locks_nobody_out(tmp_path: Path):
    (tmp_path / LOCK).touch()
    (tmp_path / "window-dead.sock").touch()
    note = {"address": str(tmp_path / "window-dead.sock"), "word": "old"}
    (tmp_path / doorbell.NOTE).write_text(json.dumps(note))
    assert not hand_over(tmp_path, ASKED)
    instance = Instance.claim(tmp_path)
    assert hand_over(tmp_path, ASKED)
    instance.close()


def test_only_its_owner_can_reach_it_and_a_wrong_word_is_not_heard(
    first: Instance, tmp_path: Path
):
    note = tmp_path / doorbell.NOTE
    assert note.stat().st_mode & 0o077 == 0
    address = json.loads(note.read_text())["address"]
    for rubbish in (b"wrong\n{}", b"", b"x" * (doorbell.LONGEST + 1)):
        assert answer_to(rubbish, address) == b""
    ear = Ear()
    first.serve(ear.take)
    assert doorbell.ring(tmp_path, b'{"models": 7}')  # of another version
    assert hand_over(tmp_path, ASKED)
    assert ear.wait() == [ASKED]


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"address": "", "word": ""}'])
def test_a_damaged_note_is_like_none(tmp_path: Path, note: str):
    (tmp_path / doorbell.NOTE).write_text(note)
    assert not hand_over(tmp_path, ASKED)


def test_a_folder_with_a_long_name_is_served_from_a_short_one(tmp_path: Path):
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    instance = Instance.claim(folder)
    address = Path(json.loads((folder / doorbell.NOTE).read_text())["address"])
    assert address.parent.stat().st_mode & 0o077 == 0
    assert hand_over(folder, ASKED)
    instance.close()
    assert not address.parent.exists()


def test_too_much_to_hand_over_still_brings_the_window_forward(first: Instance, tmp_path: Path):
    ear = Ear()
    first.serve(ear.take)
    assert hand_over(tmp_path, Request(("/m/" + "x" * 70_000 + ".gguf",)))
    assert ear.wait() == [Request()]


def test_a_folder_that_cannot_be_used_is_said_and_leaves_no_lock(tmp_path: Path):
    (tmp_path / doorbell.NOTE).mkdir()
    with pytest.raises(StorageError):
        Instance.claim(tmp_path)
    assert not (tmp_path / LOCK).exists()


def test_a_start_is_asked_for_models_by_their_whole_paths(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "word")
    asked = request_of(["--echo", "qwen.GGUF", "--new-chat"])
    assert asked == Request((str(Path.cwd() / "qwen.GGUF"),), new_chat=True, activation="word")
    assert place.LOCK == LOCK
