"""What `inglenook doctor` looks at: each check says what it found, with facts, or raises.

Nothing of a chat is read but counts, and nothing is changed or created.
"""

import queue
import stat
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import (
    DamagedDatabaseError,
    DiskFullError,
    EngineStoppedError,
    InglenookError,
    LockedError,
    ModelFileError,
    ReadOnlyError,
    StorageError,
)
from inglenook.core.units import MIB, bytes_in_words
from inglenook.engine.client import Engine, EngineClient
from inglenook.engine.death import Death
from inglenook.engine.protocol import (
    Answer,
    Done,
    Event,
    Failed,
    Load,
    LoadFailed,
    Ready,
    Turn,
)
from inglenook.hardware.machine import disk_free_bytes, measure_host
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import EngineSettings
from inglenook.models.machine import DeviceFacts
from inglenook.services.echo import ECHO_PATH
from inglenook.services.runtimes import Runtimes, usual_runtimes
from inglenook.services.vault import Vault
from inglenook.storage.database import Database
from inglenook.storage.library import Library
from inglenook.storage.paths import Folders, find_folders, resources
from inglenook.storage.settings import SettingsFile

Wanted = TypeVar("Wanted")
Facts = tuple[tuple[str, str], ...]
Checked = tuple[str, Facts]
"""A sentence without its full stop, and names with values."""

_LEAST_FREE_BYTES = 64 * MIB
_ENGINE_S = 40.0
_NOT_YET = "not there yet; the first start creates it"


def check_folders() -> Checked:
    """Look at the folders: there, private, writable, with room.

    Raises:
        ReadOnlyError: one cannot be written, or others can read it.
        DiskFullError: hardly any room is left.
    """
    folders = find_folders()
    places = {"data": folders.data, "cache": folders.cache, "logs": folders.logs}
    models = _models_folder(folders)
    facts = [(name, f"{place}, {_state_of(place)}") for name, place in places.items()]
    free = disk_free_bytes(folders.data)
    facts.append(("free disk", _room_on(folders.data, free)))
    facts.append(("free disk for models", _room_on(models, disk_free_bytes(models))))
    if free is not None and free < _LEAST_FREE_BYTES:
        raise DiskFullError(
            "Hardly any room is left on the disk", "Free some space.", **dict(facts)
        )
    return f"your data is kept in {folders.data}", tuple(facts)


def _models_folder(folders: Folders) -> Path:
    chosen = SettingsFile(folders.settings).read().models_folder
    return Path(chosen or folders.models)


def _room_on(place: Path, free: int | None) -> str:
    if free is None:
        return f"not known (the system does not tell for {place})"
    return f"{bytes_in_words(free)} (the system, for {place})"


def _state_of(place: Path) -> str:
    if not place.exists():
        return _NOT_YET
    mode = stat.S_IMODE(place.stat().st_mode)
    if mode & 0o077:
        raise ReadOnlyError(
            "Others on this computer can open your data folder",
            f"Take their access away: chmod 700 {place}",
            mode=f"{mode:04o}",
        )
    if mode & 0o300 != 0o300:
        raise ReadOnlyError(
            "The data folder cannot be written",
            f"Allow writing to {place}.",
            mode=f"{mode:04o}",
        )
    return f"mode {mode:04o}"


def check_database() -> Checked:
    """Open the database for reading, check it, and count.

    Raises:
        StorageError: it cannot be read, or it is damaged.
    """
    path = find_folders().database
    if not path.exists():
        return _NOT_YET, (("file", str(path)),)
    vault = Vault(path)
    try:
        key = vault.key()
    except LockedError:
        if not vault.is_waiting:
            raise
        return "encrypted and locked; opens with its passphrase", (("file", str(path)),)
    with (
        closing(Database.open_to_read(path, key=key)) as database,
        database.reading() as connection,
    ):
        version = _number(connection.execute("PRAGMA user_version").fetchone())
        health = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        counts = {
            table: _number(connection.execute(f"SELECT count(*) FROM {table}").fetchone())  # noqa: S608 (names of ours)
            for table in ("chat", "message", "model")
        }
    if health != "ok":
        raise DamagedDatabaseError(
            "The file of your chats is damaged",
            "Start Inglenook: it keeps the file aside and rescues what can be read.",
        )
    size = bytes_in_words(path.stat().st_size)
    facts = [("file", f"{path}, {size}"), ("layout", f"version {version}")]
    facts.append(("encryption", "on" if key else "off"))
    facts += [(f"{table}s", str(count)) for table, count in counts.items()]
    return "the database opens and is sound", tuple(facts)


def _number(row: tuple[int]) -> int:
    return int(row[0])


def check_settings() -> Checked:
    """Read the settings file.

    Raises:
        StorageError: some of it makes no sense.
    """
    file = SettingsFile(find_folders().settings)
    if not file.path.exists():
        return _NOT_YET, ()
    settings = file.read()
    if file.problem is not None:
        raise StorageError(file.problem.title, file.problem.advice)
    return f"read, {settings.theme} theme", (("file", str(file.path)),)


def check_echo_engine() -> Checked:
    """Start an engine process without a model and have it answer.

    Raises:
        EngineStoppedError: it does not.
    """
    with closing(TriedEngine("echo")) as engine:
        ready = engine.wait(Ready)
        engine.client.send(Load(ECHO_PATH, EngineSettings()))
        engine.client.send(Answer("doctor", "doctor", (Turn(Role.USER, "Hello"),), EXACT))
        engine.wait(Done)
    return "an engine process starts and answers", (("engine", ready.engine),)


