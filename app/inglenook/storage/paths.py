"""Where everything is kept: one value with every folder and file of ours."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from inglenook.core.errors import ReadOnlyError
from inglenook.storage.beside import HOME_VARIABLE
from inglenook.storage.files import not_writable, private_folder

_ASK_AS_WE_ACT = os.access in os.supports_effective_ids


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one person on this computer."""

    data: Path
    cache: Path
    logs: Path

    @classmethod
    def below(cls, home: Path) -> "Folders":
        """Return folders that are all inside one."""
        return cls(data=home, cache=home / "cache", logs=home / "logs")

    @property
    def database(self) -> Path:
        """The file of chats and of the library."""
        return self.data / "inglenook.db"

    @property
    def models(self) -> Path:
        """Where downloaded models are put."""
        return self.data / "models"

    @property
    def move_note(self) -> Path:
        """Says which move of the models is under way; usually missing."""
        return self.data / "moving.json"

    @property
    def downloads(self) -> Path:
        """What was asked to be downloaded; may be missing."""
        return self.data / "downloads"

    @property
    def snapshots(self) -> Path:
        """What the engine keeps of chats; may be missing, and removed at any time."""
        return self.cache / "snapshots"

    @property
    def sizes(self) -> Path:
        """What the engine has said of models' sizes; may be removed at any time."""
        return self.cache / "sizes.json"

    @property
    def speeds(self) -> Path:
        """How fast this computer has been found to be; may be removed at any time."""
        return self.cache / "speeds.json"

    @property
    def efforts(self) -> Path:
        """What answers of each model have cost; may be removed at any time."""
        return self.cache / "efforts.json"

    @property
    def evaluations(self) -> Path:
        """What models answered to sets of questions; may be missing."""
        return self.data / "evaluations"

    @property
    def gains(self) -> Path:
        """What evaluations have found of each model, in short; may be removed at any time."""
        return self.cache / "gains.json"

    @property
    def refusals(self) -> Path:
        """Which runtimes this processor does not run; may be removed at any time."""
        return self.cache / "runtimes.json"

    @property
    def runtimes(self) -> Path:
        """Builds of llama.cpp that a person has added, a folder each; may be missing."""
        return self.data / "runtimes"

    @property
    def wishes(self) -> Path:
        """What is set by hand for each model; may be missing."""
        return self.data / "wishes.json"

    @property
    def connections(self) -> Path:
        """What was asked of the network last; may be removed at any time."""
        return self.logs / "connections.jsonl"

    @property
    def settings(self) -> Path:
        """The file of the person's choices."""
        return self.data / "settings.json"

    def create(self) -> None:
        """Create what is missing, for the owner only (0700), whatever the umask.

        Raises:
            ReadOnlyError: a folder cannot be created or written.
            DiskFullError: no room is left.
        """
        for folder in (self.data, self.models, self.cache, self.logs):
            private_folder(folder)
            if not os.access(folder, os.W_OK | os.X_OK, effective_ids=_ASK_AS_WE_ACT):
                raise not_writable(folder)


def find_folders(environment: Mapping[str, str] | None = None) -> Folders:
    """Say where data is kept; nothing is created.

    ``INGLENOOK_HOME`` moves everything, and a portable program sets it for itself (see
    ``beside``); otherwise the system's usual places are used.

    Args:
        environment: Its variables; None for this process's own.

    Raises:
        ReadOnlyError: there is no home folder.
    """
    home = (os.environ if environment is None else environment).get(HOME_VARIABLE, "").strip()
    if home:
        return Folders.below(Path(home).absolute())
    try:
        usual = platformdirs.PlatformDirs("inglenook", appauthor=False)
        return Folders(usual.user_data_path, usual.user_cache_path, usual.user_log_path)
    except RuntimeError as cause:  # pathlib finds no home folder for this user
        raise ReadOnlyError(
            "There is no home folder", f"Set {HOME_VARIABLE} to a folder for your data."
        ) from cause


def resources() -> Path:
    """Return the folder of icons, fonts and the starter model."""
    unpacked = getattr(sys, "_MEIPASS", None)
    root = Path(unpacked) if unpacked else Path(__file__).resolve().parents[3]
    return root / "resources"
