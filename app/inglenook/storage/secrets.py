"""Access tokens: in the system's keyring, in memory where there is none, never in a file."""

import os
import threading
from types import ModuleType

from inglenook.core.errors import BadArgumentError
from inglenook.storage.systemkeyring import SystemKeyring

TOKEN_VARIABLE = "INGLENOOK_HF_TOKEN"  # noqa: S105 (a name)
_LONGEST = 500


class Tokens:
    """One token for each Hub: what was given for one is never shown to another.

    A keyring may ask the person to unlock it, and takes its time then.

    Threads: any, but not the window's.
    """

    def __init__(self, library: ModuleType | None = None) -> None:
        """Look for nothing yet.

        Args:
            library: ``keyring``, or what stands in for it; None to import it when needed.
        """
        self._keyring = SystemKeyring(library)
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def get(self, host: str) -> str:
        """Return the token for a Hub; "" if there is none.

        Args:
            host: Its name and port as in its address: ``"huggingface.co"``.
        """
        with self._lock:
            if host not in self._known:
                self._known[host] = _from_environment(host) or self._from_keyring(host)
            return self._known[host]

    def keep(self, host: str, token: str) -> bool:
        """Remember a token from now on.

        Returns:
            Whether it outlives this process; False where there is no keyring.

        Raises:
            BadArgumentError: it cannot be a token.
        """
        token = checked_token(token)
        with self._lock:
            self._known[host] = token
            return self._keyring.keep(host, token)

    def forget(self, host: str) -> None:
        """Remove a token here and in the keyring."""
        with self._lock:
            self._known[host] = ""
            self._keyring.forget(host)

    def _from_keyring(self, host: str) -> str:
        try:
            found = self._keyring.get(host)
            return checked_token(found) if found else ""
        except BadArgumentError:
            return ""


def checked_token(token: str) -> str:
    """Return a token without the space around it.

    Raises:
        BadArgumentError: it is empty, or holds what no token does.
    """
    token = token.strip()
    if not token or len(token) > _LONGEST or not token.isascii() or not token.isprintable():
        raise BadArgumentError(
            "This cannot be an access token", "Copy it whole; it usually begins with hf_."
        )
    if " " in token:
        raise BadArgumentError("This cannot be an access token", "Copy it without spaces.")
    return token


def _from_environment(host: str) -> str:
    """Return what the environment gives, for the public Hub alone."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    return checked_token(token) if token and host == "huggingface.co" else ""
