"""How the files are named that hold what a model has read of a chat.

The engine writes them, the window clears them away; here is what both must agree on:
``<folder>/<key>/<chat>.kv``, and beside it, while one is written, ``<chat>.<random>.part``.
"""

import re

ENDING = ".kv"
DRAFT_ENDING = ".part"

# An id is a name in a folder: no path, no dot, nothing hidden.
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


def snapshot_name(chat: str) -> str | None:
    """Return the name of a chat's snapshot; None for an id that cannot be a file's name."""
    return f"{chat}{ENDING}" if _PLAIN.fullmatch(chat) else None


def draft_name(chat: str, random: str) -> str:
    """Return the name of a chat's snapshot while it is written.

    Args:
        chat: An id that ``snapshot_name`` takes.
        random: Keeps two writers apart.
    """
    return f"{chat}.{random}{DRAFT_ENDING}"


def chat_of(file_name: str) -> str | None:
    """Return the chat a snapshot or a draft belongs to; None for a file that is neither."""
    chat, dot, rest = file_name.partition(".")
    is_ours = f".{rest}" == ENDING or rest.endswith(DRAFT_ENDING)
    return chat if dot and is_ours and _PLAIN.fullmatch(chat) else None


def is_draft(file_name: str) -> bool:
    """Tell a draft from a finished snapshot."""
    return file_name.endswith(DRAFT_ENDING)
