"""Folders that chats are sorted into: a name and a place, none inside another."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.core.errors import NotFoundError
from inglenook.core.ids import FolderId
from inglenook.storage import sqlite
from inglenook.storage.database import Database
from inglenook.storage.text import storable


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder.

    Attributes:
        created_ms: When it was made, in milliseconds since 1970.
    """

    id: FolderId
    name: str
    created_ms: int


class ChatFolders:
    """Stored folders, in the order a person gave them. A call that returns is on the disk.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Folder, ...]:
        """Return every folder, first to last."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, name, created_ms FROM folder ORDER BY position, row"
            ).fetchall()
        return tuple(Folder(FolderId(id_), name, made_ms) for id_, name, made_ms in rows)

    def create(self, folder: Folder) -> None:
        """Store a new folder behind the others.

        Raises:
            StorageError: its id is taken.
        """
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO folder(id, name, position, created_ms) VALUES"
                " (?, ?, (SELECT 1 + coalesce(max(position), 0) FROM folder), ?)",
                (folder.id, storable(folder.name), folder.created_ms),
            )

    def rename(self, folder: FolderId, name: str) -> None:
        """Store another name.

        Raises:
            NotFoundError: there is no such folder.
        """
        with self._database.writing() as connection:
            _require_folder(connection, folder)
            connection.execute(
                "UPDATE folder SET name = ? WHERE id = ?", (storable(name), folder)
            )

    def delete(self, folder: FolderId) -> None:
        """Delete a folder; its chats are in none then.

        Raises:
            NotFoundError: there is no such folder.
        """
        with self._database.writing() as connection:
            _require_folder(connection, folder)
            connection.execute("DELETE FROM folder WHERE id = ?", (folder,))

    def reorder(self, folders: Sequence[FolderId]) -> None:
        """Put folders into this order; those that are not named come behind, as they were."""
        with self._database.writing() as connection:
            rows = connection.execute("SELECT id FROM folder ORDER BY position, row").fetchall()
            rest = [row[0] for row in rows if row[0] not in folders]
            connection.executemany(
                "UPDATE folder SET position = ? WHERE id = ?",
                [(place, each) for place, each in enumerate((*folders, *rest), 1)],
            )


def _require_folder(connection: sqlite.Connection, folder: FolderId) -> None:
    if connection.execute("SELECT 1 FROM folder WHERE id = ?", (folder,)).fetchone() is None:
        raise no_such_folder(folder)


def no_such_folder(folder: FolderId) -> NotFoundError:
    """Return what is raised where a folder is gone."""
    return NotFoundError("This folder is no longer there", "Choose another one.", folder=folder)
