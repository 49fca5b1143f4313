"""Promise L5: whatever is missing or damaged, it starts or says why, and loses nothing."""

import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from tests.promises.table import Outcome, Row, main

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.core.units import MIB
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.paths import Folders

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60
_PAGE = 4096
_LEAVES = b"\x0a\x0d"
"""First bytes of pages that hold rows or the ends of an index."""
_CHATS, _MESSAGES = 60, 8
_LEAST_RESCUED = 0.99
_ONLY_READ = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return what a start is given."""
    paths = f"{ROOT / 'app'}:{ROOT}"
    usual = {"PYTHONPATH": paths, "INGLENOOK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return {**os.environ, **usual, **more}


def start(
    home: Path,
    *words: str,
    without: tuple[str, ...] = (),
    before: tuple[str | Path, ...] = (),
    limit: Callable[[], None] | None = None,
    **more: str,
) -> dict[str, str]:
    """Start the application and return what became of it.

    Args:
        home: Its folders.
        words: For the probe.
        without: Variables that are not there.
        before: A command that starts it.
        limit: Called in the new process.
        more: Other variables.
    """
    given = {k: v for k, v in environment(home, **more).items() if k not in without}
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.promises.opener", *words],
        env=given, cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S, check=False,
        preexec_fn=limit,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    told = json.loads(lines[-1]) if lines else {"what": "nothing", "words": ""}
    told["said"] = done.stderr[-400:] if "Traceback" in done.stderr or not lines else ""
    log = home / "logs" / "inglenook.log"
    faults = log.read_text("utf-8", "replace").count("A fault") if log.exists() else 0
    return {**told, "code": str(done.returncode), "faults": str(faults)}


def judge(outcome: Outcome, name: str, told: Mapping[str, str], *, opens: bool) -> None:
    """Note what is not as promised.

    Args:
        outcome: Takes the failures.
        name: What was missing.
        told: By ``start``.
        opens: It must open; else it may as well explain.
    """
    outcome.check(told["said"] == "", f"{name}: {told['said']}")
    outcome.check(told["faults"] == "0", f"{name}: {told['faults']} faults in the log")
    if opens or told["what"] != "told":
        outcome.check(told["what"] == "open", f"{name}: {told}")
        outcome.check("heron" in told["words"], f"{name}: no answer, {told['words']!r}")
        outcome.check(told["code"] == "0", f"{name}: exit code {told['code']}")
    else:
        outcome.check(len(told["words"]) > 20, f"{name}: says only {told['words']!r}")


def _no_keyring(home: Path) -> dict[str, str]:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "PYTHON_KEYRING_BACKEND": ""}
    return start(home, "heron", without=("XDG_RUNTIME_DIR",), **nowhere)


def _no_home(home: Path) -> dict[str, str]:
    return start(home, "heron", without=("HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR"))


def _impossible_home(home: Path) -> dict[str, str]:
    nowhere = {"HOME": "/proc/nowhere", "INGLENOOK_HOME": ""}
    lacks = tuple(f"XDG_{each}_HOME" for each in ("DATA", "CACHE", "STATE", "CONFIG"))
    return start(home, "heron", without=lacks, **nowhere)


def _few_files(home: Path) -> dict[str, str]:
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))  # noqa: E731
    return start(home, "heron", limit=limit)


def _little_memory(home: Path) -> dict[str, str]:
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1536 * MIB,) * 2)  # noqa: E731
    return start(home, "heron", limit=limit)


def _no_fonts(home: Path) -> dict[str, str]:
    empty = home.parent / "fonts.conf"
    empty.write_text("<?xml version='1.0'?><fontconfig></fontconfig>")
    return start(home, "heron", FONTCONFIG_FILE=str(empty), QT_QPA_FONTDIR=str(home.parent))


def _no_words_for_this_place(home: Path) -> dict[str, str]:
    return start(home, "heron", LANG="xx_XX.nothing", LC_ALL="xx_XX", LANGUAGE="xx")


def _closed_streams(home: Path) -> dict[str, str]:
    shell = ("sh", "-c", 'exec "$@" 0<&- 2>&-', "sh")
    return start(home, "heron", before=shell)


def _read_only_home(home: Path) -> dict[str, str]:
    Folders.below(home).create()
    return start(home, "heron", before=("unshare", "-rm", "sh", "-c", _ONLY_READ, "sh", home))


def _full_of_strangers(home: Path) -> dict[str, str]:
    """Folders where our files should be, and a file where a folder should be."""
    folders = Folders.below(home)
    folders.create()
    for place in (folders.settings, folders.sizes, folders.wishes, folders.connections):
        place.mkdir(parents=True)
    folders.downloads.write_text("no folder")
    return start(home, "heron")


LACKS: tuple[tuple[str, bool, Callable[[Path], dict[str, str]]], ...] = (
    ("no keyring, no D-Bus", True, _no_keyring),
    ("a home that cannot be written", False, _read_only_home),
    ("no home variable", True, _no_home),
    ("a home that cannot be", False, _impossible_home),
    ("64 open files", True, _few_files),
    ("1.5 GiB of addresses", True, _little_memory),
    ("no fonts", True, _no_fonts),
    ("an unknown language", True, _no_words_for_this_place),
    ("closed streams", True, _closed_streams),
    ("folders in place of files", False, _full_of_strangers),
)


@contextmanager
def a_home() -> Iterator[Path]:
    """Return where the data of one case is."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "home")


