"""Exported files as text: read within bounds whatever they claim, and written whole."""

import os
import secrets
import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook.chat.importing.reading import Document
from inglenook.core.errors import BadArgumentError, ReadOnlyError
from inglenook.storage.files import disk_errors, private_file, shown, sync_folder
from inglenook.storage.zips import FAULTS, opened

MOST_BYTES = 512 << 20
"""Of all documents of one import together; the longest exports have about 300 MB."""
_MOST_RATIO = 200
"""Text shrinks to a tenth; only what is made to burst shrinks to a two-hundredth."""
_SMALL_BYTES = 1 << 20
_MOST_FILES = 50_000
_DEEPEST = 4
_ENDINGS = (".json", ".jsonl")
_CHUNK = 1 << 20
_GLANCE = 1 << 16
_SIGNS = (b'"inglenook-chat', b'"mapping"', b'"chat_messages"', b'"currentlySelected"')
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


def documents(path: Path) -> tuple[Document, ...]:
    """Return the JSON documents of an export.

    Names inside a zip are only compared with each other; nothing is unpacked.

    Args:
        path: A JSON file, a zip, or a folder with either of them in it.

    Raises:
        BadArgumentError: it is no such thing, or larger than any export.
        StorageError: it cannot be read.
    """
    with disk_errors(path):
        if path.is_dir():
            return tuple(_of_folder(path))
        if not path.is_file():
            raise BadArgumentError("There is no such file", "Choose an exported file.")
        with path.open("rb") as file:
            is_zip = file.read(4) in _ZIP_STARTS
        return tuple(_of_zip(path) if is_zip else _of_file(path))


def looks_like_export(path: Path) -> bool:
    """Tell at a glance whether a file or folder may hold exported chats.

    Only a little is read, and only of what is a plain file.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            return path.name == "threads" or (path / "messages.jsonl").is_file()
        if not stat.S_ISREG(kind) or path.suffix.lower() not in {".json", ".zip"}:
            return False
        with path.open("rb") as file:
            start = file.read(_GLANCE)
    except OSError:
        return False
    return start[:4] in _ZIP_STARTS or any(sign in start for sign in _SIGNS)


@contextmanager
def chosen_place(path: Path) -> Iterator[None]:
    """Say of a place that a person chose, and that cannot be written, that it is that one.

    Raises:
        ReadOnlyError: in words about this place instead of the data folder.
    """
    try:
        yield
    except ReadOnlyError as cause:
        raise ReadOnlyError(
            "This place cannot be written",
            f"Choose another folder, or allow writing to {shown(path)}.",
            **cause.problem.facts,
        ) from cause


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write a text (0600) piece by piece, so that it is there whole or not at all.

    Raises:
        StorageError: it could not be written; what was there before is as it was.
    """
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.tmp")
    is_whole = False
    with disk_errors(path):
        try:
            private_file(draft)
            with draft.open("w", encoding="utf-8", newline="\n") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            is_whole = True
        finally:
            if not is_whole:
                draft.unlink(missing_ok=True)
        sync_folder(path.parent)


def _of_file(path: Path) -> Iterator[Document]:
    yield Document(_beside(path), _text(_read(path, MOST_BYTES)))


def _beside(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _of_folder(root: Path) -> Iterator[Document]:
    left = MOST_BYTES
    for path in _files_below(root):
        if path.suffix.lower() in _ENDINGS:
            content = _read(path, left)
            left -= len(content)
            yield Document(path.relative_to(root.parent).as_posix(), _text(content))


def _files_below(root: Path) -> Iterator[Path]:
    """Yield plain files, links not followed, a few levels deep."""
    waiting, seen = [(root, 0)], 0
    while waiting:
        folder, depth = waiting.pop()
        for path in sorted(folder.iterdir()):
            seen += 1
            if seen > _MOST_FILES:
                raise _too_large()
            kind = path.lstat().st_mode
            if stat.S_ISDIR(kind) and depth < _DEEPEST:
                waiting.append((path, depth + 1))
            elif stat.S_ISREG(kind):
                yield path


def _read(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise _too_large()
    return content


def _of_zip(path: Path) -> Iterator[Document]:
    with _zip_errors(), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_FILES:
            raise _too_large()
        left = MOST_BYTES
        for entry in entries:
            if entry.filename.lower().endswith(_ENDINGS) and not entry.is_dir():
                content = _unpacked(archive, entry, left)
                left -= len(content)
                yield Document(f"{path.name}/{entry.filename}", _text(content))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Return an entry's content; the sizes it claims are not believed."""
    most = min(left, max(_SMALL_BYTES, entry.compress_size * _MOST_RATIO))
    content = bytearray()
    with opened(archive, entry) as file:
        while chunk := file.read(_CHUNK):
            content += chunk
            if len(content) > most:
                raise _too_large()
    return bytes(content)


@contextmanager
def _zip_errors() -> Iterator[None]:
    try:
        yield
    except FAULTS as cause:
        raise BadArgumentError(
            "This zip file cannot be read", "Download the export again, then choose it."
        ) from cause


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def _too_large() -> BadArgumentError:
    return BadArgumentError(
        "This is larger than any export of chats", "Choose the exported file itself."
    )
