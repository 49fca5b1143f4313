"""Saved prompts on disk."""

from collections.abc import Sequence

from inglenook.chat.assistant import MOST_NAME_CHARS, MOST_TEXT_CHARS, Prompt
from inglenook.storage.database import Database
from inglenook.storage.text import storable

_PUT = """
INSERT INTO prompt(id, name, text, position, changed_ms) VALUES (?, ?, ?, ?, ?)"""


class Prompts:
    """Stored prompts. A call that returns has everything on the disk.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Prompt, ...]:
        """Return every prompt in the order of the list."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id, name, text FROM prompt ORDER BY position, id")
            return tuple(_prompt(*row) for row in rows)

    def put(self, prompts: Sequence[Prompt], now_ms: int) -> None:
        """Keep exactly these prompts in this order, all or nothing.

        Raises:
            StorageError: two have the same name, or there is no room; nothing changed.
        """
        rows = [
            (storable(each.id), storable(each.name), storable(each.text), place, now_ms)
            for place, each in enumerate(prompts)
        ]
        with self._database.writing() as connection:
            # Emptied first, since two prompts may have changed names.
            connection.execute("DELETE FROM prompt")
            connection.executemany(_PUT, rows)


def _prompt(id_: str, name: str, text: str) -> Prompt:
    # Cut to what we allow: a file that somebody restored may hold anything.
    return Prompt(id_, name[:MOST_NAME_CHARS].strip() or "…", text[:MOST_TEXT_CHARS])