def lacking(count: int) -> Outcome:
    """Start where the computer lacks something, ask a question, and end."""
    outcome, opened = Outcome(count), 0
    for number in range(count):
        name, opens, begin = LACKS[number % len(LACKS)]
        with a_home() as home:
            told = begin(home)
        opened += told["what"] == "open"
        judge(outcome, name, told, opens=opens)
    outcome.figure = f"{opened} opened, {count - opened} said why"
    return outcome


_SMALL = ("settings", "wishes", "sizes", "speeds", "efforts", "refusals", "connections",
          "move_note")  # fmt: skip


def _garbage(dice: random.Random) -> bytes:
    return dice.choice((
        b"", b"{", b"null", b"[]", b"\xff" * 400, b"[" * 100_000, b'{"theme": 1e999}',
        b'{"version": 99, "entries": {"a": null}}', dice.randbytes(5_000),
        b'{"welcomed": "yes", "keys": {"stop": 3}, "text_scale": -1}', b"\0" * 2_000,
    ))  # fmt: skip


def small_files(count: int) -> Outcome:
    """Start with garbage in every small file at once."""
    outcome, dice = Outcome(count), random.Random(5)
    for number in range(count):
        with a_home() as home:
            folders = Folders.below(home)
            folders.create()
            for name in _SMALL:
                getattr(folders, name).write_bytes(_garbage(dice))
            folders.downloads.mkdir()
            for name in ("queue.json", "a.json", "window"):
                (folders.downloads / name).write_bytes(_garbage(dice))
                (folders.data / name).write_bytes(_garbage(dice))
            told = start(home, "heron")
        judge(outcome, f"case {number}", told, opens=True)
    outcome.figure = f"{len(_SMALL) + 6} files each"
    return outcome


# --- a damaged database ---


