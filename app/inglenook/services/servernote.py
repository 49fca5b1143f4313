"""Where the server of a data folder listens: noted while it does, for our own programs."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from inglenook.core.errors import StorageError
from inglenook.services.events import Announcement
from inglenook.services.servingkey import AccessKey
from inglenook.services.servingnews import ServingChanged, ServingKey, ServingPhase
from inglenook.storage.files import disk_errors, write_whole
from inglenook.storage.lock import FileLock

NOTE, LOCK = "server.json", "server.lock"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that listens now, for the same data folder.

    Attributes:
        address: On this computer: ``"http://127.0.0.1:11535/v1"``.
        key: What it wants to be shown.
    """

    address: str
    key: str = field(repr=False)


class ServerNote:
    """Writes the note while the server listens, and removes it afterwards.

    A lock is held meanwhile, which the system lets go when the process dies: a note without
    it is one that was left behind, and the key is shown to nobody else who took the port.

    Threads: the worker of whoever serves; the disk may be slow, so under no lock.
    """

    def __init__(self, folder: Path, key: AccessKey) -> None:
        """Write nothing yet.

        Args:
            folder: Where the data is.
            key: Known when a server listens; written down (0600) only where no keyring
                keeps it.
        """
        self._folder, self._key = folder, key
        self._lock: FileLock | None = None
        self._address = ""

    def told(self, announcement: Announcement) -> None:
        """Follow the server, and its key.

        What cannot be written is left: our own programs load the model themselves then.
        """
        with suppress(StorageError):
            match announcement:
                case ServingChanged(state) if state.phase is not ServingPhase.ON:
                    self._remove()
                case ServingChanged(state) if state.address != self._address:
                    self._write(state.address)
                case ServingKey() if self._address:
                    self._write(self._address)

    def _write(self, address: str) -> None:
        self._lock = self._lock or FileLock.take(self._folder / LOCK)
        if self._lock is None:
            return  # another process serves from this folder, and ours can ask that one
        # Never asked of the keyring: the server is there only when this is told.
        found = OwnServer(address, self._key.spare)
        write_whole(self._folder / NOTE, msgspec.json.encode(found))
        self._address = address

    def _remove(self) -> None:
        lock, self._lock, self._address = self._lock, None, ""
        if lock is not None:
            with disk_errors(self._folder):
                try:
                    (self._folder / NOTE).unlink(missing_ok=True)
                finally:  # or a note that stays would be believed
                    lock.release(remove=True)


def find_server(folder: Path, key: AccessKey) -> OwnServer | None:
    """Return the server that listens for a data folder; None if there is none.

    Args:
        folder: Where the data is.
        key: Asked for what the keyring keeps, where the note has no key.
    """
    try:
        with (folder / NOTE).open("rb") as file:
            found = msgspec.json.decode(file.read(_LONGEST), type=OwnServer)
        if not _is_held(folder):
            return None
    except (OSError, StorageError, msgspec.DecodeError):
        return None
    secret = found.key or key.kept()
    return OwnServer(found.address, secret) if secret else None


def _is_held(folder: Path) -> bool:
    """Tell whether the process that wrote the note lives; else remove it, with its key."""
    lock = FileLock.take(folder / LOCK)
    if lock is not None:
        (folder / NOTE).unlink(missing_ok=True)
        lock.release(remove=True)
    return lock is None
