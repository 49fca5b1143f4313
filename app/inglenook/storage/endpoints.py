"""Engines elsewhere on disk, and which of them each chat has; their keys are in the keyring."""

import threading
from collections.abc import Sequence

import msgspec

from inglenook.chat.elsewhere import MOST_NAME_CHARS, Endpoint, OfferedModel
from inglenook.core.errors import BadArgumentError
from inglenook.storage.database import Database
from inglenook.storage.systemkeyring import SystemKeyring
from inglenook.storage.text import storable

_MOST_KEY = 4096
_PUT = """
INSERT INTO endpoint(id, name, base, host, models, has_key, is_agreed, is_here)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, base = excluded.base,
    host = excluded.host, models = excluded.models, has_key = excluded.has_key,
    is_agreed = excluded.is_agreed, is_here = excluded.is_here"""
_ALL = """
SELECT id, name, base, host, models, has_key, is_agreed, is_here FROM endpoint ORDER BY row"""


class Endpoints:
    """Stored engines elsewhere. A call that returns has everything on the disk.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Endpoint, ...]:
        """Return all of them, the oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(_ALL).fetchall()
        return tuple(_endpoint(*each) for each in found)

    def put(self, endpoint: Endpoint) -> None:
        """Keep one, new or in the place of what was kept of it."""
        models = msgspec.json.encode(endpoint.models).decode("utf-8")
        flags = (endpoint.has_key, endpoint.is_agreed, endpoint.is_here)
        texts = (endpoint.name, endpoint.base, endpoint.host, models)
        with self._database.writing() as connection:
            connection.execute(
                _PUT, (endpoint.id, *map(storable, texts), *(int(each) for each in flags))
            )

    def drop(self, endpoint: str) -> None:
        """Keep nothing of one any more; chats that have it keep its name."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM endpoint WHERE id = ?", (endpoint,))


class EndpointKeys:
    """Keys of engines elsewhere: in the system's keyring, in memory where there is none.

    The keyring has each key with the address it was given for: after a backup is restored an
    engine may have an earlier address, which must never be sent the key of a later one.

    Threads: ``know`` on any; the rest on any but the window's, since a keyring may ask the
    person to unlock it.
    """

    def __init__(self, keyring: SystemKeyring) -> None:
        self._keyring = keyring
        self._busy = threading.Lock()  # while the keyring is asked
        self._known: dict[str, str] = {}  # changed by single steps only

    def get(self, endpoint: Endpoint) -> str:
        """Return the key of one; "" if there is none for its address."""
        with self._busy:
            if endpoint.id not in self._known:
                base, _, key = self._keyring.get(_name(endpoint.id)).partition(" ")
                self._known[endpoint.id] = key if base == endpoint.base else ""
            return self._known[endpoint.id]

    def know(self, endpoint: str, key: str) -> None:
        """Remember a key until the application ends; "" to know of none."""
        self._known[endpoint] = key

    def keep(self, endpoint: Endpoint, key: str) -> bool:
        """Remember a key; False where it will be forgotten when the application ends."""
        self.know(endpoint.id, key)
        with self._busy:
            return self._keyring.keep(_name(endpoint.id), f"{endpoint.base} {key}")

    def forget(self, endpoint: str) -> None:
        """Remove a key; harmless if there is none."""
        self.know(endpoint, "")
        with self._busy:
            self._keyring.forget(_name(endpoint))


def secret_names(endpoints: Sequence[Endpoint]) -> tuple[str, ...]:
    """Return under which names the keyring has keys."""
    return tuple(_name(each.id) for each in endpoints if each.has_key)


def checked_key(key: str) -> str:
    """Return a key without the space around it; "" for none.

    Raises:
        BadArgumentError: it holds what no key does.
    """
    key = key.strip()
    if len(key) > _MOST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise BadArgumentError("This cannot be a key", "Copy it whole, without spaces.")
    return key


def _name(endpoint: str) -> str:
    return f"engine {endpoint}"


def _endpoint(id_: str, name: str, base: str, host: str, models: str, *flags: int) -> Endpoint:
    # Cut to what we allow: a file that somebody restored may hold anything.
    try:
        offered = msgspec.json.decode(models, type=tuple[OfferedModel, ...])
    except (msgspec.DecodeError, RecursionError):
        offered = ()
    return Endpoint(id_, name[:MOST_NAME_CHARS], base, host, offered, *map(bool, flags))
