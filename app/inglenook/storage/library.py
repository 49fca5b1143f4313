"""The model files a person has added."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inglenook.storage.database import Database
from inglenook.storage.text import storable


@dataclass(frozen=True, slots=True)
class LibraryModel:
    """One model file.

    Attributes:
        path: As the system gives it; may hold bytes that are no text (surrogateescape).
        quant: In words and by name; empty if unknown.
        context_tokens: The length it was trained for; 0 if unknown.
        added_ms: Milliseconds since 1970.
        missing: No file is there at the moment.
    """

    path: str
    name: str
    quant: str
    size_bytes: int
    architecture: str
    context_tokens: int
    added_ms: int
    missing: bool = False


class Library:
    """The list of installed models, without the files themselves.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def models(self) -> tuple[LibraryModel, ...]:
        """Return all, the one added last first; files that vanished are marked as missing."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path, name, quant, size_bytes, architecture, context_tokens, added_ms"
                " FROM model ORDER BY added_ms DESC, row DESC"
            ).fetchall()
        return tuple(_model(*row) for row in rows)

    def add(self, model: LibraryModel) -> None:
        """Put a file on the list; what was known of this path is replaced."""
        texts = (storable(each) for each in (model.name, model.quant, model.architecture))
        name, quant, architecture = texts
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO model(path, name, quant, size_bytes, architecture,"
                " context_tokens, added_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    os.fsencode(model.path),
                    name,
                    quant,
                    model.size_bytes,
                    architecture,
                    model.context_tokens,
                    model.added_ms,
                ),
            )

    def remove(self, path: str) -> bool:
        """Take a file off the list, not off the disk; tell whether it was on it."""
        with self._database.writing() as connection:
            gone = connection.execute("DELETE FROM model WHERE path = ?", (os.fsencode(path),))
            return gone.rowcount > 0


def _model(path: bytes, *facts: Any) -> LibraryModel:  # noqa: ANN401 - columns as SQLite gives them
    where = os.fsdecode(path)
    return replace(LibraryModel(where, *facts), missing=not Path(where).is_file())
