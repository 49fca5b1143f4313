"""A database in a folder of its own, and programs that run beside the test."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.organised import Organised

NOBODY = 65534

Store = tuple[Database, Conversations]
Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test keeps its database; nothing is there yet."""
    return tmp_path / "data" / "inglenook.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database.open(path)
    yield opened
    opened.close()


@pytest.fixture
def chats(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def organised(database: Database) -> Organised:
    return Organised(database)


def _long_chat(name: str, messages: int, words: str = "word ") -> Conversation:
    chat = Conversation(ChatId(name), f"About {name}", 1)
    for number in range(messages):
        node = NodeId(sortable_id(1000 + number, hash(name) & 0xFFFF))
        text = f"{name} says {number} {words * (number % 40)}"
        chat = chat.with_message(Message(node, chat.head, Role.USER, text, 1000 + number))
    return chat


@pytest.fixture
def long_chat() -> Callable[..., Conversation]:
    """Make a chat of so many messages, one after the other."""
    return _long_chat


@pytest.fixture
def program() -> Iterator[Program]:
    """Run Python text in a process of its own; it is killed at the end if it still runs."""
    running: list[subprocess.Popen[str]] = []

    def run(text: str, *arguments: object) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-c", text, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(child)
        return child

    yield run
    for child in running:
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            assert stream is not None
            stream.close()


@pytest.fixture
def as_somebody() -> Iterator[Callable[[], Path]]:
    """Give a folder, and from then on no right to write where modes forbid it.

    Modes mean nothing to root, so the test goes on as "nobody" if root runs it. What was
    put into the folder before belongs to nobody too.
    """
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0

    def become() -> Path:
        if is_root:
            for each in (folder, *folder.rglob("*")):
                os.chown(each, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        return folder

    become.folder = folder  # type: ignore[attr-defined]  # to fill it beforehand
    yield become
    if is_root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def benchmark_s() -> Callable[[Callable[[], object]], float]:
    """Measure a call: the best of five, in seconds of this thread alone."""

    def best(act: Callable[[], object]) -> float:
        spans_s = []
        for _ in range(5):
            started_s = time.thread_time()
            act()
            spans_s.append(time.thread_time() - started_s)
        return min(spans_s)

    return best
