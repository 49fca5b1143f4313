"""The key that programs must show to be served: made here, kept in the system's keyring."""

import hashlib
import hmac
import re
import secrets
import threading

from inglenook.storage.systemkeyring import SystemKeyring

KEY_NAME = "serving key"  # with a space: no name of a Hub, whose tokens are kept beside it
_BYTES = 32
_FORM = re.compile(r"ik-[A-Za-z0-9_-]{43}")


class AccessKey:
    """One key, the same until it is renewed.

    A keyring may ask the person to unlock it, and takes its time then.

    Threads: any, but ``read``, ``kept`` and ``renew`` not on the window's, nor under a lock
    that others wait for.
    """

    def __init__(self, keyring: SystemKeyring) -> None:
        """Look for nothing yet."""
        self._keyring = keyring
        self._lock = threading.Lock()
        self._key = ""
        self._digest = b""
        self._is_kept = False
        self._spare = ""

    def read(self) -> tuple[str, bool]:
        """Return the key, made now if there is none, and whether it outlives this process."""
        with self._lock:
            if not self._key:
                found = self.kept()
                if found:
                    self._know(found, is_kept=True)
                else:
                    self._make()
            return self._key, self._is_kept

    def kept(self) -> str:
        """Return the key that the keyring keeps; "" if there is none."""
        found = self._keyring.get(KEY_NAME)
        return found if _FORM.fullmatch(found) else ""

    def renew(self) -> tuple[str, bool]:
        """Make another key, from now on the only one; returned as by ``read``."""
        with self._lock:
            self._make()
            return self._key, self._is_kept

    def use(self, key: str) -> None:
        """Take a key that somebody else keeps, until the end of this process."""
        with self._lock:
            self._know(key, is_kept=True)
            self._spare = key

    @property
    def spare(self) -> str:
        """Return the key if no keyring keeps it, else ""; known without asking any."""
        return self._spare

    def accepts(self, shown: str) -> bool:
        """Tell whether this is the key, in a time that says nothing about the key.

        Both are hashed first, so that their lengths do not matter either.
        """
        return hmac.compare_digest(_digest_of(shown), self._digest)

    def _make(self) -> None:
        made = f"ik-{secrets.token_urlsafe(_BYTES)}"
        self._know(made, is_kept=self._keyring.keep(KEY_NAME, made))

    def _know(self, key: str, *, is_kept: bool) -> None:
        self._key, self._is_kept = key, is_kept
        self._spare = "" if is_kept else key
        self._digest = _digest_of(key)


def _digest_of(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
