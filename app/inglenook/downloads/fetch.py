"""Getting files for certain: ranged, resumed, checked, and visible only when they are right."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from inglenook.core.units import MIB
from inglenook.downloads.bring import bring
from inglenook.downloads.disk import in_words, make_folders, require_room
from inglenook.downloads.line import Line
from inglenook.downloads.part import Part
from inglenook.downloads.place import place_of, require_no_twin
from inglenook.downloads.progress import Meter, OnProgress, Phase
from inglenook.downloads.source import RemoteFile
from inglenook.downloads.stopping import Stop, require_going

_ASK_AGAIN_S = 0.1


def fetch(
    file: RemoteFile, folder: Path, line: Line, on_progress: OnProgress, stop: Stop
) -> Path:
    """Get one file; see ``fetch_all``."""
    return fetch_all((file,), folder, line, on_progress, stop)[0]


def fetch_all(
    files: Sequence[RemoteFile],
    folder: Path,
    line: Line,
    on_progress: OnProgress,
    stop: Stop,
) -> tuple[Path, ...]:
    """Get all files of a model, or none: they get their names once all are right.

    What has come stays in parts beside the targets when this ends early, whatever the
    reason, and is gone on with next time. A file that is there and right is not fetched.

    Args:
        files: The first is named last: who finds it finds all.
        folder: The person's folder for models; files go to ``folder/org/name/``.
        line: How to get them.
        on_progress: Told ten times a second at most, on this thread.
        stop: Ends it within a fifth of a second.

    Raises:
        StoppedError: told to stop.
        NetworkError: nothing came in many tries; later may be better.
        BusyHubError: the server asks to wait for long.
        WrongFileError: what came, twice, is not what the Hub describes; it was not kept.
        DownloadError: the file is gone or closed, or has a name that cannot be.
        DiskFullError: there is no room, or none is left.
        StorageError: the folder is gone or cannot be written.
        OfflineError: the network is switched off.
    """
    targets = [place_of(file, folder) for file in files]
    meter = Meter(sum(file.size_bytes for file in files), on_progress)
    with in_words(folder), ExitStack() as held:
        for target in targets:
            make_folders(folder, target.parent)
            require_no_twin(target)
        parts = [
            held.enter_context(_held(file, target, meter, stop))
            for file, target in zip(files, targets, strict=True)
        ]
        missing = [part for part in parts if not _is_there(part, meter, stop)]
        needed = sum(part.file.size_bytes - part.stored_bytes() for part in missing)
        require_room(folder, needed, line.limits)
        for part in missing:
            bring(part, folder, line, meter, stop)
            meter.before_bytes += part.file.size_bytes
        for part in reversed(missing):
            part.publish()
    return tuple(targets)


@contextmanager
def _held(file: RemoteFile, target: Path, meter: Meter, stop: Stop) -> Iterator[Part]:
    """Lock a part, waiting for whoever else fetches this file."""
    while (part := Part.take(target, file)) is None:
        meter.say(Phase.ELSEWHERE, 0)
        stop.wait(_ASK_AGAIN_S)
        require_going(stop)
    try:
        yield part
    finally:
        part.release()


def _is_there(part: Part, meter: Meter, stop: Stop) -> bool:
    """Tell whether the file itself is in its place, whole and right."""
    file, target = part.file, part.target
    if target.is_symlink() or not target.is_file():
        return False
    if target.stat().st_size != file.size_bytes:
        return False
    if file.sha256 and _sha256(target, meter, stop) != file.sha256.lower():
        return False
    part.discard()
    meter.before_bytes += file.size_bytes
    return True


def _sha256(path: Path, meter: Meter, stop: Stop) -> str:
    found = hashlib.sha256()
    done = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(MIB):
            require_going(stop)
            found.update(chunk)
            done += len(chunk)
            meter.say(Phase.CHECKING, done)
    return found.hexdigest()
