"""Model files: what is installed, what one is, and how this computer would run it."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from inglenook.core.errors import InglenookError
from inglenook.hardware.devices import find_devices
from inglenook.hardware.machine import find_host
from inglenook.hardware.modelfile import read_facts
from inglenook.models.facts import ModelFacts
from inglenook.models.fit import Plan, plan
from inglenook.models.machine import DeviceFacts, HostFacts
from inglenook.models.quant import quant_in_words
from inglenook.services.bus import Bus
from inglenook.services.events import InstalledModel, ModelsChanged, ProblemArose
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.library import LibraryModel


class ModelService:
    """The model files of one person, and the starter that came with the application.

    Threads: any. ``refresh``, ``add`` and ``forget`` return at once; the others read files
    and may take a moment, so the window does not call them.

    Attributes:
        models: As announced last.
    """

    def __init__(self, bus: Bus, store: Store, shipped: Path) -> None:
        """Know where to look; nothing is read yet.

        Args:
            shipped: The folder of models that came with the application.
        """
        self._bus, self._store, self._shipped = bus, store, shipped
        self._machine_lock = threading.Lock()
        self._devices: tuple[DeviceFacts, ...] | None = None
        self.models: tuple[InstalledModel, ...] = ()

    def refresh(self) -> None:
        """Announce what is installed."""
        self._store.post(self._announce)

    def add(self, path: str, then: Callable[[str], None] = lambda _path: None) -> None:
        """Check a file, put it on the list, and go on with it; a problem is announced."""
        self._store.post(partial(self._add, path, then))

    def forget(self, path: str) -> None:
        """Take a file off the list; it stays on the disk."""
        self._store.post(partial(self._forget, path))

    def installed(self) -> tuple[InstalledModel, ...]:
        """Return what is installed and really there, the starter last."""
        return self._store.ask(self._installed)

    def keep(self, path: str) -> InstalledModel:
        """Check a file and put it on the list.

        Raises:
            ModelFileError: it is not a usable model.
        """
        return self._store.ask(partial(self._keep, path))

    def describe(self, path: str) -> InstalledModel:
        """Say what a model file is.

        Raises:
            ModelFileError: it is not a usable model.
        """
        return _described(path, read_facts(path), starter=self._is_shipped(path))

    def plan(self, path: str) -> tuple[InstalledModel, Plan]:
        """Plan how this computer runs a model, from what is free now.

        Raises:
            ModelFileError: it is not a usable model.
        """
        facts = read_facts(path)
        model = _described(path, facts, starter=self._is_shipped(path))
        return model, plan(facts, self.devices(), self.host())

    def devices(self) -> tuple[DeviceFacts, ...]:
        """Return the graphics devices that llama.cpp can use, asked for once."""
        with self._machine_lock:
            if self._devices is None:
                self._devices = find_devices().devices
            return self._devices

    def host(self) -> HostFacts:
        """Return memory and processor as they are now."""
        return find_host()

    def first_choice(self, last: str | None) -> str | None:
        """Return the model to start with: the last one if it is still there, or the starter."""
        if last and Path(last).is_file():
            return last
        return next((str(path) for path in self._starters()), None)

    # --- on the store's worker ---

    def _add(self, path: str, then: Callable[[str], None]) -> None:
        try:
            self._keep(path)
        except InglenookError as error:
            self._bus.publish(ProblemArose(error.problem))
            return
        then(path)

    def _keep(self, path: str) -> InstalledModel:
        model = self.describe(path)
        if not model.starter:
            self._store.library.add(
                LibraryModel(
                    model.path, model.name, model.quant, model.size_bytes, model.architecture,
                    model.context_tokens, Stamps().now_ms(),
                )
            )  # fmt: skip
        self._announce()
        return model

    def _forget(self, path: str) -> None:
        self._store.library.remove(path)
        self._announce()

    def _announce(self) -> None:
        self.models = self._installed()
        self._bus.publish(ModelsChanged(self.models))

    def _installed(self) -> tuple[InstalledModel, ...]:
        kept = tuple(
            InstalledModel(
                each.path,
                each.name,
                each.quant,
                each.size_bytes,
                each.architecture,
                each.context_tokens,
            )
            for each in self._store.library.models()
            if not each.missing
        )
        shipped = []
        for path in self._starters():
            try:
                shipped.append(self.describe(str(path)))
            except InglenookError as error:
                self._bus.publish(ProblemArose(error.problem))
        return (*kept, *shipped)

    def _starters(self) -> list[Path]:
        return sorted(path for path in self._shipped.glob("*.gguf") if not path.is_symlink())

    def _is_shipped(self, path: str) -> bool:
        return Path(path).parent == self._shipped


def _described(path: str, facts: ModelFacts, *, starter: bool) -> InstalledModel:
    return InstalledModel(
        path=path,
        name=facts.name,
        quant=quant_in_words(facts.quant),
        size_bytes=Path(path).stat().st_size,
        architecture=facts.architecture,
        context_tokens=facts.context_tokens,
        starter=starter,
    )
