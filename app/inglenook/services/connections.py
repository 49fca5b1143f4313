"""The log of connections: everything that this application has asked of the network."""

from collections.abc import Callable
from dataclasses import dataclass

from inglenook.downloads.connections import Connection
from inglenook.storage.connections import LineFile


@dataclass(frozen=True, slots=True)
class ConnectionsChanged:
    """The log has another line, or none any more."""


class ConnectionLog:
    """Keeps the last connections, of this run and those before.

    Threads: any.
    """

    def __init__(self, file: LineFile, changed: Callable[[ConnectionsChanged], None]) -> None:
        """Read nothing yet.

        Args:
            file: Keeps the lines.
            changed: Told when there is something new.
        """
        self._file, self._changed = file, changed

    def add(self, connection: Connection) -> None:
        """Write down a connection that is over."""
        self._file.add(connection)
        self._changed(ConnectionsChanged())

    def newest_first(self) -> tuple[Connection, ...]:
        """Return what is kept."""
        return tuple(reversed(self._file.read(Connection)))

    def clear(self) -> None:
        """Forget all of them.

        Raises:
            StorageError: the file cannot be removed.
        """
        self._file.clear()
        self._changed(ConnectionsChanged())
