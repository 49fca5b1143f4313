"""What is set by hand for each model, and what it ran with when more had failed."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from inglenook.core.errors import InglenookError, StorageError
from inglenook.models.proven import Proven
from inglenook.models.settings import Wish
from inglenook.storage.files import disk_errors, private_folder, write_whole

# Models of many years; each takes some hundred bytes.
_MOST_ENTRIES = 500
_MOST_BYTES = 1024 * 1024
_MOST = 1 << 30
_NO_WISH = Wish()
_Count = Annotated[int, msgspec.Meta(ge=0, le=_MOST)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model ran with when the plan had failed.

    Attributes:
        circumstances: Names the computer, the engine and the wish it is true for.
        at_ms: When it was seen, milliseconds since 1970.
    """

    proven: Proven
    circumstances: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one model."""

    wish: Wish = _NO_WISH
    outcome: Outcome | None = None


Entries: TypeAlias = dict[str, Kept]
_NOTHING = Kept()


class _StoredWish(msgspec.Struct):
    context_tokens: _Count | None = None
    gpu_layers: _Count | None = None
    threads: _Count | None = None
    kv_type: str | None = None
    devices: tuple[str, ...] | None = None
    projector: Annotated[str, msgspec.Meta(max_length=255)] | None = None
    guesses: bool | None = None


class _StoredOutcome(msgspec.Struct):
    proven: Proven
    circumstances: Annotated[str, msgspec.Meta(max_length=64)]
    at_ms: Annotated[int, msgspec.Meta(ge=0, le=1 << 52)]


class _Stored(msgspec.Struct):
    wish: _StoredWish
    outcome: _StoredOutcome | None = None


class WishesFile:
    """What is kept of models, by the identity of their files.

    It is read anew each time, since another program may have written it; it is small.

    Threads: one at a time. Of two programs that write at the same moment, the last one wins.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, identity: str) -> Kept:
        """Return what is kept; nothing set for what is unknown or makes no sense.

        Args:
            identity: Of the model's file.
        """
        with suppress(StorageError):
            return _understood(self._read().get(identity))
        return _NOTHING

    def keep(self, identity: str, kept: Kept) -> None:
        """Replace what is kept of a model; the models that were kept longest ago go first.

        Raises:
            StorageError: it could not be read or written; the old file is as it was.
        """
        entries = dict(self._read())
        entries.pop(identity, None)
        if kept != _NOTHING:
            entries[identity] = asdict(kept)
        while len(entries) > _MOST_ENTRIES:
            del entries[next(iter(entries))]
        private_folder(self._path.parent)
        write_whole(self._path, json.dumps(entries, indent=1).encode() + b"\n")

    def _read(self) -> Mapping[str, object]:
        """Return all that is kept; nothing where the file is missing or makes no sense."""
        with disk_errors(self._path):
            try:
                with self._path.open("rb") as file:
                    content = file.read(_MOST_BYTES + 1)
            except FileNotFoundError:
                return {}
        found = None
        with suppress(ValueError, RecursionError):
            found = json.loads(content) if len(content) <= _MOST_BYTES else None
        return found if isinstance(found, dict) else {}


def _understood(entry: object) -> Kept:
    """Return an entry's parts that make sense."""
    # Numbers out of their range raise our own error from inside the conversion.
    with suppress(msgspec.ValidationError, InglenookError, RecursionError):
        stored = msgspec.convert(entry, _Stored)
        return Kept(_wish_of(stored.wish), _outcome_of(stored.outcome))
    return _NOTHING


def _wish_of(found: _StoredWish) -> Wish:
    return Wish(**msgspec.structs.asdict(found))


def _outcome_of(found: _StoredOutcome | None) -> Outcome | None:
    return None if found is None else Outcome(found.proven, found.circumstances, found.at_ms)
