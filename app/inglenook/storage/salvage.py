"""A damaged database: kept aside as it is, its readable rows carried into a new one."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.errors import Problem
from inglenook.storage import rooms, search, sqlite
from inglenook.storage.files import disk_errors, private_file, shown, sync_folder
from inglenook.storage.pages import PageCipher
from inglenook.storage.schema import LATER_TABLES, TABLES, migrate, stamp
from inglenook.storage.unlocking import other_key

_HEADER_BYTES = 100
_PAGE_SIZE = slice(16, 18)
_LENGTHS = slice(28, 40)
"""In the header: pages of the file, first free page, number of free pages."""
_LEAF_OF_ROWS = b"\x0d"
_MOST_ROWS = 10_000_000

_GIVE_LOST_CHATS_A_ROW = """
INSERT OR IGNORE INTO chat(row, id, title, created_ms, updated_ms, head)
SELECT chat, min(id), 'Rescued chat', min(created_ms), max(created_ms), max(id)
FROM message WHERE chat NOT IN (SELECT row FROM chat) GROUP BY chat"""

# A message whose parent is lost continues the newest one before it, so that it can be read.
_GIVE_ORPHANS_A_PARENT = """
UPDATE message SET parent = (
    SELECT max(older.id) FROM message AS older
    WHERE older.chat = message.chat AND older.id < message.id)
WHERE parent IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM message AS above
    WHERE above.chat = message.chat AND above.id = message.parent)"""

_TAKE_OUT_OF_LOST_FOLDERS = """
UPDATE chat SET folder = NULL WHERE folder NOT IN (SELECT row FROM folder)"""

_DROP_WHAT_BELONGED_TO_LOST_MESSAGES = """
DELETE FROM attachment WHERE message NOT IN (SELECT row FROM message)"""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What came of a damaged database.

    Attributes:
        kept: The damaged file, byte for byte; its ``-wal`` beside it if it had one.
        chats: Rows carried over.
        messages: Rows carried over.
    """

    kept: Path
    chats: int
    messages: int

    def in_words(self) -> Problem:
        """Return what the person should know."""
        return Problem(
            "Your chats were damaged and have been rescued",
            f"{self.messages} messages in {self.chats} chats could be read; "
            f"the damaged file is kept as {shown(self.kept)}.",
            {"chats": str(self.chats), "messages": str(self.messages)},
        )


