"""Jobs on the disk: one small file each, so that two programs never undo each other's."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from inglenook.downloads.disk import in_words, sync_folder
from inglenook.downloads.job import Job

_ENDING = ".job.json"
_NAME = re.compile(r"[0-9A-Za-z]{1,64}")
_LONGEST = 4 * 1024 * 1024
"""A thousand files of long names."""


@dataclass(frozen=True, slots=True)
class _Kept:
    place: int
    job: Job


class JobFiles:
    """The jobs of one person.

    Threads: any one at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> tuple[Job, ...]:
        """Return all jobs in their order; a file that makes no sense is passed over."""
        kept = [each for path in self._paths() if (each := _read(path)) is not None]
        kept.sort(key=lambda each: (each.place, each.job.id))
        return tuple(each.job for each in kept)

    def write(self, job: Job, place: int) -> None:
        """Keep a job, whole or not at all.

        Raises:
            StorageError: it cannot be written.
        """
        path = self._path(job.id)
        draft = path.with_suffix(".new")
        with in_words(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(_Kept(place, job)))
                file.flush()
                os.fsync(descriptor)
            draft.replace(path)
            sync_folder(self._folder)

    def remove(self, an_id: str) -> None:
        """Forget a job; harmless if it is forgotten already."""
        with suppress(OSError):
            self._path(an_id).unlink()

    def _path(self, an_id: str) -> Path:
        if not _NAME.fullmatch(an_id):
            raise ValueError("no id of a job")
        return self._folder / f"{an_id}{_ENDING}"

    def _paths(self) -> list[Path]:
        with suppress(OSError):
            return sorted(self._folder.glob(f"*{_ENDING}"))
        return []


def _read(path: Path) -> _Kept | None:
    try:
        if path.stat().st_size > _LONGEST:
            return None
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return None
    is_whole = path.name == f"{kept.job.id}{_ENDING}" and kept.job.files
    return kept if is_whole else None
