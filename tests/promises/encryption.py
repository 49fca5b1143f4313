"""Promise S10: encrypted chats are never in clear, never lost, and hardly slower."""

import itertools
import math
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.promises.rekeyer import PASS, QUICK, NoKeyring, vault_of
from tests.promises.table import Outcome, Row, main

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import LockedError, WrongPassphraseError
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.services.vault import Vault
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.keyfile import Key, KeyFile, key_file_of
from inglenook.storage.pages import MARK

ROOT = Path(__file__).resolve().parents[2]
CANARY = "xyzzyheron"
CHANGES = ("on", "off", "rekey")
WAIT_S = 60
CALLS = "rename,unlink,pwrite64,fsync,fdatasync,write,ftruncate"


@contextmanager
def a_home(messages: int = 0, *, sealed: bool = False) -> Iterator[Path]:
    """Give a database with so many messages, each of which says the canary."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "inglenook.db"
        if sealed:
            key = Key.new()
            KeyFile.seal(key, PASS, "passphrase", QUICK).write(key_file_of(database))
        write(database, messages)
        yield database


def write(database: Path, count: int) -> None:
    with closing(open_database(database)) as opened:
        fill(Conversations(opened), count)


def open_database(database: Path) -> Database:
    return Database.open(database, key=vault_of(database).key())


def fill(chats: Conversations, count: int, words: int = 60) -> None:
    dice = random.Random(count)
    for first in range(0, count, 100):
        chat = Conversation(ChatId(sortable_id(first + 1, 0)), f"{CANARY} {first}")
        parent, new = None, []
        for number in range(first, min(first + 100, count)):
            node = NodeId(sortable_id(number + 1, 0))
            text = " ".join(f"w{dice.randrange(5000)}" for _ in range(words))
            text = f"{CANARY} {number} {text}"
            new.append(Message(node, parent, Role.USER, text, number + 1, Status.COMPLETE))
            parent = node
        for message in new:
            chat = chat.with_message(message)
        chats.grow(chat, new)


def read(database: Path) -> list[tuple]:
    with closing(open_database(database)) as opened, opened.reading() as connection:
        return connection.execute("SELECT id, text FROM message ORDER BY id").fetchall()


def files_with(folder: Path, word: str) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if word.encode() in path.read_bytes()]


# --- the rows ---


def looks_random(count: int) -> Outcome:
    """Every file of the database, its write-ahead file included, has the entropy of noise."""
    outcome, least = Outcome(count), 8.0
    for number in range(count):
        with a_home(300, sealed=True) as database, closing(open_database(database)) as opened:
            fill_more(opened, number)
            for path in (database, Path(f"{database}-wal")):
                content = path.read_bytes()
                shares = [each / len(content) for each in Counter(content).values()]
                bits = -sum(share * math.log2(share) for share in shares)
                least = min(least, bits)
                is_marked = content.startswith(MARK)
                outcome.check(bits > 7.9 and not is_marked, f"{path.name}: {bits:.3f} bits")
    outcome.figure = f"at least {least:.3f} bits a byte"
    return outcome


def fill_more(opened: Database, number: int) -> None:
    with opened.writing() as connection:
        for row in range(40):
            connection.execute(
                "INSERT INTO chat(id, title, created_ms, updated_ms) VALUES (?, ?, 1, 1)",
                (f"MORE{number}-{row}", f"{CANARY} " * 40),
            )


def wrong_keys(count: int) -> Outcome:
    """Other keys, keys with one other bit, and other passphrases."""
    outcome, dice = Outcome(count), random.Random(11)
    with a_home(100, sealed=True) as database:
        right, before = vault_of(database).key(), database.read_bytes()
        file = KeyFile.read(key_file_of(database))
        for number in range(count):
            wrong = bytearray(right)
            wrong[dice.randrange(32)] ^= 1 << dice.randrange(8)
            with suppress(LockedError):
                Database.open(database, key=bytes(wrong)).close()
                outcome.failures.append(f"key {number} opened it")
            with suppress(WrongPassphraseError):
                file.open(f"{PASS[: dice.randrange(len(PASS))]}{number}")
                outcome.failures.append(f"passphrase {number} opened it")
        outcome.check(database.read_bytes() == before, "the file was changed")
        outcome.check(len(read(database)) == 100, "the right key does not open it any more")
    outcome.figure = "none opens it, the file is as it was"
    return outcome


def lost_keys(count: int) -> Outcome:
    """The key file or the keyring's entry is gone, or belongs to another database."""
    outcome = Outcome(count)
    for number in range(count):
        with a_home(50, sealed=True) as database:
            before, key_file = database.read_bytes(), key_file_of(database)
            kept = key_file.read_bytes()
            if number % 3 == 1:
                key_file.unlink()
            if number % 3 == 2:
                KeyFile.seal(Key.new(), PASS, "passphrase", QUICK).write(key_file)
            vault = Vault(database, NoKeyring(), QUICK)
            with suppress(LockedError):
                if number % 3 == 2:
                    vault.unlock(PASS)
                Database.open(database, key=vault.key()).close()
                outcome.failures.append(f"case {number} was opened")
            outcome.check(database.read_bytes() == before, f"case {number} was changed")
            key_file.write_bytes(kept)
            outcome.check(len(read(database)) == 50, f"case {number} lost messages")
    outcome.figure = "stays closed, opens when the key is back"
    return outcome


