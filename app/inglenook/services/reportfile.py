"""A report as one file: a zip of plain text that has no word of a chat."""

import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from inglenook.core.errors import InglenookError, LockedError
from inglenook.services import report
from inglenook.services.logs import CRASHES
from inglenook.services.scrub import Scrub
from inglenook.services.vault import Vault
from inglenook.storage.database import Database
from inglenook.storage.files import write_whole
from inglenook.storage.library import Library
from inglenook.storage.paths import Folders, resources
from inglenook.storage.settings import Settings, SettingsFile

_LOG_LINES = 500
_MOST_LOG_BYTES = 256 * 1024
_PLAIN = frozenset({"theme", "effort", "send_with", "opens_with", "density", "motion"})
_PLAIN_TOO = frozenset({"contrast", "language"})
"""Settings that are one of a few words of ours; any other text may be the person's own."""
_READ_ME = """\
A report of a fault in Inglenook. It holds what `inglenook doctor` says, which settings are
chosen, the last lines of the log, and how large things are. It has no word of a chat: no
message, title, prompt, document or name of an assistant; folders are shortened, and {models}.
Read it before you send it: everything in it is plain text.
"""
_UNNAMED, _NAMED = "model files are numbered", "model files have their names"

Find = Callable[[], tuple[report.Finding, ...]]


def save(
    path: Path,
    folders: Folders,
    *,
    names_models: bool = False,
    find: Find = report.findings,
) -> None:
    """Check everything and write a report of it; takes some seconds.

    Args:
        path: A zip file to be; what is there is replaced.
        folders: Whose installation it is.
        names_models: Leave the names of model files in it.
        find: Runs the checks.

    Raises:
        StorageError: it cannot be written.
    """
    scrub = Scrub(_places(folders), _models(folders), names_models=names_models)
    parts = {
        "README.txt": _READ_ME.format(models=_NAMED if names_models else _UNNAMED),
        "doctor.txt": _clean_lines(scrub, report.in_lines(find()).splitlines()),
        "settings.json": _settings(folders.settings),
        "log.txt": _clean_lines(scrub, _log_lines(folders.logs)),
        "crashes.txt": _clean_lines(scrub, _tail(folders.logs / CRASHES)),
        "files.json": json.dumps(_files(folders), indent=2),
        "database.json": json.dumps(_database(folders.database), indent=2),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    write_whole(path, packed.getvalue())


def _places(folders: Folders) -> Mapping[str, Path]:
    places = {
        "<models>": folders.models,
        "<data>": folders.data,
        "<cache>": folders.cache,
        "<logs>": folders.logs,
        "<resources>": resources(),
        "<app>": Path(__file__).parents[1],
        "<python>": Path(sys.prefix),
    }
    try:
        return {**places, "~": Path.home()}
    except RuntimeError:  # this user has none
        return places


def _models(folders: Folders) -> list[Path]:
    """Return the model files that are known, or that lie where models are kept."""
    settings = SettingsFile(folders.settings).read()
    roots = {
        folders.models,
        *([Path(settings.models_folder)] if settings.models_folder else []),
    }
    found = [path for root in roots for path in root.rglob("*.gguf*")]
    found += [Path(settings.last_model)] if settings.last_model else []
    try:
        key = Vault(folders.database).key()
        with closing(Database.open_to_read(folders.database, key=key)) as database:
            found += [Path(model.path) for model in Library(database).models()]
    except InglenookError:  # there is none yet, it is locked, or it is damaged
        pass
    return found


def _clean_lines(scrub: Scrub, lines: Iterable[str]) -> str:
    return "".join(f"{scrub.clean(line)}\n" for line in lines)


def _settings(path: Path) -> str:
    """Return what is chosen; of what may be the person's own words, only that it is set."""
    file = SettingsFile(path)
    usual = asdict(Settings())
    told: dict[str, object] = {}
    for name, value in asdict(file.read()).items():
        is_ours = isinstance(value, bool | int | float) or name in _PLAIN | _PLAIN_TOO
        told[name] = value if is_ours else ("set" if value != usual[name] else "")
    if file.problem is not None:
        told["problem"] = file.problem.title
    return json.dumps(told, indent=2)


def _log_lines(logs: Path) -> list[str]:
    """Return the last lines of the log, of the file before the newest too."""
    return [*_tail(logs / "inglenook.log.1"), *_tail(logs / "inglenook.log")][-_LOG_LINES:]


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _MOST_LOG_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _files(folders: Folders) -> dict[str, object]:
    """Return how large our own files are, and how many lie in each of our folders."""
    files = {
        "settings": folders.settings, "sizes": folders.sizes, "speeds": folders.speeds,
        "efforts": folders.efforts, "runtimes refused": folders.refusals,
        "wishes": folders.wishes, "move": folders.move_note,
    }  # fmt: skip
    told: dict[str, object] = {name: _size(path) for name, path in files.items()}
    inside = {
        "models": folders.models, "downloads": folders.downloads,
        "snapshots": folders.snapshots, "runtimes": folders.runtimes,
    }  # fmt: skip
    told.update({f"files in {name}": _count(path) for name, path in inside.items()})
    kept = folders.database.parent.glob(f"{folders.database.name}*")
    told["database files in bytes"] = sorted(_size(path) or 0 for path in kept)
    return told


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def _database(path: Path) -> dict[str, object]:
    """Return layout, health, and how many rows each table has."""
    try:
        key = Vault(path).key()
        with (
            closing(Database.open_to_read(path, key=key)) as database,
            database.reading() as connection,
        ):
            told: dict[str, object] = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("user_version", "page_count", "freelist_count", "journal_mode")
            }
            health = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            told["sound"] = health == "ok"  # what else it says may quote a row
            told["encrypted"] = bool(key)
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB"
                " 'sqlite_*' AND name NOT GLOB '*[^a-z_]*' ORDER BY name"
            ).fetchall()
            told["rows"] = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 (letters only)
                for (name,) in names
            }
            return told
    except LockedError:
        return {"encrypted": True, "locked": True}
    except InglenookError as error:
        return {"problem": error.problem.title}
