"""Promise L1: big pastes, chats and answers, and many of them, never hold the window up."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.promises.table import Outcome, Row, main

from inglenook.core.ids import ChatId, FolderId, sortable_id
from inglenook.services.chatnews import FolderSummary
from inglenook.services.events import ChatSummary
from inglenook.storage import search
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 1800
CHATS = 5_000
LONG_CHAT, BIG_KB = 10_000, 1_000
FEW, SMALL_KB = 600, 100
MOST_OPEN_S, MOST_BYTES = 0.3, 400_000_000
MESSAGES, FEW_MESSAGES = 8, 2
MOST_S = 0.1
WORDS = [
    "bread", "kitchen", "layers", "memory", "letter", "garden", "window", "river", "answer",
    "question", "number", "winter", "summer", "model", "weights", "context", "the", "and", "of",
]  # fmt: skip
DAY_MS = 24 * 3600 * 1000


@contextmanager
def many_chats(messages: int) -> Iterator[Conversations]:
    """Make a database of so many chats, the first word of a message rarer than the others."""
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder, "inglenook.db"))
        with database.writing() as connection:
            connection.executemany(
                "INSERT INTO chat(row, id, title, created_ms, updated_ms, pinned)"
                " VALUES (?, ?, ?, 1, ?, ?)",
                [
                    (n, sortable_id(n, 0), f"Chat {n} {dice.choice(WORDS)}", n, n % 500 == 0)
                    for n in range(1, CHATS + 1)
                ],
            )
            connection.executemany(
                "INSERT INTO message(chat, id, role, text, created_ms, status, thinking, model,"
                " note) VALUES (?, ?, 'user', ?, 1, 'complete', '', '', '')",
                [
                    (n, sortable_id(n, number + 1), _text(dice))
                    for n in range(1, CHATS + 1)
                    for number in range(messages)
                ],
            )
            search.rebuild(connection)
        yield Conversations(database)
        database.close()


def _text(dice: random.Random) -> str:
    return f"rare{dice.randrange(2000)} " + " ".join(dice.choices(WORDS, k=60))


def searches(count: int) -> Outcome:
    """Search for rare and for everyday words, one and several, whole and begun."""
    outcome, dice, spent_s = Outcome(count), random.Random(2), []
    with many_chats(MESSAGES if count > 100 else FEW_MESSAGES) as chats:
        for _ in range(count):
            known = [*WORDS, f"rare{dice.randrange(2000)}"]
            words = dice.choices(known, k=dice.randrange(1, 4))
            query = " ".join(words)[: dice.randrange(3, 40)]
            began_s = time.thread_time()
            hits = chats.search(query)
            spent_s.append(time.thread_time() - began_s)
            outcome.check(bool(hits) or not search.words_of(query), f"{query!r} finds nothing")
        began_s = time.thread_time()
        rows = chats.summaries()
        read_s = time.thread_time() - began_s
    p95_s = statistics.quantiles(spent_s, n=20)[-1]
    outcome.check(p95_s <= MOST_S, f"95 of 100 searches take up to {p95_s:.3f} s")
    outcome.check(len(rows) == CHATS and read_s <= MOST_S, f"the list takes {read_s:.3f} s")
    outcome.figure = f"p95 {1000 * p95_s:.0f} ms, list read in {1000 * read_s:.0f} ms"
    return outcome


def lists(count: int) -> Outcome:
    """Show a new list in the side bar, with pins, folders, and one that is unfolded."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  (Qt reads the environment)

    from inglenook.ui.app import make_application  # noqa: PLC0415
    from inglenook.ui.sidebar import SideBar  # noqa: PLC0415
    from inglenook.ui.style import Look  # noqa: PLC0415

    outcome, spent_s = Outcome(count), []
    app = QApplication.instance()  # noqa: TID251  (a test has one already)
    look = Look(app or make_application())
    look.begin("light", 1.0)
    side = SideBar(look)
    side.resize(264, 900)
    side.show()
    folders = tuple(FolderSummary(FolderId(f"F{n}"), f"Folder {n}") for n in range(20))
    side.shelf.show_folders(folders)
    side.list.rows.turn_folder(folders[0].id, is_open=True)
    chats = _summaries(folders)
    for number in range(count):
        newest = replace(chats[-1 - number], updated_ms=chats[0].updated_ms + 1)
        chats = (newest, *(each for each in chats if each.id != newest.id))
        began_s = time.thread_time()
        side.show_chats(chats)
        side.grab()
        spent_s.append(time.thread_time() - began_s)
    slowest_s = max(spent_s)
    outcome.check(slowest_s <= MOST_S, f"the list takes {slowest_s:.3f} s")
    outcome.figure = f"slowest {1000 * slowest_s:.0f} ms of CPU"
    side.close()
    look.deleteLater()
    return outcome


