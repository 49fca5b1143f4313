"""The announcement about the encryption of chats."""

from dataclasses import dataclass
from enum import StrEnum

from inglenook.core.errors import Problem


class Lock(StrEnum):
    """How the chats are kept."""

    OFF = "off"
    """In clear: whoever has the files can read them."""
    LOCKED = "locked"
    """Encrypted, and the key is not here."""
    OPEN = "open"
    """Encrypted, and this process has the key."""


@dataclass(frozen=True, slots=True)
class EncryptionChanged:
    """The encryption of the chats stands otherwise than before.

    Attributes:
        lock: How they are kept.
        by: What opens them: ``"passphrase"``, ``"code"``, or ``""`` while they are in clear.
        is_remembered: The system's keyring has the key too, so that nobody is asked.
        step: What a change does now, as ``storage.rekey.Step``; ``""`` while there is none.
        problem: Why what was asked last did not happen; None if it did.
    """

    lock: Lock
    by: str = ""
    is_remembered: bool = False
    step: str = ""
    problem: Problem | None = None
