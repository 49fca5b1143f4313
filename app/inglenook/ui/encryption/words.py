"""What is said about the encryption of chats, in a person's words."""

from inglenook.core.passphrase import SHORTEST, Strength
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.ui.words import tr


def state_title(told: EncryptionChanged) -> str:
    """Return how the chats are kept."""
    if told.lock is Lock.OFF:
        return tr("Chats are not encrypted")
    return tr("Chats are encrypted") if told.lock is Lock.OPEN else tr("Chats are locked")


def state_words(told: EncryptionChanged) -> str:
    """Return what that means for the person."""
    if told.lock is Lock.OFF:
        return tr("Whoever can read this computer's disk can read them.")
    if told.lock is Lock.LOCKED:
        return tr("Start Inglenook again to unlock them.")
    if told.is_remembered:
        if told.by == "code":
            return tr(
                "This computer's keyring opens them; your recovery code does so elsewhere."
            )
        return tr("This computer's keyring opens them; your passphrase does so elsewhere.")
    if told.by == "code":
        return tr(
            "There is no keyring here: you are asked for the recovery code at each start."
        )
    return tr("There is no keyring here: you are asked for the passphrase at each start.")


def step_words(step: str) -> str:
    """Return what a change does now."""
    return {
        "copying": tr("Copying your chats…"),
        "checking": tr("Comparing the copy with the original…"),
        "switching": tr("Putting the copy in its place…"),
        "erasing": tr("Erasing the old file…"),
    }.get(step, "")


def strength_words(strength: Strength) -> tuple[str, str]:
    """Return how long a passphrase holds out, and the tone to say it in."""
    return {
        Strength.SHORT: (
            tr("At least {count} signs are needed.").format(count=SHORTEST),
            "text_muted",
        ),
        Strength.WEAK: (
            tr("Weak: whoever has your files may find it within a day."),
            "bad",
        ),
        Strength.FAIR: (
            tr("Fair: one computer needs years to find it, a data centre days."),
            "warn",
        ),
        Strength.STRONG: (tr("Strong: it holds out for years, even against many."), "ok"),
    }[strength]


def protected() -> tuple[str, ...]:
    """Return what encryption protects."""
    return (
        tr("Chats, their titles, attachments and the search in them"),
        tr("Assistants, prompts, drafts and the list of models"),
        tr("Backups that are made from now on"),
    )


def unprotected() -> tuple[str, ...]:
    """Return what it does not protect."""
    return (
        tr("Models, settings, and files that you export"),
        tr("What is on the screen or in memory while Inglenook runs"),
        tr("Old copies that a solid-state disk, a snapshot of the disk or a backup may keep"),
    )


def before_switching_on() -> str:
    """Return what a person should know before."""
    return tr(
        "An encrypted copy of your chats is made and compared with the original; then the "
        "original is erased, and with it every copy that was kept aside. Nothing of chats is "
        "kept for a quicker start any more: the model reads a chat again when you come back."
    )


def no_way_back() -> str:
    """Return the truth about a lost passphrase."""
    return tr(
        "Nobody can open your chats without it, Inglenook's makers included. Keep it where "
        "you will find it in years."
    )
