"""One assistant as a small JSON file, given away or taken in; the included ones are such."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from inglenook.chat.assistant import AS_USUAL, Assistant, Tuning, known_icon
from inglenook.core.errors import BadArgumentError, StorageError
from inglenook.storage.files import disk_errors, shown, write_whole
from inglenook.storage.text import storable

MOST_BYTES = 256 * 1024
_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Written:
    """What stands in a file; fields of later versions are passed over."""

    inglenook: Literal["assistant"]
    version: int
    name: str
    id: str = ""
    icon: str = ""
    about: str = ""
    instructions: str = ""
    model: str = ""
    tuning: Tuning = AS_USUAL
    effort: str = ""
    thinking: str = ""


_decoder = msgspec.json.Decoder(_Written)


def read_assistant(path: Path) -> Assistant:
    """Return the assistant in a file, with the id that stands there, which may be empty.

    Raises:
        StorageError: it cannot be read, or holds no assistant that we can use.
    """
    with disk_errors(path), path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _no_assistant(path)
    try:
        written = _decoder.decode(content)
        return _assistant(written)
    except (msgspec.DecodeError, RecursionError, BadArgumentError, ValueError) as cause:
        raise _no_assistant(path) from cause


def write_assistant(path: Path, assistant: Assistant) -> None:
    """Write an assistant so that others can take it in.

    Raises:
        StorageError: the file could not be written; an old one is as it was.
    """
    said = {
        "inglenook": "assistant",
        "version": _VERSION,
        "name": assistant.name,
        "icon": assistant.icon,
        "about": assistant.about,
        "instructions": assistant.instructions,
        "model": assistant.model,
        "tuning": assistant.tuning.asked(),
        "effort": assistant.effort,
        "thinking": assistant.thinking,
    }
    text = json.dumps({name: each for name, each in said.items() if each}, indent=2)
    write_whole(path, text.encode() + b"\n")


def read_included(folder: Path) -> tuple[Assistant, ...]:
    """Return the assistants of a folder of ours, in the order of the files' names.

    Raises:
        StorageError: one of them cannot be read.
    """
    return tuple(read_assistant(each) for each in sorted(folder.glob("*.json")))


def _assistant(written: _Written) -> Assistant:
    return Assistant(
        storable(written.id),
        storable(written.name.strip()),
        known_icon(written.icon),
        storable(written.about),
        storable(written.instructions),
        storable(Path(written.model).name),
        written.tuning,
        storable(written.effort),
        storable(written.thinking),
    )


def _no_assistant(path: Path) -> StorageError:
    return StorageError(
        "This file holds no assistant",
        "Choose a file that Inglenook has exported.",
        path=shown(path),
    )
