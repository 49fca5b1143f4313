"""The file of one snapshot: a page of header, the tokens, and the state as llama.cpp gave it.

Every byte is covered by a digest: the page by one at its end, tokens and state by two in it.
The state's is the SHA-256 of the SHA-256 of each of its chunks, so that several threads can
share the work (docs/decisions/0006-kv-snapshots.md has the measurements).
"""

import hashlib
import io
import mmap
import os
import stat
import struct
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from inglenook.core.units import MIB
from inglenook.engine.model import Ids

State = npt.NDArray[np.uint8]
Count = Annotated[int, msgspec.Meta(ge=1, le=2**48)]

FORMAT = 1
HEADER_BYTES = 4096
_MAGIC = b"INGLEKV\x01"
_START = struct.Struct("<8sI")
_DIGEST_BYTES = 32
_MOST_JSON_BYTES = HEADER_BYTES - _START.size - _DIGEST_BYTES
_CHUNK_BYTES = MIB  # large beside a thread's wake-up, small beside a processor's cache
# More would wait for their turn to read: out of the page cache comes some 10 GB/s, and
# SHA-256 does 1.7 GB/s a thread (EPYC with SHA instructions, 2026-11).
_HASHING_THREADS = min(4, os.cpu_count() or 1)


class NotASnapshotError(ValueError):
    """Bytes that are not the snapshot they should be."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot says of itself.

    Attributes:
        key: What it may be used with; see engine/snapshotkey.py.
        chat: Whose it is.
        tokens: How many tokens it holds.
        state_bytes: How much llama.cpp gave.
        tokens_digest: SHA-256 of the tokens, hexadecimal.
        state_digest: SHA-256 of the state's chunk digests, hexadecimal.
    """

    key: str
    chat: str
    tokens: Count
    state_bytes: Count
    tokens_digest: str
    state_digest: str

    @property
    def file_bytes(self) -> int:
        """Size of the whole file."""
        return HEADER_BYTES + 4 * self.tokens + self.state_bytes


_header_of = msgspec.json.Decoder(Header)


def write_new(path: Path, key: str, chat: str, ids: Ids, state: State) -> int:
    """Write a snapshot to a file that does not exist yet, for its owner's eyes only.

    Nothing is flushed to the disk: this is a cache, and a file that a power cut leaves in
    part has the wrong digest.

    Args:
        path: Where to.
        key: At most 128 characters.
        chat: At most 64 characters.
        ids: The tokens, shape (n,), n at least 1.
        state: Shape (bytes,), at least one.

    Returns:
        Size of the file in bytes.

    Raises:
        OSError: it cannot be written in whole; what is there is the caller's to remove.
    """
    tokens = np.ascontiguousarray(ids, "<i4").tobytes()
    header = Header(
        key,
        chat,
        len(ids),
        len(state),
        _sha256(tokens).hex(),
        _root(_sha256(chunk) for chunk in _chunks(state.data)),
    )
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        path.chmod(0o600)  # an umask may have taken too much
        file.write(_page(header))
        file.write(tokens)
        for chunk in _chunks(state.data):
            file.write(chunk)
    return header.file_bytes


def open_regular(path: Path) -> io.FileIO:
    """Open a file to read it, if it is one: no link is followed, no pipe waited for.

    Raises:
        NotASnapshotError: something else is there.
        OSError: it cannot be opened.
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):  # not every system's
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotASnapshotError("not a regular file")
    return io.FileIO(descriptor, "rb")


def read_tokens(file: io.FileIO, key: str, chat: str) -> tuple[Header, Ids]:
    """Read and check everything but the state.

    Raises:
        NotASnapshotError: damaged, or of another chat or key.
        OSError: the disk failed.
    """
    header = _read_header(file)
    if (header.key, header.chat) != (key, chat):
        raise NotASnapshotError("not the snapshot that was asked for")
    if os.fstat(file.fileno()).st_size != header.file_bytes:
        raise NotASnapshotError("wrong size")
    ids = np.empty(header.tokens, "<i4")
    if _sha256(_fill(file, ids.view(np.uint8).data)).hex() != header.tokens_digest:
        raise NotASnapshotError("damaged tokens")
    return header, ids.astype(np.int32, copy=False)


def read_state(file: io.FileIO, header: Header) -> State:
    """Check the state of a file whose tokens have just been read, and return a view of it.

    It is read in whole to be checked, and only then mapped: a disk that fails is an error
    here and not the end of the process, and no second copy takes memory.

    Returns:
        Read-only, shape (bytes,); the mapping ends with the last use of the array.

    Raises:
        NotASnapshotError: damaged.
        OSError: the disk failed.
    """
    start = HEADER_BYTES + 4 * header.tokens
    spans = [
        (at, min(_CHUNK_BYTES, header.file_bytes - at))
        for at in range(start, header.file_bytes, _CHUNK_BYTES)
    ]
    turn = threading.Lock()
    with ThreadPoolExecutor(_HASHING_THREADS, "snapshot digest") as pool:
        shares = pool.map(
            lambda first: _digests(file, turn, spans[first::_HASHING_THREADS]),
            range(_HASHING_THREADS),
        )
        found = dict(each for share in shares for each in share)
    if _root(found[at] for at, _size in spans) != header.state_digest:
        raise NotASnapshotError("damaged state")
    whole = mmap.mmap(file.fileno(), header.file_bytes, access=mmap.ACCESS_READ)
    return np.frombuffer(whole, np.uint8, offset=start)


def _digests(
    file: io.FileIO, turn: threading.Lock, spans: Iterable[tuple[int, int]]
) -> list[tuple[int, bytes]]:
    """Return offset and digest of each span; one thread reads while others hash."""
    buffer, found = memoryview(bytearray(_CHUNK_BYTES)), []
    for at, size in spans:
        with turn:
            file.seek(at)
            chunk = _fill(file, buffer[:size])
        found.append((at, _sha256(chunk)))
    return found


def _page(header: Header) -> bytes:
    json = msgspec.json.encode(header)
    if len(json) > _MOST_JSON_BYTES:
        raise ValueError("the names in a snapshot's header are too long")
    page = (_START.pack(_MAGIC, len(json)) + json).ljust(HEADER_BYTES - _DIGEST_BYTES, b"\0")
    return page + _sha256(page)


def _read_header(file: io.FileIO) -> Header:
    page = bytes(_fill(file, memoryview(bytearray(HEADER_BYTES))))
    covered, digest = page[:-_DIGEST_BYTES], page[-_DIGEST_BYTES:]
    magic, size = _START.unpack_from(covered)
    if magic != _MAGIC or size > _MOST_JSON_BYTES or _sha256(covered) != digest:
        raise NotASnapshotError("damaged header")
    try:
        return _header_of.decode(covered[_START.size : _START.size + size])
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise NotASnapshotError("unknown header") from cause


def _fill(file: io.FileIO, target: memoryview) -> memoryview:
    done = 0
    while done < len(target):
        count = file.readinto(target[done:])
        if not count:
            raise NotASnapshotError("the file is too short")
        done += count
    return target


def _chunks(state: memoryview) -> Iterator[memoryview]:
    return (state[at : at + _CHUNK_BYTES] for at in range(0, len(state), _CHUNK_BYTES))


def _sha256(data: bytes | memoryview) -> bytes:
    return hashlib.sha256(data).digest()


def _root(digests: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for each in digests:
        whole.update(each)
    return whole.hexdigest()