def kills(count: int) -> Outcome:
    """kill -9 at system calls of each change, from the first note to the last."""
    outcome, ends = Outcome(count), Counter()
    plans = {what: planned(what) for what in CHANGES}
    for number in range(count):
        what = CHANGES[number % len(CHANGES)]
        calls, turns = plans[what], -(-count // len(CHANGES))
        place = calls[nth(number // len(CHANGES), turns, len(calls))]
        with a_home(200, sealed=what != "on") as database:
            before, old_key = read(database), key_id(database)
            code = killed_at(database, what, place)
            died = code in {-signal.SIGKILL, 128 + signal.SIGKILL}
            outcome.check(died, f"{what} at {place} was not killed: {code}")
            after = read(database)
            outcome.check(after == before, f"{what} at {place} lost messages")
            ends["undone" if key_id(database) == old_key else "done"] += 1
            if key_id(database):
                found = files_with(database.parent, CANARY)
                outcome.check(not found, f"{what} at {place}: in clear in {found}")
            left = {path.name for path in database.parent.iterdir()} - EXPECTED
            # Killed before the first note was renamed: it says nothing, and the next change
            # takes it away.
            left = {name for name in left if not name.startswith(".inglenook-rekey.json.")}
            outcome.check(not left, f"{what} at {place} left {left}")
    outcome.figure = f"{ends['done']} as after the change, {ends['undone']} as before it"
    return outcome


def key_id(database: Path) -> str:
    file = KeyFile.read(key_file_of(database))
    return "" if file is None else file.id


EXPECTED = {"inglenook.db", "inglenook.key", "inglenook-rekey.lock"}


Call = tuple[str, int]


def nth(turn: int, turns: int, calls: int) -> int:
    """Spread the turns from the first call to the last, closer together towards the end.

    Most calls copy rows; the swap and the erasing are the last fifth.
    """
    left = 1 - turn / max(1, turns - 1)
    return round((calls - 1) * (1 - left * left))


def planned(what: str) -> list[Call]:
    """Return the calls of a change: the name of each, and how many of it came before."""
    with a_home(200, sealed=what != "on") as database:
        trace = database.with_name("trace")
        line = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            str(trace),
            "-e",
            f"trace={CALLS}",
        ]
        subprocess.run([*line, *child(database, what)], check=True, **around())
        made = re.findall(r"^\d+ +(\w+)(\(.*)", trace.read_text(), re.MULTILINE)
    counts: Counter[str] = Counter()
    calls, places = [], []
    for name, rest in made:
        counts[name] += 1
        calls.append((name, counts[name]))
        if "-rekey." in rest:
            places.append(len(calls))
    return calls[places[0] : places[-1]]


def killed_at(database: Path, what: str, place: Call) -> int:
    inject = f"inject={place[0]}:signal=SIGKILL:when={place[1]}"
    line = ["strace", "-f", "-qq", "-o", "/dev/null"]
    line += ["-e", f"trace={place[0]}", "-e", inject]
    return subprocess.run([*line, *child(database, what)], check=False, **around()).returncode


def child(database: Path, what: str) -> list[str]:
    return [sys.executable, "-B", "-m", "tests.promises.rekeyer", str(database), what]


def around() -> dict:
    path = os.pathsep.join((str(ROOT), str(ROOT / "app")))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    return {"cwd": ROOT, "env": environment, "timeout": WAIT_S}


def in_clear(count: int) -> Outcome:
    """Chats through the whole application, encrypted in the middle.

    The process is killed, so that nothing is tidied up; temporary files are looked at too.
    """
    outcome, looked_at = Outcome(count), 0
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            home, temporary = Path(folder, "home"), Path(folder, "tmp")
            temporary.mkdir()
            more = {"INGLENOOK_HOME": str(home), "TMPDIR": str(temporary), "WORD": CANARY}
            options = around()
            options["env"] |= more
            line = [sys.executable, "-m", "tests.promises.keeper"]
            code = subprocess.run(line, check=False, **options).returncode
            outcome.check(code == -signal.SIGKILL, f"run {number} ended with {code}")
            found = files_with(Path(folder), CANARY)
            outcome.check(not found, f"run {number}: in clear in {found}")
            looked_at += sum(path.is_file() for path in Path(folder).rglob("*"))
            said = [text for _, text in read(home / "inglenook.db")]
            outcome.check(sum(CANARY in text for text in said) >= 2, f"run {number} lost chats")
    outcome.figure = f"{looked_at} files looked at, none says it"
    return outcome


# --- what it costs ---


def overhead(count: int) -> Outcome:
    """A sitting as the application has it, by turns with and without encryption."""
    outcome = Outcome(count)
    took: dict[bool, list[list[float]]] = {False: [], True: []}
    messages = min(3000, 200 * count)
    with a_home(messages) as plain, a_home(messages, sealed=True) as sealed:
        keys = {database: vault_of(database).key() for database in (plain, sealed)}
        for number in range(count):
            for database in (plain, sealed) if number % 2 else (sealed, plain):
                took[database is sealed].append(sitting(database, keys[database]))
    usual = {is_sealed: usual_parts(each) for is_sealed, each in took.items()}
    shares = [one / other - 1 for one, other in zip(usual[True], usual[False], strict=True)]
    whole = sum(usual[True]) / sum(usual[False]) - 1
    parts = zip(("open", "read", "search", "write"), shares, strict=True)
    outcome.figure = f"{whole:+.0%}: " + ", ".join(
        f"{name} {share:+.0%}" for name, share in parts
    )
    # A few rounds on a busy computer say little: the bar holds for the full run.
    outcome.check(whole <= (0.15 if count >= 10 else 1.0), f"a sitting is {whole:.0%} slower")
    return outcome


def usual_parts(sittings: list[list[float]]) -> list[float]:
    """Return the quickest of each part: whatever disturbs a measurement makes it longer."""
    return [min(times) for times in zip(*sittings, strict=True)]


def sitting(database: Path, key: bytes) -> list[float]:
    """Open and list, read 30 chats, search 30 words, write 20 messages; CPU seconds."""
    laps = [time.process_time()]
    with closing(Database.open(database, key=key)) as opened:
        chats = Conversations(opened)
        rows = chats.summaries()
        laps.append(time.process_time())
        for row in rows[-30:]:
            chats.load(row.id)
        laps.append(time.process_time())
        for word in range(100, 130):
            chats.search(f"w{word}")
        laps.append(time.process_time())
        chat = ChatId(f"W{time.monotonic_ns()}")
        chats.save_chat(Conversation(chat))
        for each in range(20):
            node = NodeId(f"{chat}{each:02}")
            chats.add(Message(node, None, Role.USER, "word " * 200, 1, Status.COMPLETE), chat)
        laps.append(time.process_time())
    return [after - before for before, after in itertools.pairwise(laps)]


ROWS = (
    Row("every byte on the disk looks like noise", looks_random, 20, 1),
    Row("no other key and no other passphrase opens it", wrong_keys, 1000, 20),
    Row("without its key it stays closed, and nothing is lost", lost_keys, 60, 3),
    Row("kill -9 while the key changes loses nothing", kills, 102, 9),
    Row("no word of a chat is in clear in any file", in_clear, 10, 1),
    Row("encryption costs at most 15 %", overhead, 30, 2),
)


if __name__ == "__main__":
    sys.exit(main("S10: encrypted chats are never in clear and never lost", ROWS))
