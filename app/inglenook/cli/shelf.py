"""`inglenook models list`, `verify`, `remove` and `scan`: the library."""

import sys
from pathlib import Path

from inglenook.cli.output import counted, put, put_json, put_table
from inglenook.cli.progress import ProgressLine
from inglenook.core.errors import BadArgumentError
from inglenook.core.units import bytes_in_words
from inglenook.services.services import Services
from inglenook.services.shelved import Scanned, Shelved, Verified


def show(services: Services, *, as_json: bool) -> int:
    """Print what is installed, and what is wrong with it; return the exit code."""
    found = services.library.shelf()
    if as_json:
        put_json([_as_object(one) for one in found])
        return 0
    if not found:
        put("No model is installed. Add one: inglenook models add FILE.gguf")
        return 0
    put_table(_row(one) for one in found)
    for one in found:
        if one.trouble is not None:
            put(f"{one.model.name}: {one.trouble.in_words()}")
    return 0


def verify(services: Services, wanted: list[str], *, as_json: bool) -> int:
    """Read models from end to end and compare them; the exit code is 1 if one is wrong.

    Raises:
        NotFoundError: there is no such model.
        ModelFileError: a file is not there or no model.
    """
    shelf = [services.library.find(_typed(each)) for each in wanted] or [
        one for one in services.library.shelf() if one.can_be_verified
    ]
    done = [_verify(services, one, as_json=as_json) for one in shelf]
    if as_json:
        put_json([_verified(one) for one in done])
    elif not done:
        put("No model has a hash to compare with.")
    return int(any(one.is_right is False for one in done))


def remove(services: Services, wanted: str, *, is_sure: bool, as_json: bool) -> int:
    """Remove a model, and its file if we have downloaded it; return the exit code.

    Raises:
        NotFoundError: there is no such model.
        BadArgumentError: it must be asked, and nobody can answer.
        StorageError: the file could not be deleted.
    """
    found = services.library.find(_typed(wanted))
    if found.model.starter:
        raise BadArgumentError(
            "The starter model came with the application", "It goes when Inglenook goes."
        )
    if not is_sure and not _is_sure(found):
        return 1
    freed = services.library.remove(found.model.path)
    if as_json:
        put_json({"path": found.model.path, "freed_bytes": freed, "deleted": found.is_ours})
    elif found.is_ours:
        put(f"Deleted; {bytes_in_words(freed)} are free again.")
    else:
        put("Off the list. The file stays where it is.")
    return 0


def scan(
    services: Services, folders: tuple[Path, ...], *, with_adding: bool, as_json: bool
) -> int:
    """Look for models of other programs, and use them from here if asked."""
    found = services.library.scan(folders)
    usable = [one for one in found if one.model is not None]
    fresh = [one for one in usable if not one.is_known]
    if with_adding:
        for one in fresh:
            services.library.borrow(one)
    if as_json:
        put_json({"found": [_scanned(one) for one in found], "added": with_adding})
        return 0
    if usable:
        put_table(map(_scanned_row, usable))
    else:
        put("No models of other programs were found.")
    _tell_rest(len(found) - len(usable), len(fresh), with_adding=with_adding)
    return 0


def _tell_rest(others: int, fresh: int, *, with_adding: bool) -> None:
    if others:
        put(f"Left out: {counted(others, 'file')} that cannot chat.")
    if fresh and with_adding:
        put(f"Usable from here now: {counted(fresh, 'model')}. The files stay where they are.")
    elif fresh:
        put("To use them from here, where they lie: inglenook models scan --add")


def _typed(wanted: str) -> str:
    path = Path(wanted).expanduser()
    return str(path.absolute()) if path.exists() else wanted


def _row(one: Shelved) -> tuple[str, ...]:
    model = one.model
    where = f"lent by {model.origin}" if model.origin else ""
    mark = "PROBLEM" if one.trouble else where
    return (model.name, model.quant, bytes_in_words(model.size_bytes), mark, model.path)


def _as_object(one: Shelved) -> dict[str, object]:
    model = {name: getattr(one.model, name) for name in type(one.model).__slots__}
    more = {"is_ours": one.is_ours, "can_be_verified": one.can_be_verified}
    return {**model, **more, "trouble": one.trouble}


def _verify(services: Services, one: Shelved, *, as_json: bool) -> Verified:
    line = ProgressLine(one.model.name, silent=True)
    try:
        done = services.library.verify(
            one.model.path, lambda count, size: line.show(count, size, 0.0)
        )
    finally:
        line.end()
    if not as_json:
        put(f"{one.model.name}: {_OUTCOME[done.is_right]}")
        if done.is_right is None:
            put(f"  SHA-256 {' '.join(done.sha256)}")
    return done


_OUTCOME = {
    True: "it is what it should be.",
    False: "PROBLEM: it is not what it should be. Remove it and get it again.",
    None: "it was read to its end; nobody has said what it should hash to.",
}


def _verified(one: Verified) -> dict[str, object]:
    return {
        "path": one.model.path,
        "sha256": one.sha256,
        "expected": one.expected,
        "is_right": one.is_right,
    }


def _is_sure(found: Shelved) -> bool:
    """Ask on the terminal."""
    if not sys.stdin.isatty():
        raise BadArgumentError("This cannot be undone", "Say so: add --yes.")
    what = "Delete its file" if found.is_ours else "Take it off the list; its file stays"
    put(f"{found.model.name}, {bytes_in_words(found.model.size_bytes)}: {found.model.path}")
    put(f"{what}? [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _scanned(one: Scanned) -> dict[str, object]:
    return {
        "path": one.path,
        "origin": one.provenance.origin,
        "name": one.model.name if one.model else one.provenance.name,
        "source": one.provenance.source,
        "is_known": one.is_known,
        "size_bytes": one.model.size_bytes if one.model else 0,
        "problem": one.problem,
    }


def _scanned_row(one: Scanned) -> tuple[str, ...]:
    assert one.model is not None
    known = "on the list" if one.is_known else ""
    size = bytes_in_words(one.model.size_bytes)
    return (one.provenance.origin, one.model.name, one.model.quant, size, known, one.path)