def heal(path: Path, key: bytes = b"") -> Rescue:
    """Put a new database with every readable row in the place of a damaged one.

    Everything is prepared beside it first; a failure or a crash leaves the old file there.

    Args:
        path: The file.
        key: What it is encrypted with; nothing of it is ever on the disk without.

    Raises:
        LockedError: not one page of it was written with this key.
        StorageError: there is no room, or the folder cannot be written.
    """
    with disk_errors(path):
        if key and not PageCipher(key).fits(path.read_bytes()):
            raise other_key(path)
        kept = _kept_aside(path)
        with tempfile.TemporaryDirectory(prefix=rooms.RESCUE, dir=path.parent) as room:
            fresh = Path(room, "fresh.db")
            private_file(fresh)
            copy = Path(room, "damaged.db")
            with closing(_readable_copy(path, copy, key)) as damaged:
                counts = _carry_over(damaged, fresh, _highest_row(_content(copy, key)))
            # An old -wal beside the new file would be played back into it.
            for ending in ("-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            fresh.replace(path)
        sync_folder(path.parent)
    return Rescue(kept, *counts)


def _kept_aside(path: Path) -> Path:
    kept = path.with_name(f"{path.stem}-damaged-{stamp()}{path.suffix}")
    for ending in ("", "-wal"):
        part = Path(f"{path}{ending}")
        if part.exists():
            copy = Path(f"{kept}{ending}")
            private_file(copy)
            shutil.copyfile(part, copy)
    return kept


def _readable_copy(path: Path, copy: Path, key: bytes) -> sqlite.Connection:
    """Open a copy of the damaged file, with as little of it mended as makes it readable."""
    model = _new_file(copy.with_name("model.db"), key)
    for mend in (_mend_nothing, _mend_header, _mend_first_page):
        for ending in ("", "-wal"):
            if Path(f"{path}{ending}").exists():
                shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
        mended = mend(_content(copy, key), model)
        copy.write_bytes(PageCipher(key).closed(mended) if key else mended)
        connection = sqlite.connect(copy, key=key)
        if _has_our_tables(connection):
            return connection
        connection.close()
    return sqlite.connect(":memory:", key=key)


def _new_file(path: Path, key: bytes) -> bytes:
    with closing(sqlite.connect(path, key=key)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        migrate(connection, path)
    return _content(path, key)


def _content(path: Path, key: bytes) -> bytes:
    content = path.read_bytes()
    return PageCipher(key).opened(content) if key else content


def _mend_nothing(content: bytes, _model: bytes) -> bytes:
    return content


def _mend_header(content: bytes, model: bytes) -> bytes:
    """Take the header of a new file, with this file's length and no list of free pages."""
    pages = len(content) // int.from_bytes(model[_PAGE_SIZE], "big")
    lengths = pages.to_bytes(4, "big") + bytes(8)
    header = model[: _LENGTHS.start] + lengths + model[_LENGTHS.stop : _HEADER_BYTES]
    return header + content[_HEADER_BYTES:]


def _mend_first_page(content: bytes, model: bytes) -> bytes:
    """Take the list of tables from a new file too; ours lie in the same places in each."""
    page_bytes = int.from_bytes(model[_PAGE_SIZE], "big")
    mended = _mend_header(content, model)
    return mended[:_HEADER_BYTES] + model[_HEADER_BYTES:page_bytes] + mended[page_bytes:]


def _has_our_tables(connection: sqlite.Connection) -> bool:
    # Bytes that are no text any more are replaced; one bad letter must not cost a message.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        # With this, sqlite reads on where the file is shorter than its header says.
        connection.execute("PRAGMA writable_schema = ON")
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite.DatabaseError:
        return False
    return names.issuperset(TABLES)


def _carry_over(damaged: sqlite.Connection, fresh: Path, highest: int) -> tuple[int, int]:
    """Fill a new file; return how many chats and messages it has."""
    with closing(sqlite.connect(fresh, key=damaged.key)) as new:
        new.execute("PRAGMA journal_mode = WAL")
        migrate(new, fresh)
        new.execute("BEGIN")
        for table in (*TABLES, *LATER_TABLES):
            _carry_table(damaged, new, table, highest)
        _mend_families(new)
        search.rebuild(new)
        new.execute("COMMIT")
        chats, messages = (
            int(new.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of ours
            for table in ("chat", "message")
        )
    return chats, messages


def _carry_table(
    damaged: sqlite.Connection, new: sqlite.Connection, table: str, highest: int
) -> None:
    known = _columns(new, table)
    columns = [column for column in _columns(damaged, table) if column in known]
    if not columns:
        return
    # The number of a row is called that in every table, whether it names it or not.
    columns = ["rowid", *(column for column in columns if column != "row")]
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    for row in _rows(damaged, table, names, highest):
        with suppress(sqlite.IntegrityError):  # damage made it something that cannot be
            new.execute(f"INSERT INTO {table}({names}) VALUES ({marks})", row)  # noqa: S608 - names of ours


def _columns(connection: sqlite.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _rows(
    connection: sqlite.Connection, table: str, names: str, highest: int
) -> Iterator[Sequence[str | bytes | float | None]]:
    """Yield every row that can be read; what fails is halved until single rows are left out."""
    where = "WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    query = f"SELECT {names} FROM {table} NOT INDEXED {where}"  # noqa: S608 - names of ours
    waiting = [(1, highest)]
    while waiting:
        low, high = waiting.pop()
        try:
            for row in connection.execute(query, (low, high)):
                yield row
                low = int(row[0]) + 1
        except sqlite.DatabaseError:
            if low < high:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]


def _highest_row(content: bytes) -> int:
    """Return the highest row number on any page of rows, whether the tree leads there or not.

    Where a branch of the tree is gone, every number up to here is tried singly. Numbers too
    high to be ours belong to the full-text index or to damage.
    """
    page_bytes = int.from_bytes(content[_PAGE_SIZE], "big")
    if not page_bytes:
        return 0
    pages = (content[at : at + page_bytes] for at in range(0, len(content), page_bytes))
    rows = (row for row in map(_last_row, pages) if row <= _MOST_ROWS)
    return max(rows, default=0)


def _last_row(page: bytes) -> int:
    """Return the number of the last row on a leaf page of a table; 0 if it is no such page."""
    cells = int.from_bytes(page[3:5], "big")
    where = 8 + 2 * (cells - 1)
    if page[:1] != _LEAF_OF_ROWS or not 0 < where < len(page) - 1:
        return 0
    cell = int.from_bytes(page[where : where + 2], "big")
    _length, cell = _number(page, cell)
    return _number(page, cell)[0]


def _number(page: bytes, start: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, high ones first; return it and where it ends."""
    number = 0
    for place, byte in enumerate(page[start : start + 8], start + 1):
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place
    return 0, len(page)


def _mend_families(new: sqlite.Connection) -> None:
    """Give every message a chat and a parent that exist."""
    new.execute(_GIVE_LOST_CHATS_A_ROW)
    guard = "message_only_grows"
    statement = new.execute(
        "SELECT sql FROM sqlite_schema WHERE name = ?", (guard,)
    ).fetchone()[0]
    new.execute(f"DROP TRIGGER {guard}")
    new.execute(_GIVE_ORPHANS_A_PARENT)
    new.execute(statement)
    new.execute(_TAKE_OUT_OF_LOST_FOLDERS)
    new.execute(_DROP_WHAT_BELONGED_TO_LOST_MESSAGES)