def _filled(home: Path) -> Path:
    """Make a database whose every table has rows with words that stand nowhere else."""
    folders = Folders.below(home)
    folders.create()
    with closing(Database.open(folders.database)) as database:
        chats = Conversations(database)
        for number in range(_CHATS):
            chats.grow(chat := _chat(number), chat.nodes.values())
        with database.writing() as connection:
            for number in range(80):
                one = (f"id{number}", f"unique folder{number}z ")
                connection.execute(
                    "INSERT INTO folder(id, name, created_ms) VALUES (?, ?, 1)", one
                )
                connection.execute(
                    "INSERT INTO assistant(id, name, instructions, changed_ms)"
                    " VALUES (?, ?, ?, 1)",
                    (*one, f"unique assistant{number}z " * 9),
                )
                connection.execute(
                    "INSERT INTO prompt(id, name, text, changed_ms) VALUES (?, ?, ?, 1)",
                    (*one, f"unique prompt{number}z " * 9),
                )
    with closing(sqlite3.connect(folders.database)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folders.database


def _chat(number: int) -> Conversation:
    made, parent = [], None
    for at in range(_MESSAGES):
        node = NodeId(sortable_id(number * 100 + at + 1, 0))
        word = f"unique message{number * 100 + at}z "
        document = Attachment(f"{at}.md", text=f"unique attachment{number * 100 + at}z " * 9)
        made.append(
            Message(
                node, parent, Role.ASSISTANT if at % 2 else Role.USER, word * 12, 1,
                status=Status.COMPLETE, attachments=() if at % 2 else (document,),
            )
        )  # fmt: skip
        parent = node
    return Conversation.of(ChatId(sortable_id(number, 1)), made, title=f"Chat {number}")


_WANTED = {
    "message": "SELECT text FROM message", "attachment": "SELECT text FROM attachment",
    "folder": "SELECT name FROM folder", "prompt": "SELECT text FROM prompt",
    "assistant": "SELECT instructions FROM assistant",
}  # fmt: skip


def _damage(path: Path, dice: random.Random) -> bytes:
    """Damage some pages; return the content with nothing at all on those."""
    content = bytearray(path.read_bytes())
    left = bytearray(content)
    pages = len(content) // _PAGE
    leaves = [n * _PAGE for n in range(1, pages) if content[n * _PAGE] in _LEAVES]
    for at in dice.sample(leaves, dice.randrange(1, 4)):
        left[at : at + _PAGE] = bytes(_PAGE)
        kind = dice.randrange(3)
        if kind == 0:
            content[at : at + _PAGE] = bytes(_PAGE)
        elif kind == 1:
            content[at : at + _PAGE] = dice.randbytes(_PAGE)
        else:
            content[at : at + 100] = dice.randbytes(100)
    if dice.random() < 0.2:
        header = dice.choice((16, 100))
        content[:header] = dice.randbytes(header)
    path.write_bytes(content)
    # As after a crash: then the whole file is checked before anything is read.
    path.with_name(f"{path.name}.{'0' * 16}.open").touch()
    return bytes(left)


def _readable(content: bytes) -> dict[str, set[str]]:
    """Return which rows are still whole, by the words that only they have."""
    text = content.decode("latin-1")
    found: dict[str, set[str]] = {}
    for table in _WANTED:
        repeats = 1 if table == "folder" else 12 if table == "message" else 9
        again = rf"(?:unique {table}\1z ){{{repeats - 1}}}"
        whole = re.finditer(rf"unique {table}(\d+)z {again}", text)
        found[table] = {f"unique {table}{match[1]}z " for match in whole}
    # What was attached to a message that is gone goes with it.
    there = {word.replace("message", "attachment") for word in found["message"]}
    found["attachment"] &= there
    return found


def _rescued(path: Path) -> dict[str, set[str]]:
    with closing(sqlite3.connect(path)) as plain:
        rows = {name: plain.execute(query).fetchall() for name, query in _WANTED.items()}
    return {
        name: {f"{text.partition('z ')[0]}z " for (text,) in found}
        for name, found in rows.items()
    }


def databases(count: int) -> Outcome:
    """Damage pages of the database, start, and count what is there again."""
    outcome, dice, rows, lost = Outcome(count), random.Random(6), 0, 0
    with a_home() as first:
        whole = _filled(first).read_bytes()
        for number in range(count):
            with a_home() as home:
                folders = Folders.below(home)
                folders.create()
                folders.database.write_bytes(whole)
                readable = _readable(_damage(folders.database, dice))
                told = start(home, "heron")
                judge(outcome, f"case {number}", told, opens=True)
                there = _rescued(folders.database)
            missing = {name: readable[name] - there[name] for name in readable}
            rows += sum(map(len, readable.values()))
            lost += sum(map(len, missing.values()))
            total = max(1, sum(map(len, readable.values())))
            share = 1 - sum(map(len, missing.values())) / total
            some = {name: sorted(words)[:3] for name, words in missing.items() if words}
            outcome.check(share >= _LEAST_RESCUED, f"case {number}: {share:.1%} kept, {some}")
    outcome.figure = f"{rows - lost:,} of {rows:,} readable rows kept"
    return outcome


# --- a display that goes away ---


def displays(count: int) -> Outcome:
    """Kill the X server in the middle of an answer."""
    outcome, slowest, kept = Outcome(count), 0.0, 0
    if shutil.which("Xvfb") is None:
        outcome.failures.append("this needs Xvfb")
        return outcome
    for number in range(count):
        with a_home() as home:
            seen, code, errors = _without_display(home)
            outcome.check("Traceback" not in errors, f"case {number}: {errors[-300:]}")
            outcome.check(code is not None, f"case {number}: it did not end")
            stored = _stored(home)
            outcome.check(len(stored) == 2, f"case {number}: {len(stored)} messages kept")
            lost = max(0, len(seen) - len(stored[-1])) if stored else len(seen)
            outcome.check(lost <= 40 * 5, f"case {number}: {lost} characters lost")
            slowest, kept = max(slowest, lost), kept + len(stored)
    outcome.figure = f"{kept} messages kept, at most {slowest:.0f} signs lost"
    return outcome


def _without_display(home: Path) -> tuple[str, int | None, str]:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        name = f":{told.readline().strip()}"
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.promises.opener", "heron", "--stay"],
        env=environment(home, DISPLAY=name, QT_QPA_PLATFORM="xcb"), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = running.stdout.readline()
        server.send_signal(signal.SIGKILL)
        _, errors = running.communicate(timeout=WAIT_S)
        return json.loads(line)["words"] if line else "", running.returncode, errors
    except subprocess.TimeoutExpired:
        running.kill()
        return "", None, running.communicate()[1]
    finally:
        server.kill()
        server.wait()


def _stored(home: Path) -> list[str]:
    with closing(sqlite3.connect(Folders.below(home).database)) as plain:
        return [text for (text,) in plain.execute("SELECT text FROM message ORDER BY id")]


ROWS = (
    Row("L5 starts or says why where something is missing", lacking, 30, 2),
    Row("L5 starts with garbage in every small file", small_files, 40, 1),
    Row("L5 rescues 99 % of a damaged database's readable rows", databases, 40, 1, "99 %"),
    Row("L5 a display that goes away loses nothing", displays, 10, 1, "1 s of text"),
)

if __name__ == "__main__":
    sys.exit(main("L5 Graceful degradation", ROWS))
