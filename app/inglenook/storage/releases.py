"""The file that tells of a release: signed by whoever makes Inglenook, believed only then."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from inglenook.core.errors import ReleaseError

LONGEST_BYTES = 64 * 1024
KEYS = "*.pub"
"""Files of 32 bytes in hexadecimal digits: public keys of Ed25519 (RFC 8032)."""

_Version = Annotated[str, msgspec.Meta(pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}$")]


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """One file of a release.

    Attributes:
        name: Without a folder.
        size_bytes: How long it is.
        sha256: 64 hexadecimal digits.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[\w][\w.+-]{0,200}$")]
    size_bytes: Annotated[int, msgspec.Meta(ge=0, le=2**50)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Release:
    """What a release file says.

    Attributes:
        version: Three numbers with dots.
        published: The day of the release.
        expires: The last day on which it may be believed to be the newest.
        notes: What changed, for people; plain text.
        files: What was released.
    """

    version: _Version
    published: date
    expires: date
    notes: Annotated[str, msgspec.Meta(max_length=8000)] = ""
    files: Annotated[tuple[ReleasedFile, ...], msgspec.Meta(max_length=100)] = ()


class _Sealed(msgspec.Struct, forbid_unknown_fields=True):
    """A release as text, and who stands for each letter of it."""

    signed: str
    signature: str


def public_keys(folder: Path) -> tuple[bytes, ...]:
    """Return the keys that this build believes; none where it was built without."""
    return tuple(bytes.fromhex(path.read_text("ascii")) for path in sorted(folder.glob(KEYS)))


def read_release(content: bytes, keys: Iterable[bytes], today: date) -> Release:
    """Check a release file and return what it says.

    Args:
        content: Of the file.
        keys: Of which one must have signed it.
        today: After its last day a file is refused: somebody may hold back a newer one.

    Raises:
        ReleaseError: it is none, not signed by one of the keys, or too old.
    """
    if len(content) > LONGEST_BYTES:
        raise _not_one()
    try:
        sealed = msgspec.json.decode(content, type=_Sealed)
        signature = base64.b64decode(sealed.signature, validate=True)
    except (msgspec.MsgspecError, binascii.Error, UnicodeError, ValueError) as cause:
        raise _not_one() from cause
    said = sealed.signed.encode("utf-8", "surrogatepass")
    if not any(_is_signed(said, signature, key) for key in keys):
        raise ReleaseError(
            "This file was not signed by our key",
            "Install nothing that came with it; fetch it from where Inglenook is published.",
        )
    try:
        release = msgspec.json.decode(said, type=Release)
    except (msgspec.MsgspecError, UnicodeError) as cause:
        raise _not_one() from cause
    if today > release.expires:
        raise ReleaseError(
            "This release file is too old to be believed",
            "Fetch a newer one from where Inglenook is published.",
            expired=release.expires,
        )
    return release


def read_content(path: Path) -> bytes:
    """Return a file's content, or as much of it as shows that it is too long.

    Raises:
        ReleaseError: it cannot be read.
    """
    try:
        if not path.is_file():
            raise _not_one()
        with path.open("rb") as file:
            return file.read(LONGEST_BYTES + 1)
    except OSError as cause:
        raise ReleaseError("This file cannot be read", "Choose another one.") from cause


def numbers_of(version: str) -> tuple[int, ...]:
    """Return a version's numbers, which compare as versions do."""
    return tuple(map(int, version.split(".")))


def _is_signed(said: bytes, signature: bytes, key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (opens faster)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 (same)
        Ed25519PublicKey,
    )

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, said)
    except InvalidSignature:
        return False
    return True


def _not_one() -> ReleaseError:
    return ReleaseError(
        "This is not a release file", "Choose the file named release.json of a release."
    )
