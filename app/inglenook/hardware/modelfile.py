"""Opens a model file safely and reads its header; split models are read part by part."""

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from inglenook.core.errors import ModelFileError
from inglenook.models.details import WANTED, Details, details_from
from inglenook.models.facts import ModelFacts, facts_from
from inglenook.models.gguf import Header, read_header
from inglenook.models.kind import require_model
from inglenook.models.name import parse_name, split_name

_MOST_PARTS = 1000
# Opening a pipe without a writer would wait for one; Windows has neither flag nor need.
_READ_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_model_header(path: Path, *, wanted: Collection[str] = ()) -> Header:
    """Read the header of any GGUF file.

    Args:
        path: The file.
        wanted: Keys of texts to keep although they are long.

    Raises:
        ModelFileError: there is no such file, it may not be read, or it is no model file.
    """
    try:
        with _open_regular(path) as stream:
            size_bytes = os.fstat(stream.fileno()).st_size
            return read_header(stream, size_bytes, wanted=wanted)
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the name
        raise _unreadable(path, cause) from cause


def read_model_facts(path: Path, *, chats: bool = True) -> ModelFacts:
    """Read what the planner needs to know of a model, all parts of it.

    Args:
        path: The file, or the first of several.
        chats: Refuse a model that only makes vectors or scores of texts.

    Raises:
        ModelFileError: as for ``read_model_header``; or it is no such model, or a part is
            missing.
    """
    return facts_from(*_read_parts(path, chats=chats), file_name=path.name, chats=chats)


def read_model_details(path: Path) -> Details:
    """Read everything that a person may want to know of a model.

    Raises:
        ModelFileError: as for ``read_model_facts``.
    """
    return details_from(*_read_parts(path, wanted=WANTED, chats=False), file_name=path.name)


def _read_parts(path: Path, *, chats: bool, wanted: Collection[str] = ()) -> list[Header]:
    first = read_model_header(path, wanted=wanted)
    require_model(first, chats=chats)
    count = first.values.get("split.count", 1)
    if not isinstance(count, int) or not 1 < count <= _MOST_PARTS:
        return [first]
    return [first, *(_read_part(path, number, count) for number in range(2, count + 1))]


def model_files(path: Path) -> list[Path]:
    """Return the files of a model that are there, in order."""
    parts = parse_name(path.name).parts
    names = [split_name(path.name, number) for number in range(1, min(parts, _MOST_PARTS) + 1)]
    paths = [path.with_name(name) for name in names] if parts > 1 else [path]
    return [one for one in paths if one.is_file()]


def model_size_bytes(path: Path) -> int:
    """Return the size of a model on disk, all parts together; 0 for what is not there."""
    return sum(one.stat().st_size for one in model_files(path))


def _read_part(path: Path, number: int, count: int) -> Header:
    part = path.with_name(split_name(path.name, number))
    if parse_name(path.name).parts != count or not part.exists():
        raise ModelFileError(
            f"Part {number} of {count} of this model is missing",
            "Put all parts into one folder, under the names they were published with.",
            part=part.name,
        )
    return read_model_header(part)


def _open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, but never a pipe, a device or a folder."""
    handle = os.open(path, _READ_AT_ONCE)
    kind = os.fstat(handle).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(handle, "rb", buffering=0)
    os.close(handle)
    raise _not_a_file(path, is_folder=stat.S_ISDIR(kind))


def _not_a_file(path: Path, *, is_folder: bool) -> ModelFileError:
    what = "a folder" if is_folder else "a device or a pipe"
    return ModelFileError(
        f"This is {what}, not a model file", "Choose a file that ends in .gguf.", path=path
    )


def _unreadable(path: Path, cause: OSError | ValueError) -> ModelFileError:
    # Windows says "permission denied" when a folder is opened.
    if isinstance(cause, PermissionError) and path.is_dir():
        return _not_a_file(path, is_folder=True)
    if isinstance(cause, FileNotFoundError | NotADirectoryError):
        return ModelFileError(
            "The model file is not there any more",
            "Choose it again if it was moved, or download it again.",
            path=path,
        )
    if isinstance(cause, PermissionError):
        return ModelFileError(
            "This model file may not be read", "Give yourself read access to it.", path=path
        )
    return ModelFileError(
        "This model file cannot be read",
        "Check the drive it lies on, then try again.",
        path=path,
        reason=cause,
    )
