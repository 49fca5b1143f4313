"""A process that changes the encryption of chats, to be killed."""

import sys
from pathlib import Path

from inglenook.core.errors import LockedError
from inglenook.services.vault import Vault
from inglenook.storage.keyfile import Cost

PASS = "nine sleepy herons"
QUICK = Cost(16, 1, 1)


class NoKeyring:
    """Keeps nothing, as on a computer without one."""

    def get(self, _name: str) -> str:
        return ""

    def keep(self, _name: str, _secret: str) -> bool:
        return False

    def forget(self, _name: str) -> None:
        pass


def vault_of(database: Path) -> Vault:
    """Return the vault of a database, opened if it is locked."""
    vault = Vault(database, NoKeyring(), QUICK)
    try:
        vault.key()  # brings a broken-off change to its end
    except LockedError:
        vault.unlock(PASS)
    return vault


def change(database: Path, what: str) -> None:
    """Switch on, off, or take a new key: ``"on"``, ``"off"`` or ``"rekey"``."""
    vault = vault_of(database)
    if what == "off":
        vault.take_off(lambda _step: None)
    else:
        vault.put_on(PASS, "passphrase", lambda _step: None)


if __name__ == "__main__":
    change(Path(sys.argv[1]), sys.argv[2])