def _summaries(folders: tuple[FolderSummary, ...]) -> tuple[ChatSummary, ...]:
    now_ms = time.time_ns() // 1_000_000
    return tuple(
        ChatSummary(
            ChatId(f"C{n}"), f"What was said on the day {n}", now_ms - n * DAY_MS // 10,
            folders[n // 3 % len(folders)].id if n % 3 == 0 else None,
            n % 500 == 1, n % 50 == 2,
        )
        for n in range(CHATS)
    )  # fmt: skip


@cache
def _window(*, is_full: bool) -> dict[str, dict]:
    """Give a window of its own process everything, and return what each thing cost."""
    size = (LONG_CHAT, BIG_KB) if is_full else (FEW, SMALL_KB)
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "tests.promises.bigwindow", *map(str, size)],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'app'}:{ROOT}", "INGLENOOK_HOME": home},
            cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-400:]
    return json.loads(done.stdout.splitlines()[-1])


def _judged(count: int, *names: str, is_full: bool) -> Outcome:
    outcome, told = Outcome(count), _window(is_full=is_full)
    for name in names:
        one = told[name]
        outcome.failures += [f"{name}, a turn of {each}" for each in one["late"]]
        outcome.check(one["open_s"] <= MOST_OPEN_S, f"{name} opens in {one['open_s']:.3f} s")
        outcome.check(one["bytes"] <= MOST_BYTES, f"{name} takes {one['bytes']:,} bytes")
    longest_s = max(told[name]["longest_s"] for name in names)
    most = max(told[name]["bytes"] for name in names) // 1_000_000
    outcome.figure = f"longest turn {1000 * longest_s:.0f} ms of CPU, {most} MB"
    return outcome


def pastes(kilobytes: int) -> Outcome:
    """Paste so much, as words and as one line, send it, and see it."""
    is_full = kilobytes == BIG_KB
    return _judged(kilobytes, "paste words", "paste one line", is_full=is_full)


def long_chat(messages: int) -> Outcome:
    """Open a chat of so many messages and scroll through it."""
    is_full = messages == LONG_CHAT
    outcome = _judged(messages, "chat", is_full=is_full)
    opened_s = _window(is_full=is_full)["chat"]["open_s"]
    outcome.figure = f"open {1000 * opened_s:.0f} ms, {outcome.figure}"
    return outcome


def answers(kilobytes: int) -> Outcome:
    """See an answer of so many kilobytes being written."""
    return _judged(kilobytes, "stream", is_full=kilobytes == BIG_KB)


ROWS = (
    Row(
        "L1 N kB are pasted and sent in turns of 0.1 s",
        pastes,
        BIG_KB,
        SMALL_KB,
        "100 ms, 400 MB",
    ),
    Row("L1 a chat of N messages opens in 0.3 s", long_chat, LONG_CHAT, FEW, "300 ms, 400 MB"),
    Row(
        "L1 an answer of N kB streams in turns of 0.1 s",
        answers,
        BIG_KB,
        SMALL_KB,
        "100 ms, 400 MB",
    ),
    Row("L1 5,000 chats are searched in 0.1 s", searches, 400, 25, "p95 100 ms"),
    Row("L1 5,000 chats are listed in 0.1 s", lists, 100, 3, "100 ms"),
)

if __name__ == "__main__":
    sys.exit(main("L1 Big things", ROWS))
