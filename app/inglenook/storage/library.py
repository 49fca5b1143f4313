"""The model files a person has added, and those that other programs lend."""

import os
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from inglenook.models.name import parse_name, split_name
from inglenook.storage.database import Database
from inglenook.storage.text import storable

_MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class LibraryModel:
    """One model: a file, or the first file of a split one.

    Attributes:
        path: As the system gives it; may hold bytes that are no text (surrogateescape).
        quant: In words and by name; empty if unknown.
        size_bytes: All parts together.
        context_tokens: The length it was trained for; 0 if unknown.
        added_ms: Milliseconds since 1970.
        origin: The program whose file it is; "" for the person's own.
        source: Where on the Hub it comes from, ``"org/name@commit"``; "" if unknown.
        sha256: What each part must hash to; empty if nobody has said.
        changed_ns: When the first file was last changed, as it was when looked at; 0 if
            unknown.
        used_ms: When it was last loaded, milliseconds since 1970; 0 for never.
        kind: As in models/kind.py.
        missing: A file of it is not there at the moment.
        changed: The file is not the one that was looked at.
    """

    path: str
    name: str
    quant: str
    size_bytes: int
    architecture: str
    context_tokens: int
    added_ms: int
    origin: str = ""
    source: str = ""
    licence: str = ""
    sha256: tuple[str, ...] = ()
    changed_ns: int = 0
    used_ms: int = 0
    kind: str = "chat"
    missing: bool = False
    changed: bool = False

    @property
    def is_borrowed(self) -> bool:
        """It belongs to another program, and is never changed or deleted by us."""
        return bool(self.origin)


@dataclass(frozen=True, slots=True)
class Moved:
    """A model whose file is elsewhere now.

    Attributes:
        old: Its path on the list.
        new: Where it is now.
        changed_ns: As ``LibraryModel.changed_ns``; a copy on another disk may have another.
    """

    old: str
    new: str
    changed_ns: int


_SEEN_ON_DISK = {"missing", "changed"}
_COLUMNS = tuple(each.name for each in fields(LibraryModel) if each.name not in _SEEN_ON_DISK)
_LIST = ", ".join(_COLUMNS)


class Library:
    """The list of installed models, without the files themselves.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def models(self) -> tuple[LibraryModel, ...]:
        """Return all, the one added last first; what is not as it was is marked."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_LIST} FROM model ORDER BY added_ms DESC, row DESC"  # noqa: S608 (names of ours)
            ).fetchall()
        return tuple(_model(*row) for row in rows)

    def add(self, model: LibraryModel) -> None:
        """Put a file on the list; what was known of this path is replaced."""
        values = [_stored(value) for value in astuple(model)[: len(_COLUMNS)]]
        values[0] = os.fsencode(model.path)
        marks = ", ".join("?" * len(_COLUMNS))
        with self._database.writing() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO model({_LIST}) VALUES ({marks})",  # noqa: S608 (names of ours)
                values,
            )

    def used(self, path: str, now_ms: int) -> None:
        """Remember that a model was loaded."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE model SET used_ms = ? WHERE path = ?", (now_ms, os.fsencode(path))
            )

    def move(self, moved: Sequence[Moved]) -> None:
        """Give models their new places, all at once."""
        with self._database.writing() as connection:
            for each in moved:
                old, new = os.fsencode(each.old), os.fsencode(each.new)
                connection.execute("DELETE FROM model WHERE path = ?", (new,))
                connection.execute(
                    "UPDATE model SET path = ?, changed_ns = ? WHERE path = ?",
                    (new, each.changed_ns, old),
                )

    def remove(self, path: str) -> bool:
        """Take a file off the list, not off the disk; tell whether it was on it."""
        with self._database.writing() as connection:
            gone = connection.execute("DELETE FROM model WHERE path = ?", (os.fsencode(path),))
            return gone.rowcount > 0


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return all files of a model, the given one first, whether they are there or not."""
    parts = min(parse_name(path.name).parts, _MOST_PARTS)
    rest = (path.with_name(split_name(path.name, number)) for number in range(2, parts + 1))
    return (path, *rest)


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(value)
    return storable(value) if isinstance(value, str) else value


def _model(path: bytes, *columns: Any) -> LibraryModel:  # noqa: ANN401 (columns as SQLite gives them)
    model = LibraryModel(os.fsdecode(path), *columns)
    model = replace(model, sha256=tuple(str(model.sha256).split()))
    files = parts_of(Path(model.path))
    try:
        found = [file.stat() for file in files if file.is_file()]
    except OSError:
        found = []
    if len(found) < len(files):
        return replace(model, missing=True)
    size = sum(each.st_size for each in found)
    is_same = size == model.size_bytes and model.changed_ns in {0, found[0].st_mtime_ns}
    return replace(model, changed=bool(model.changed_ns) and not is_same)
