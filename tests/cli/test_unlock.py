"""Locked chats are opened in a terminal by what is typed, and nowhere else."""

import getpass
import sys
from types import SimpleNamespace

import pytest

from inglenook.cli.unlock import unlock
from inglenook.core.errors import LockedError, WrongPassphraseError

PASS = "nine sleepy herons"


class Locked:
    """Chats that one passphrase opens."""

    is_sealed = is_waiting = True

    def __init__(self):
        self.is_open = self.is_recovered = False
        self.encryption, self.shelf = self, SimpleNamespace(recover=self.recover)

    def recover(self):
        self.is_recovered = True

    def open_now(self):
        if not self.is_open:
            raise LockedError("Your chats are locked", "Unlock them.")

    def unlock_now(self, typed):
        if typed != PASS:
            raise WrongPassphraseError("This does not open your chats", "Try again.")
        self.is_open = True


@pytest.fixture
def locked():
    return Locked()


@pytest.fixture
def terminal(monkeypatch):
    """Give what is typed, line by line; after the last the terminal is closed."""
    lines = []

    def read(_prompt):
        if not lines:
            raise EOFError
        return lines.pop(0)

    monkeypatch.setattr(getpass, "getpass", read)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return lines


def test_a_terminal_asks_until_the_passphrase_is_right(locked, terminal, capsys):
    terminal += ["nine herons", PASS]
    unlock(locked)
    assert locked.is_open
    assert locked.is_recovered
    assert "This does not open your chats" in capsys.readouterr().err


def test_nobody_is_asked_without_a_terminal_or_without_need(locked, terminal, monkeypatch):
    with pytest.raises(LockedError, match="Nothing was typed"):
        unlock(locked)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(LockedError, match="in a terminal"):
        unlock(locked)
    locked.is_waiting = False
    with pytest.raises(LockedError, match="Unlock them"):
        unlock(locked)
    locked.is_sealed = False
    unlock(locked)
    assert not locked.is_recovered
