"""Secrets in the system's own keyring, where there is one that keeps them secret."""

from contextlib import suppress
from types import ModuleType

from inglenook.storage.beside import is_portable

_SERVICE = "inglenook"
# Back ends that keep nothing, or keep it in a file that anybody may read.
_NOT_SAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class SystemKeyring:
    """Named secrets that outlive this process.

    A keyring may ask the person to unlock it, and takes its time then.

    Threads: any one at a time, but not the window's.
    """

    def __init__(self, library: ModuleType | None = None) -> None:
        """Look for nothing yet.

        Args:
            library: ``keyring``, or what stands in for it; None to import it when needed.
        """
        self._library = library

    def told(self) -> str:
        """Return the name of what keeps the secrets; "" where nothing keeps them secret."""
        keyring = self._safe_keyring()
        return "" if keyring is None else str(keyring.get_keyring().name)

    def get(self, name: str) -> str:
        """Return a secret; "" if there is none, or no keyring."""
        keyring = self._safe_keyring()
        if keyring is None:
            return ""
        try:
            return keyring.get_password(_SERVICE, name) or ""
        except (keyring.errors.KeyringError, OSError, RuntimeError):
            return ""

    def keep(self, name: str, secret: str) -> bool:
        """Remember a secret; False where there is no keyring."""
        keyring = self._safe_keyring()
        if keyring is None:
            return False
        try:
            keyring.set_password(_SERVICE, name, secret)
        except (keyring.errors.KeyringError, OSError, RuntimeError):
            return False
        return True

    def forget(self, name: str) -> None:
        """Remove a secret; harmless if it is not there."""
        keyring = self._safe_keyring()
        if keyring is not None:
            # It was not there, or the keyring is gone: nothing is left to do.
            with suppress(keyring.errors.KeyringError, OSError, RuntimeError):
                keyring.delete_password(_SERVICE, name)

    def _safe_keyring(self) -> ModuleType | None:
        """Return the keyring if it keeps secrets secret; None otherwise.

        A portable program leaves nothing on the computer that it is started on.
        """
        if is_portable():
            return None
        if self._library is None:
            import keyring  # noqa: PLC0415 (nobody without a secret pays for it)
            import keyring.errors  # noqa: PLC0415

            self._library = keyring
        try:
            backend = self._library.get_keyring()
        except (self._library.errors.KeyringError, OSError, RuntimeError):
            return None
        # Several at once: each must be safe.
        each = getattr(backend, "backends", None) or [backend]
        names = [type(one).__module__ for one in each]
        return None if any(map(_is_unsafe, names)) else self._library


def _is_unsafe(module: str) -> bool:
    return module.startswith(_NOT_SAFE)
