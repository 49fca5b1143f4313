"""The file beside the database that holds its key, sealed by a passphrase or a recovery code.

The key itself is random. So a new passphrase needs no new copy of the database, and whoever
has the files but not the passphrase has nothing: see docs/decisions/0022.
"""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from inglenook.core.errors import StorageError, WrongPassphraseError
from inglenook.core.passphrase import RecoveryCode, normal
from inglenook.storage.files import disk_errors, shown, write_whole
from inglenook.storage.sqlite import KEY_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
_SALT_BYTES, _NONCE_BYTES, _ID_BYTES, _SEALING_BYTES = 16, 12, 8, 32
_MOST_FILE_BYTES = 64 * 1024
_MOST_MEMORY_BYTES = 2 * 1024**3

By = Literal["passphrase", "code"]


class Cost(msgspec.Struct, frozen=True):
    """What one guess costs: scrypt's N, r and p; memory is 128 * N * r bytes.

    The defaults are the first choice of the OWASP Password Storage Cheat Sheet for scrypt
    (N = 2**17, r = 8, p = 1): 128 MiB, about half a second. The names are those of RFC 7914.
    """

    n: int = 2**17
    r: int = 8
    p: int = 1

    @property
    def is_bearable(self) -> bool:
        """Whether a computer can be asked for it; a file may say anything."""
        is_power = self.n > 1 and self.n & (self.n - 1) == 0
        is_small = (
            self.r > 0 and 0 < self.p <= 16 and 128 * self.n * self.r <= _MOST_MEMORY_BYTES
        )
        return is_power and is_small


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed key.

    Attributes:
        id: Names the key, in the system's keyring too; says nothing about it.
        by: What opens it.
        cost: Of one try.
        salt: For scrypt.
        nonce: For AES-GCM.
        sealed: The key and its tag, encrypted.
    """

    id: str
    by: By
    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes
    version: int = VERSION

    @classmethod
    def seal(cls, key: "Key", secret: str, by: By, cost: Cost | None = None) -> "KeyFile":
        """Seal a key; takes as long as one guess shall take.

        Args:
            key: What is sealed.
            secret: A passphrase that was checked, or the signs of a recovery code.
            by: Which of the two it is.
            cost: None for the usual.
        """
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        file = cls(key.id, by, cost or Cost(), salt, nonce, b"")
        return msgspec.structs.replace(
            file,
            sealed=_aes(file._stretched(secret)).encrypt(nonce, key.material, file._frame()),
        )

    def open(self, typed: str) -> "Key":
        """Return the key; takes about half a second.

        Args:
            typed: As a person typed it.

        Raises:
            WrongPassphraseError: it does not open this file.
        """
        secret = normal(typed)
        if self.by == "code":
            code = RecoveryCode.read(typed)
            if code is None:
                raise WrongPassphraseError(
                    "This is not a whole recovery code",
                    "Compare it with your print-out: eight groups of four signs.",
                )
            secret = code.signs
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 (opens faster)

        try:
            material = _aes(self._stretched(secret)).decrypt(
                self.nonce, self.sealed, self._frame()
            )
        except InvalidTag as cause:
            raise _wrong(self.by) from cause
        return Key(self.id, material)

    def write(self, path: Path) -> None:
        """Replace the file whole.

        Raises:
            StorageError: it cannot be written; the old one is as it was.
        """
        write_whole(path, msgspec.json.format(msgspec.json.encode(self)) + b"\n")

    @classmethod
    def read(cls, path: Path) -> "KeyFile | None":
        """Return the file; None if there is none.

        Raises:
            StorageError: it cannot be read, or is not as this version writes it.
        """
        with disk_errors(path):
            try:
                with path.open("rb") as file:
                    content = file.read(_MOST_FILE_BYTES)
            except FileNotFoundError:
                return None
        try:
            found = msgspec.json.decode(content, type=cls)
        except msgspec.DecodeError as cause:
            raise _unreadable(path) from cause
        is_sound = len(found.nonce) == _NONCE_BYTES and found.cost.is_bearable
        if found.version != VERSION or not is_sound:
            raise _unreadable(path)
        return found

    def _stretched(self, secret: str) -> bytes:
        cost = self.cost
        return hashlib.scrypt(
            secret.encode("utf-8", "surrogatepass"),
            salt=self.salt,
            n=cost.n,
            r=cost.r,
            p=cost.p,
            maxmem=128 * cost.r * (cost.n + cost.p + 2),
            dklen=_SEALING_BYTES,
        )

    def _frame(self) -> bytes:
        """What is readable and must not be changed: it is signed along with the key."""
        return f"inglenook key {self.version} {self.id} {self.by}".encode()


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """The key of a database; never printed.

    Attributes:
        id: Names it.
        material: As ``sqlite.connect`` takes it.
    """

    id: str
    material: bytes

    @classmethod
    def new(cls) -> "Key":
        """Make one by chance."""
        return cls(secrets.token_hex(_ID_BYTES), secrets.token_bytes(KEY_BYTES))


def key_file_of(database: Path) -> Path:
    """Return where the sealed key of a database is; the file says that it is encrypted."""
    return database.with_suffix(".key")


def _aes(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (same)

    return AESGCM(key)


def _wrong(by: By) -> WrongPassphraseError:
    if by == "code":
        return WrongPassphraseError(
            "This recovery code belongs to other chats", "Look for the newest print-out."
        )
    return WrongPassphraseError(
        "This passphrase does not open your chats",
        "Try again as often as you like; look at Caps Lock and the keyboard's language.",
    )


def _unreadable(path: Path) -> StorageError:
    return StorageError(
        "The key of your chats cannot be read",
        f"Put {shown(path)} back from a backup; without it nobody can open them.",
    )