def check_llama_engine() -> Checked:
    """Start an engine process with llama.cpp.

    Raises:
        EngineStoppedError: it does not come up.
    """
    runtimes = _runtimes()
    found = runtimes.devices()
    with closing(TriedEngine("llama", runtimes.engine)) as engine:
        ready = engine.wait(Ready)
    facts = [("engine", ready.engine), ("library", found.folder or "not known")]
    facts += [("part", module) for module in found.modules]
    return "llama.cpp starts in a process of its own", tuple(facts)


def _runtimes() -> Runtimes:
    """Return what would be used, without remembering what is found."""
    return usual_runtimes(find_folders(), may_remember=False)


class TriedEngine:
    """An engine to try.

    Threads: the one that made it; the client's threads only put into the queue.
    """

    def __init__(self, backend: str, launch: Callable[[], Engine] | None = None) -> None:
        self._heard: queue.SimpleQueue[Event | Death] = queue.SimpleQueue()
        self.client = EngineClient(
            self._heard.put,
            lambda death, _: self._heard.put(death),
            backend=backend,
            launch=launch,
        )
        self.client.start()

    def close(self) -> None:
        """End it."""
        self.client.close()

    def wait(self, kind: type[Wanted]) -> Wanted:
        """Return the next event of a kind; raises EngineStoppedError if none comes."""
        while True:
            try:
                heard = self._heard.get(timeout=_ENGINE_S)
            except queue.Empty:
                raise EngineStoppedError(
                    "The engine does not answer", "Restart the computer, then try again."
                ) from None
            if isinstance(heard, kind):
                return heard
            if isinstance(heard, Death | Failed | LoadFailed):
                raise EngineStoppedError(
                    heard.problem.title, heard.problem.advice, **heard.problem.facts
                )


def check_devices() -> Checked:
    """Ask llama.cpp for graphics cards.

    Raises:
        EngineStoppedError: the asking failed.
    """
    found = _runtimes().devices()
    if found.failed:
        raise EngineStoppedError(
            "llama.cpp could not list its devices",
            "Update the graphics driver; the processor is used until then.",
            reason=found.source,
        )
    names = ", ".join(one.description or one.name for one in found.devices)
    says = names or "no graphics card that llama.cpp can use; the processor does the work"
    facts = tuple((one.name, _memory_of(one)) for one in found.devices)
    notes = tuple(("note", note) for note in found.notes)
    return says, (*facts, ("source", found.source), *notes)


def _memory_of(one: DeviceFacts) -> str:
    free, total = bytes_in_words(one.free_bytes), bytes_in_words(one.total_bytes)
    driver = f"driver {one.driver}, " if one.driver else ""
    return f"{one.description}, {one.kind}, {driver}{free} of {total} free ({one.source})"


def check_computer() -> Checked:
    """Measure memory and processor, each with its source."""
    host = measure_host()
    source = dict(host.sources)
    values = {
        "ram_total_bytes": bytes_in_words(host.ram_total_bytes),
        "ram_available_bytes": bytes_in_words(host.ram_available_bytes),
        "physical_cores": str(host.physical_cores),
        "logical_cores": str(host.logical_cores),
        "processor": host.processor or "not known",
        "instruction_set": ", ".join(host.instruction_set) or "not known",
    }
    facts = tuple(
        (
            name.removesuffix("_bytes").replace("_", " "),
            f"{value} ({source.get(name, 'measured')})",
        )
        for name, value in values.items()
    )
    free = values["ram_available_bytes"]
    return f"{free} of {values['ram_total_bytes']} memory free", facts


def check_models() -> Checked:
    """Look at every installed model: the file is there and its header is readable.

    Raises:
        ModelFileError: one is not; the facts name each.
        StorageError: the list cannot be read.
    """
    folders = find_folders()
    paths = [*_listed(folders), *sorted((resources() / "models").glob("*.gguf"))]
    found = {str(path): _health_of(path) for path in paths if not path.is_symlink()}
    bad = [health for health in found.values() if health != _FINE]
    if bad:
        raise ModelFileError(
            f"{len(bad)} of {len(found)} model files cannot be used",
            "Choose each again or take it off the list.",
            **found,
        )
    says = f"all readable: {len(found)}" if found else "none is installed"
    return says, tuple(found.items())


_FINE = "readable"


def _listed(folders: Folders) -> list[Path]:
    if not folders.database.exists():
        return []
    try:
        key = Vault(folders.database).key()
    except LockedError:  # said by the check of the chats
        return []
    with closing(Database.open_to_read(folders.database, key=key)) as database:
        return [Path(model.path) for model in Library(database).models()]


def _health_of(path: Path) -> str:
    try:
        read_model_facts(path)
    except InglenookError as error:
        return error.problem.title
    return _FINE


CHECKS: Mapping[str, Callable[[], Checked]] = {
    "data folder": check_folders,
    "chats": check_database,
    "settings": check_settings,
    "engine process": check_echo_engine,
    "llama.cpp": check_llama_engine,
    "graphics": check_devices,
    "computer": check_computer,
    "models": check_models,
}
"""Every check by the name it is shown under, in order."""
