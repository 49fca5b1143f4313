"""What is set by hand for each model, and what has proved to work, for as long as it counts."""

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from inglenook.core.errors import StorageError
from inglenook.hardware.modelfile import model_files
from inglenook.models.machine import Machine
from inglenook.models.proven import Proven
from inglenook.models.settings import EngineSettings, Wish
from inglenook.services.stamps import Stamps
from inglenook.storage.wishes import Kept, Outcome, WishesFile

log = logging.getLogger(__name__)

_WEEK_MS = 7 * 24 * 3600 * 1000
"""After so long a plan is tried in full again: what took memory beside the model, and was not
seen, may be gone, and drivers are renewed without a new name for the card."""


class Wishes:
    """Remembers what is set for models, wherever their files are moved.

    Threads: any.
    """

    def __init__(
        self, file: WishesFile, now_ms: Callable[[], int] = lambda: Stamps().now_ms()
    ) -> None:
        """Know where to look.

        Args:
            file: Keeps it.
            now_ms: Milliseconds since 1970.
        """
        self._file, self._now_ms = file, now_ms
        self._lock = threading.Lock()

    def of(self, path: str) -> Wish:
        """Return what is set for a model; nothing set if it was never asked."""
        return self._kept(path).wish

    def keep(self, path: str, wish: Wish) -> None:
        """Remember what is set for a model; with nothing set, forget all of it.

        What has proved to work is forgotten in any case: what is set anew is tried in full.

        Raises:
            StorageError: it could not be written.
        """
        with self._lock:
            self._file.keep(_identity(path), Kept(wish))

    def prove(self, path: str, wish: Wish, machine: Machine, settings: EngineSettings) -> None:
        """Remember settings that worked where the planned ones had failed.

        What cannot be written fails and is found out again next time.
        """
        outcome = Outcome(Proven.of(settings), _circumstances(wish, machine), self._now_ms())
        try:
            with self._lock:
                kept = self._file.find(_identity(path))
                self._file.keep(_identity(path), replace(kept, outcome=outcome))
        except StorageError as error:
            log.warning("what worked is not remembered: %s", error.problem.title)

    def proven(self, path: str, wish: Wish, machine: Machine) -> Proven | None:
        """Return what has proved to work under the same circumstances, not long ago."""
        outcome = self._kept(path).outcome
        if outcome is None or outcome.circumstances != _circumstances(wish, machine):
            return None
        # A clock that was set back would keep it for ever.
        is_recent = 0 <= self._now_ms() - outcome.at_ms < _WEEK_MS
        return outcome.proven if is_recent else None

    def _kept(self, path: str) -> Kept:
        with self._lock:
            return self._file.find(_identity(path))


def _identity(path: str) -> str:
    """Return what a model's file is known by after its folder was moved."""
    try:
        first = next(iter(model_files(Path(path))), None)
        size_bytes = first.stat().st_size if first else 0
    except (OSError, ValueError):  # a NUL in the name, or it is just being removed
        size_bytes = 0
    return f"{size_bytes} {Path(path).name}".encode("utf-8", "replace").decode()


def _circumstances(wish: Wish, machine: Machine) -> str:
    gpus = [(one.name, one.description, one.total_bytes, one.driver) for one in machine.devices]
    ram_bytes, engine = machine.host.ram_total_bytes, version("llama-cpp-python")
    text = json.dumps([asdict(wish), gpus, ram_bytes, engine])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
