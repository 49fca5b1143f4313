"""The pages of an encrypted database, taken apart in memory: for the rescue of a damaged one.

As SQLCipher 4 writes them (zetetic.net/sqlcipher/design): 4,096 bytes, of which the last 48
are an initialisation vector and an HMAC-SHA256 over the encrypted part, the vector and the
page's number. The first 16 bytes of the first page are the salt in place of SQLite's own mark.
"""

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from inglenook.storage.sqlite import CIPHER_KEY_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE_BYTES = 4096
MARK = b"SQLite format 3\0"
_VECTOR_BYTES, _TAG_BYTES = 16, 32
_RESERVED_BYTES = _VECTOR_BYTES + _TAG_BYTES
_TAG_SALT_MASK, _TAG_KEY_ROUNDS = 0x3A, 2


class PageCipher:
    """Opens and closes single pages with one key.

    Threads: any one at a time.
    """

    def __init__(self, key: bytes) -> None:
        """Derive the key of the tags.

        Args:
            key: 48 bytes, as ``sqlite.connect`` takes it.
        """
        self._key, self._salt = key[:CIPHER_KEY_BYTES], key[CIPHER_KEY_BYTES:]
        masked = bytes(each ^ _TAG_SALT_MASK for each in self._salt)
        self._tag_key = hashlib.pbkdf2_hmac(
            "sha512", self._key, masked, _TAG_KEY_ROUNDS, CIPHER_KEY_BYTES
        )

    def fits(self, content: bytes) -> bool:
        """Tell whether this key has written any page of a file."""
        return any(
            hmac.compare_digest(self._tag(page[:-_TAG_BYTES], number), page[-_TAG_BYTES:])
            for number, page in _pages(content)
        )

    def opened(self, content: bytes) -> bytes:
        """Decrypt all pages; a damaged one comes out as far as it can be read."""
        return b"".join(self._open(page, number) for number, page in _pages(content))

    def closed(self, content: bytes) -> bytes:
        """Encrypt all pages."""
        return b"".join(self._close(page, number) for number, page in _pages(content))

    def _open(self, page: bytes, number: int) -> bytes:
        vector = page[-_RESERVED_BYTES:-_TAG_BYTES]
        plain = self._cipher(vector).decryptor().update(_body(page, number))
        return (MARK if number == 1 else b"") + plain + bytes(_RESERVED_BYTES)

    def _close(self, page: bytes, number: int) -> bytes:
        vector = secrets.token_bytes(_VECTOR_BYTES)
        secret = self._cipher(vector).encryptor().update(_body(page, number)) + vector
        tag = self._tag(secret, number, whole=True)
        return (self._salt if number == 1 else b"") + secret + tag

    def _tag(self, signed: bytes, number: int, *, whole: bool = False) -> bytes:
        if number == 1 and not whole:
            signed = signed[len(MARK) :]
        return hmac.digest(self._tag_key, signed + number.to_bytes(4, "little"), "sha256")

    def _cipher(self, vector: bytes) -> "Cipher[CBC]":
        # The format is SQLCipher's; its tag is checked before anything is believed.
        from cryptography.hazmat.primitives import ciphers  # noqa: PLC0415 (opens faster)
        from cryptography.hazmat.primitives.ciphers import algorithms, modes  # noqa: PLC0415

        return ciphers.Cipher(algorithms.AES(self._key), modes.CBC(vector))


def _body(page: bytes, number: int) -> bytes:
    return page[len(MARK) if number == 1 else 0 : -_RESERVED_BYTES]


def _pages(content: bytes) -> list[tuple[int, bytes]]:
    """Cut into whole pages; what is left over at the end is dropped."""
    whole = len(content) // PAGE_BYTES
    starts = (number * PAGE_BYTES for number in range(whole))
    return [
        (number, content[start : start + PAGE_BYTES]) for number, start in enumerate(starts, 1)
    ]
