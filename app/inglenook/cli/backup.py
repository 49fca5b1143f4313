"""`inglenook backup` and `restore`: everything but the models, in one file."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from inglenook.cli.output import counted, put, put_json
from inglenook.core.units import bytes_in_words
from inglenook.services.portable import restore_now, undo_now
from inglenook.services.services import Services

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)
_Verbs = argparse._SubParsersAction  # noqa: SLF001 (argparse gives this type no public name)


def add_options(
    verbs: "_Verbs[_Parser]",
    make: Callable[["_Verbs[_Parser]", str, str], argparse.ArgumentParser],
) -> None:
    """Add both verbs.

    Args:
        verbs: Of `inglenook`.
        make: Makes one verb, given its name and what it does.
    """
    verb = make(verbs, "backup", "write chats, assistants and settings into one file")
    verb.add_argument("file", metavar="FILE", type=Path, help="made, or replaced when whole")
    verb.set_defaults(does=_back_up)
    about = "put a backup in the place of what is here, which is kept aside"
    verb = make(verbs, "restore", about)
    either = verb.add_mutually_exclusive_group(required=True)
    either.add_argument("file", metavar="FILE", type=Path, nargs="?")
    about = "go back to what the last restore has replaced"
    either.add_argument("--undo", dest="file", action="store_const", const=None, help=about)


def restore(path: Path | None, *, as_json: bool) -> int:
    """Restore a backup, or for None undo the last restore; return the exit code.

    Raises:
        BadArgumentError: it is no backup, or damaged.
        NewerSchemaError: a newer Inglenook made it.
        StorageError: nothing was changed.
        NotFoundError: there is nothing to undo.
    """
    outcome = undo_now() if path is None else restore_now(path.expanduser().absolute())
    if as_json:
        put_json({"done": outcome.is_done, "aside": outcome.aside})
    elif outcome.is_done:
        put("Restored.")
        put(f"What was there before is kept in {outcome.aside}.")
    else:
        put("All is ready. Inglenook is open: its next start shows what was restored.")
    return 0


def _back_up(services: Services, chosen: argparse.Namespace) -> int:
    made = services.portable.work.back_up(chosen.file.expanduser().absolute())
    about = made.manifest
    if chosen.json:
        put_json({"file": str(made.path), "size_bytes": made.size_bytes, "manifest": about})
        return 0
    put(f"{counted(about.chats, 'chat')} with {counted(about.messages, 'message')} backed up.")
    put(f"{made.path} has {bytes_in_words(made.size_bytes)}, and was read back and checked.")
    return 0
