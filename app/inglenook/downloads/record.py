"""The small file beside a part: which version of which file it is of."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from inglenook.downloads.source import RemoteFile

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """What must be known to go on with a part.

    Attributes:
        etag: The server's name for the version that the bytes are of; empty if it gave none.
        synced_bytes: So many are on the disk for certain, a power cut included.
        boot: The start of the computer in which the part was written.
    """

    repo: str
    name: str
    commit: str
    size_bytes: int
    sha256: str
    etag: str
    synced_bytes: int
    boot: str

    def is_of(self, file: RemoteFile) -> bool:
        """Tell whether the part holds the same content as is wanted now."""
        if self.size_bytes != file.size_bytes or self.sha256 != file.sha256:
            return False
        return bool(self.sha256) or (self.repo, self.name, self.commit) == (
            file.repo, file.name, file.commit,
        )  # fmt: skip


def read_record(path: Path) -> Record | None:
    """Return what was noted; None if there is nothing, or nothing that makes sense."""
    try:
        if path.is_symlink() or path.stat().st_size > _LONGEST:
            return None
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):
        return None


def write_record(path: Path, record: Record) -> None:
    """Replace the note, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f"{path.name}.new")  # the part is locked: nobody else writes it
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(record))
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def this_boot() -> str:
    """Name the present run of the computer; two answers differ after a restart."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        # To ten minutes: the clock is set now and then, and moves this moment with it.
        return str(round(psutil.boot_time() / 600))
