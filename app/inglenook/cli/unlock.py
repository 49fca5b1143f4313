"""Encrypted chats in a terminal: opened by the keyring, or by what is typed."""

import getpass
import sys

from inglenook.cli.output import put_problem
from inglenook.core.errors import LockedError, WrongPassphraseError
from inglenook.services.services import Services


def unlock(services: Services) -> None:
    """Open the chats if they are encrypted; asks on a terminal, as often as it takes.

    Raises:
        LockedError: nobody can be asked, or their key is missing.
        StorageError: they cannot be opened.
    """
    if not services.encryption.is_sealed:
        return
    try:
        services.encryption.open_now()
    except LockedError:
        if not services.encryption.is_waiting:
            raise
        if not sys.stdin.isatty():
            raise LockedError(
                "Your chats are locked",
                "Run this in a terminal to type the passphrase, or unlock the keyring.",
            ) from None
        _ask(services)
    services.shelf.recover()


def _ask(services: Services) -> None:
    while True:
        try:
            typed = getpass.getpass("Passphrase or recovery code of your chats: ")
        except EOFError:
            raise LockedError("Your chats are locked", "Nothing was typed.") from None
        try:
            services.encryption.unlock_now(typed)
        except WrongPassphraseError as error:
            put_problem(error.problem, as_json=False)
        else:
            return
