"""Services with models of ours on the list, as tests of the shelf need them."""

import hashlib
from pathlib import Path

from tests.data.gguf_files import tiny_model
from tests.services.conftest import Alarms
from tests.services.ear import Ear

from inglenook.services.installed import InstalledModel
from inglenook.services.services import Services
from inglenook.services.shelf import ShelfService
from inglenook.storage.paths import Folders

GGUF = tiny_model()
HASH = hashlib.sha256(GGUF).hexdigest()


class Household:
    """Everything on one bus, in a folder of its own; nothing is started.

    Attributes:
        models: The usual folder of our downloads.
        alarms: Those of the shelf, rung by the test.
    """

    def __init__(self, home: Path) -> None:
        self.services = Services.open(backend="echo", folders=Folders.below(home))
        self.ear = Ear(self.services.bus)
        self.models = home / "models"
        self.alarms = Alarms()
        self.services.shelf._set_alarm = self.alarms.set

    @property
    def shelf(self) -> ShelfService:
        return self.services.shelf

    def put(self, name: str, content: bytes = GGUF, folder: Path | None = None) -> Path:
        path = (folder or self.models) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def keep(self, name: str, folder: Path | None = None, content: bytes = GGUF) -> str:
        path = str(self.put(name, content, folder))
        self.services.models.keep(path)
        return path

    def listed(self) -> dict[str, bool]:
        """Return the paths on the list, and whether all is well with each."""
        shelf = self.services.library.shelf()
        return {one.model.path: one.trouble is None for one in shelf if not one.model.starter}

    def close(self) -> None:
        self.services.close()


def names(folder: Path) -> list[str]:
    """Return the files below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def model_at(path: str) -> InstalledModel:
    """Return some model as the engine names it."""
    return InstalledModel(path, "M", "", 0, "llama", 0)
