"""Backups: one file with the database and the settings, checked as soon as it is written."""

import hashlib
import os
import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from inglenook.core.errors import BadArgumentError, NewerSchemaError, StorageError
from inglenook.storage import rooms, sqlite
from inglenook.storage.database import Database
from inglenook.storage.files import disk_errors, private_file, sync_folder
from inglenook.storage.migrations import MIGRATIONS
from inglenook.storage.paths import Folders
from inglenook.storage.schema import APPLICATION_ID
from inglenook.storage.zips import FAULTS, opened

ENDING = ".inglenook-backup"
FORMAT, VERSION = "inglenook-backup", 1
_MANIFEST = "manifest.json"
_MOST_MANIFEST_BYTES = 1 << 20
_MOST_SMALL_BYTES = 64 << 20
_CHUNK = 1 << 20
_PLAIN = b"SQLite format 3\x00"


class Entry(msgspec.Struct, frozen=True):
    """A file in a backup."""

    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself.

    Attributes:
        version: Of the format.
        app: The version of Inglenook that made it.
        schema: The layout of its database.
        made_ms: When, in milliseconds since 1970.
        is_encrypted: The database needs its passphrase.
        files: Every other file in it, by name.
    """

    format: str
    version: int
    app: str
    schema: int
    made_ms: int
    chats: int
    messages: int
    is_encrypted: bool
    files: dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file that was found whole."""

    path: Path
    size_bytes: int
    manifest: Manifest


def places(folders: Folders) -> Mapping[str, Path]:
    """Return where each file of a backup belongs, by its name in there."""
    database = folders.database
    return {
        database.name: database,
        database.with_suffix(".key").name: database.with_suffix(".key"),
        folders.settings.name: folders.settings,
        folders.wishes.name: folders.wishes,
    }


class Copied(NamedTuple):
    """A copy of the database, and how much is in it."""

    path: Path
    chats: int
    messages: int


@contextmanager
def room_for(folders: Folders) -> Iterator[Path]:
    """Give an empty private folder that is gone afterwards.

    Raises:
        StorageError: it cannot be made.
    """
    with (
        disk_errors(folders.data),
        tempfile.TemporaryDirectory(prefix=rooms.BACKUP, dir=folders.data) as room,
    ):
        yield Path(room)


def copy(database: Database, room: Path) -> Copied:
    """Copy the database as it is now, while it is in use.

    Threads: the database's owner.

    Raises:
        StorageError: there is no room for it.
    """
    to = room / database.path.name
    private_file(to)
    with database.reading() as connection:
        sqlite.copy(connection, to)
        chats, messages = connection.execute(
            "SELECT (SELECT count(*) FROM chat WHERE removed_ms IS NULL),"
            " (SELECT count(*) FROM message)"
        ).fetchone()
    return Copied(to, chats, messages)


def write(copied: Copied, folders: Folders, target: Path, *, app: str, now_ms: int) -> Backup:
    """Write everything but models into one file (0600), whole or not at all, and check it.

    Raises:
        StorageError: it could not be written; what was there before is as it was.
    """
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    there = {**places(folders), folders.database.name: copied.path}
    with disk_errors(target):
        files = {name: path for name, path in there.items() if path.is_file()}
        manifest = Manifest(
            FORMAT, VERSION, app, len(MIGRATIONS), now_ms, copied.chats, copied.messages,
            is_encrypted=not _is_plain(copied.path),
            files={name: _entry(path) for name, path in files.items()},
        )  # fmt: skip
        try:
            private_file(draft)
            _pack(draft, manifest, files)
            check(draft)
            draft.replace(target)
        except (OSError, StorageError, BadArgumentError):
            with suppress(OSError):
                draft.unlink()
            raise
        sync_folder(target.parent)
        return Backup(target, target.stat().st_size, manifest)


def check(path: Path) -> Backup:
    """Return a backup after every byte in it was compared with its hash.

    Raises:
        BadArgumentError: it is no backup, or damaged.
        NewerSchemaError: a newer Inglenook made it.
        StorageError: it cannot be read.
    """
    with disk_errors(path), _opened(path) as (archive, manifest):
        for name in manifest.files:
            for _ in _pieces(archive, manifest, name):
                pass
        return Backup(path, path.stat().st_size, manifest)


def unpack(path: Path, room: Path) -> Manifest:
    """Put the files of a backup into an empty folder, checked, the database looked through.

    Raises:
        BadArgumentError: it is no backup, or damaged.
        NewerSchemaError: a newer Inglenook made it.
        StorageError: it cannot be read, or there is no room.
    """
    with disk_errors(room), _opened(path) as (archive, manifest):
        for name in manifest.files:
            to = room / name
            private_file(to)
            with to.open("wb") as file:
                for piece in _pieces(archive, manifest, name):
                    file.write(piece)
                _sync(file)
        sync_folder(room)
    database = next(room / name for name in manifest.files if name.endswith(".db"))
    if _is_plain(database):
        _look_through(database)
    return manifest


def _entry(path: Path) -> Entry:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return Entry(path.stat().st_size, digest.hexdigest())


def _pack(draft: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    with draft.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            for name, path in files.items():
                archive.write(path, name)
        _sync(file)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive)
    except (*FAULTS, KeyError, msgspec.MsgspecError) as cause:
        raise _damaged() from cause


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    with opened(archive, _MANIFEST) as file:
        manifest = msgspec.json.decode(file.read(_MOST_MANIFEST_BYTES), type=Manifest)
    if manifest.format != FORMAT:
        raise _damaged()
    if manifest.version > VERSION or manifest.schema > len(MIGRATIONS):
        raise NewerSchemaError(
            "This backup was made by a newer Inglenook",
            "Install the newest version to restore it.",
            schema=manifest.schema,
        )
    names = manifest.files.keys()
    if not any(name.endswith(".db") for name in names) or not names <= _known_names():
        raise _damaged()
    return manifest


def _known_names() -> frozenset[str]:
    return frozenset(places(Folders.below(Path())))


def _pieces(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> Iterator[bytes]:
    """Yield a file's content; more than it should have, or another hash, is an error."""
    entry, digest, size = manifest.files[name], hashlib.sha256(), 0
    with opened(archive, name) as file:
        while piece := file.read(_CHUNK):
            size += len(piece)
            if size > entry.size_bytes or (
                size > _MOST_SMALL_BYTES and not name.endswith(".db")
            ):
                raise _damaged()
            digest.update(piece)
            yield piece
    if size != entry.size_bytes or digest.hexdigest() != entry.sha256:
        raise _damaged()


def _is_plain(database: Path) -> bool:
    with database.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def _look_through(path: Path) -> None:
    try:
        with closing(sqlite.connect(path)) as connection:
            owner = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite.Error as cause:
        raise _damaged() from cause
    if owner != APPLICATION_ID or not 0 < version <= len(MIGRATIONS) or answer != "ok":
        raise _damaged()


def _damaged() -> BadArgumentError:
    return BadArgumentError(
        "This is not a whole Inglenook backup", f"Choose another file that ends in {ENDING}."
    )
