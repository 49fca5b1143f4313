"""The key of the chats in this process: from the keyring, or from what a person types."""

from pathlib import Path

from inglenook.core.errors import NotFoundError
from inglenook.storage import rekey
from inglenook.storage.keyfile import By, Cost, Key, KeyFile, key_file_of
from inglenook.storage.rekey import OnStep, Sealed
from inglenook.storage.sqlite import KEY_BYTES
from inglenook.storage.systemkeyring import SystemKeyring
from inglenook.storage.unlocking import is_sealed, require_key


class Vault:
    """Knows whether the chats are encrypted, and their key once somebody has given it.

    The key is in memory only, and in the keyring where there is one. There is no way from a
    database that cannot be opened to one in clear.

    Threads: ``is_sealed`` any; the rest inside a job of the store.
    """

    def __init__(
        self, database: Path, keyring: SystemKeyring | None = None, cost: Cost | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            database: The file of the chats.
            keyring: None for the system's.
            cost: Of a guess at the passphrases that are chosen from now on.
        """
        self._database, self._keyring = database, keyring or SystemKeyring()
        self._cost = cost
        self._key: Key | None = None
        self._is_remembered = False

    @property
    def is_sealed(self) -> bool:
        """Whether the chats are encrypted, or may be once a broken-off change is at its end.

        Raises:
            StorageError: the folder cannot be read.
        """
        return is_sealed(self._database) or rekey.is_broken_off(self._database)

    @property
    def is_remembered(self) -> bool:
        """Whether the keyring has the key that is in use."""
        return self._is_remembered

    @property
    def is_waiting(self) -> bool:
        """Whether the chats can be opened by what a person types, and nobody has yet."""
        return self._key is None and bool(self.by)

    @property
    def by(self) -> str:
        """What opens the chats; ``""`` if they are in clear.

        Raises:
            StorageError: their key file cannot be read.
        """
        file = KeyFile.read(key_file_of(self._database))
        return "" if file is None else file.by

    @property
    def secret_name(self) -> str:
        """What the key is called in the system's keyring; ``""`` if there is none.

        Raises:
            StorageError: the key file cannot be read.
        """
        file = KeyFile.read(key_file_of(self._database))
        return "" if file is None else _entry(file.id)

    def key(self) -> bytes:
        """Return the key; empty if there is none. The keyring is asked if need be.

        A change of the key that a crash broke off is brought to its end before.

        Raises:
            LockedError: the chats are encrypted, and their key is not here.
            StorageError: the key file cannot be read, or the change not be ended.
        """
        rekey.recover(self._database)
        file = KeyFile.read(key_file_of(self._database))
        if file is None:
            self._key = None
        elif self._key is None or self._key.id != file.id:
            self._key = self._from_keyring(file.id)
            self._is_remembered = self._key is not None
        found = b"" if self._key is None else self._key.material
        require_key(self._database, found)
        return found

    def unlock(self, typed: str) -> None:
        """Open the key file by what a person typed; half a second for each try.

        Raises:
            WrongPassphraseError: that does not open it.
            StorageError: the key file is missing or cannot be read.
        """
        self._take(self._file().open(typed))

    def forget(self) -> None:
        """Forget the key here; the keyring keeps it."""
        self._key = None

    def put_on(self, secret: str, by: By, on_step: OnStep) -> None:
        """Encrypt the chats with a new key, or with a newer one.

        Args:
            secret: A passphrase that was checked, or the signs of a code.
            by: Which of the two it is.
            on_step: Told before each step.

        Raises:
            StorageError: it failed; all is as it was, or the next start finishes it.
        """
        old = self.key()
        former = self._key
        new = Key.new()
        sealed = Sealed(new, KeyFile.seal(new, secret, by, self._cost))
        # Before the swap: a crash right after it must not cost the person a question.
        is_remembered = self._remember(new)
        try:
            rekey.rekey(self._database, old, sealed, on_step)
        finally:
            if self._is_current(new):
                self._key, self._is_remembered = new, is_remembered
                self._drop(former)
            else:
                self._drop(new)

    def take_off(self, on_step: OnStep) -> None:
        """Put the chats back in clear.

        Raises:
            StorageError: it failed; all is as it was, or the next start finishes it.
        """
        old, former = self.key(), self._key
        try:
            rekey.rekey(self._database, old, None, on_step)
        finally:
            if not key_file_of(self._database).exists():
                self._key, self._is_remembered = None, False
                self._drop(former)

    def seal_anew(self, typed: str, secret: str, by: By) -> None:
        """Have another passphrase or code open the chats from now on; their key stays.

        Args:
            typed: What opens them now.
            secret: A passphrase that was checked, or the signs of a code.
            by: Which of the two it is.

        Raises:
            WrongPassphraseError: ``typed`` does not open them.
            StorageError: the key file cannot be read or written.
        """
        key = self._file().open(typed)
        KeyFile.seal(key, secret, by, self._cost).write(key_file_of(self._database))
        self._take(key)

    def check(self, typed: str) -> None:
        """Find out whether what a person typed opens the chats.

        Raises:
            WrongPassphraseError: it does not.
            StorageError: the key file is missing or cannot be read.
        """
        self._file().open(typed)

    def _file(self) -> KeyFile:
        rekey.recover(self._database)
        file = KeyFile.read(key_file_of(self._database))
        if file is None:
            require_key(self._database, b"")
            raise NotFoundError("Your chats are not encrypted", "Nothing has to be opened.")
        return file

    def _take(self, key: Key) -> None:
        self._key, self._is_remembered = key, self._remember(key)

    def _is_current(self, key: Key) -> bool:
        file = KeyFile.read(key_file_of(self._database))
        return file is not None and file.id == key.id

    def _from_keyring(self, name: str) -> Key | None:
        try:
            material = bytes.fromhex(self._keyring.get(_entry(name)))
        except ValueError:
            return None
        return Key(name, material) if len(material) == KEY_BYTES else None

    def _remember(self, key: Key) -> bool:
        return self._keyring.keep(_entry(key.id), key.material.hex())

    def _drop(self, key: Key | None) -> None:
        if key is not None:
            self._keyring.forget(_entry(key.id))


def _entry(name: str) -> str:
    return f"chats-{name}"
