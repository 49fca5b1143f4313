"""The encryption of chats: unlocked at the start, switched on and off, sealed anew."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.core.errors import BusyDatabaseError, LockedError, Problem, StorageError
from inglenook.core.passphrase import RecoveryCode, checked_passphrase
from inglenook.services.bus import Bus
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.services.store import Store
from inglenook.services.vault import Vault
from inglenook.storage.keyfile import By
from inglenook.storage.rekey import Step

_CODE_BYTES = 19


class EncryptionService:
    """What a face asks about the key of the chats; every answer is an ``EncryptionChanged``.

    Threads: any; all but ``open_now`` and ``unlock_now`` return at once, the work is done on
    the store's worker, so nothing else touches the chats meanwhile.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        vault: Vault,
        *,
        is_answering: Callable[[], bool] = lambda: False,
        is_restoring: Callable[[], bool] = lambda: False,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """Read nothing yet.

        Args:
            bus: Told how the encryption stands.
            store: Keeps the chats; its worker does the work.
            vault: Has the key.
            is_answering: Tells whether an answer is being written.
            is_restoring: Tells whether the next start will put other chats here.
            after: Called inside a job after each change, failed ones too: what else is kept
                of chats goes away, or may be kept again.
        """
        self._bus, self._store, self._vault = bus, store, vault
        self._is_answering, self._is_restoring = is_answering, is_restoring
        self._after = after

    @property
    def is_sealed(self) -> bool:
        """Whether the chats are encrypted; read from the disk.

        Raises:
            StorageError: the folder cannot be read.
        """
        return self._vault.is_sealed

    @property
    def is_waiting(self) -> bool:
        """Whether the chats can be opened by what a person types, and nobody has yet.

        Raises:
            StorageError: their key file cannot be read.
        """
        return self._store.ask(lambda: self._vault.is_waiting)

    def new_code(self) -> RecoveryCode:
        """Make a recovery code; it opens nothing until it is used."""
        return RecoveryCode.of(secrets.token_bytes(_CODE_BYTES))

    def look(self) -> None:
        """Open encrypted chats with the keyring's key, and tell how it stands."""
        self._post(self._look)

    def unlock(self, typed: str) -> None:
        """Open the chats by a passphrase or a recovery code."""
        self._post(partial(self._unlock, typed))

    def switch_on(self, secret: "str | RecoveryCode") -> None:
        """Encrypt the chats.

        Args:
            secret: A passphrase as it was typed, or a code that the person has written down.
        """
        self._post(partial(self._put_on, secret))

    def switch_off(self) -> None:
        """Put the chats back in clear."""
        self._post(self._take_off)

    def change(self, typed: str, secret: "str | RecoveryCode") -> None:
        """Have another passphrase or code open the chats.

        Args:
            typed: What opens them now.
            secret: What shall.
        """
        self._post(partial(self._change, typed, secret))

    def rekey(self, typed: str) -> None:
        """Encrypt the chats with a new key that the same passphrase or code opens."""
        self._post(partial(self._rekey, typed))

    # --- for a terminal, which waits ---

    def open_now(self) -> None:
        """Open the chats with the keyring's key.

        Raises:
            LockedError: it has none; see ``unlock_now``.
            StorageError: the chats cannot be opened.
        """
        self._store.ask(self._store.open)

    def unlock_now(self, typed: str) -> None:
        """Open the chats by a passphrase or a recovery code.

        Raises:
            WrongPassphraseError: it does not open them.
            StorageError: the chats cannot be opened.
        """
        self._store.ask(partial(self._unlock, typed))

    # --- on the store's worker ---

    def _post(self, job: Callable[[], None]) -> None:
        self._store.post(partial(self._run, job), self._tell)

    def _run(self, job: Callable[[], None]) -> None:
        job()
        self._tell(None)

    def _tell(self, problem: Problem | None) -> None:
        self._bus.publish(self._state(problem))

    def _state(self, problem: Problem | None = None) -> EncryptionChanged:
        if not self._vault.is_sealed:
            return EncryptionChanged(Lock.OFF, problem=problem)
        lock = Lock.OPEN if self._store.is_open else Lock.LOCKED
        is_remembered = lock is Lock.OPEN and self._vault.is_remembered
        return EncryptionChanged(lock, self._by_or_nothing(), is_remembered, problem=problem)

    def _by_or_nothing(self) -> str:
        try:
            return self._vault.by
        except StorageError:  # told where it is opened
            return ""

    def _look(self) -> None:
        if not self._vault.is_sealed:
            return
        try:
            self._store.open()
        except LockedError:
            if not self._vault.is_waiting:
                raise

    def _unlock(self, typed: str) -> None:
        self._vault.unlock(typed)
        try:
            self._store.open()
        except StorageError:
            self._vault.forget()
            raise

    def _put_on(self, secret: "str | RecoveryCode") -> None:
        chosen, by = _checked(secret)
        self._replace(partial(self._vault.put_on, chosen, by))

    def _take_off(self) -> None:
        self._replace(self._vault.take_off)

    def _rekey(self, typed: str) -> None:
        self._vault.check(typed)
        code = RecoveryCode.read(typed) if self._vault.by == "code" else None
        self._put_on(code or typed)

    def _change(self, typed: str, secret: "str | RecoveryCode") -> None:
        self._vault.seal_anew(typed, *_checked(secret))

    def _replace(self, change: Callable[[Callable[[Step], None]], None]) -> None:
        if self._is_answering():
            raise BusyDatabaseError(
                "An answer is being written", "Wait until it is there, then try again."
            )
        if self._is_restoring():
            raise BusyDatabaseError(
                "A backup is about to be restored", "Start Inglenook again, then try once more."
            )
        self._store.open()  # makes the file if there is none, and knows that it is sound
        before = self._state()
        self._store.shut()
        try:
            change(lambda step: self._bus.publish(replace(before, step=step.value)))
        finally:
            self._after()
            self._store.open()


def _checked(secret: "str | RecoveryCode") -> tuple[str, By]:
    if isinstance(secret, RecoveryCode):
        return secret.signs, "code"
    return checked_passphrase(secret), "passphrase"
