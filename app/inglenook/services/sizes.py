"""What settings take of each device: as the engine says, from memory if it said so before."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from inglenook.core.units import GIB
from inglenook.hardware.memoryprobe import MemoryProbe
from inglenook.hardware.modelfile import model_files
from inglenook.models.facts import ModelFacts
from inglenook.models.machine import DeviceFacts
from inglenook.models.memory import MemoryPart, memory_parts
from inglenook.models.settings import EngineSettings
from inglenook.storage.sizes import SizesFile

MOST_OVERHEAD_BYTES = GIB
"""What a driver takes for itself at the most; what is more, another program has taken."""


class EngineSizes:
    """Asks the engine what settings take, and remembers the answers.

    Threads: any; plans wait for one another.
    """

    def __init__(
        self, file: SizesFile, make_probe: Callable[[], MemoryProbe] = MemoryProbe
    ) -> None:
        """Know where to look.

        Args:
            file: Keeps the answers.
            make_probe: Makes what asks the engine.
        """
        self._file, self._make_probe = file, make_probe
        self._lock = threading.Lock()
        self._awake: MemoryProbe | None = None

    @contextmanager
    def of(
        self, path: str, facts: ModelFacts, devices: Sequence[DeviceFacts]
    ) -> Iterator["ModelSizes"]:
        """Give sizes of one model for as long as a plan is made.

        Args:
            path: The model's file, the first one of a split model.
            facts: From its header.
            devices: All GPUs there are.
        """
        with self._lock:
            probe = self._awake or self._make_probe()
            identity = _identity(Path(path), devices, probe.runtime)
            try:
                overheads = self._overheads(devices)
                yield ModelSizes(self._file, probe, path, facts, identity, overheads)
            finally:
                if probe is not self._awake:
                    probe.close()
                self._file.save()

    def stay_awake(self) -> None:
        """Keep the process that is asked for the plans that follow, until ``rest``.

        Its start takes longer than all of its answers; but it keeps some of a card's memory.
        """
        with self._lock:
            if self._awake is None:
                self._awake = self._make_probe()

    def rest(self) -> None:
        """End that process; a plan in the making is waited for."""
        with self._lock:
            awake, self._awake = self._awake, None
            if awake is not None:
                awake.close()

    def _overheads(self, devices: Sequence[DeviceFacts]) -> dict[str, int]:
        found = {gpu.name: self._file.find(_key(gpu)) for gpu in devices}
        return {name: parts[0].overhead_bytes for name, parts in found.items() if parts}

    def learn(self, devices: Sequence[DeviceFacts], taken: Sequence[MemoryPart]) -> None:
        """Remember what the drivers of GPUs took for themselves in a load.

        Args:
            devices: All GPUs there are.
            taken: As the engine told after the load.
        """
        overheads = {part.device: part.overhead_bytes for part in taken}
        with self._lock:
            for gpu in devices:
                if gpu.name in overheads:
                    most = min(overheads[gpu.name], MOST_OVERHEAD_BYTES)
                    self._file.keep(_key(gpu), (MemoryPart(gpu.name, 0, 0, 0, 0, most),))
            self._file.save()


class ModelSizes:
    """Sizes of one model, as the planner asks for them.

    Threads: one.

    Attributes:
        is_guess: The engine could not say, so that formulas stand in from then on.
    """

    def __init__(
        self,
        file: SizesFile,
        probe: MemoryProbe,
        path: str,
        facts: ModelFacts,
        identity: str,
        overheads: Mapping[str, int],
    ) -> None:
        self.is_guess = False
        self._overheads = overheads
        self._file, self._identity = file, identity
        self._ask = partial(probe.ask, path)
        self._formulas = partial(memory_parts, facts)

    def __call__(self, settings: EngineSettings) -> tuple[MemoryPart, ...]:
        """Return a part for each of the settings' devices, main memory last."""
        return tuple(
            replace(part, overhead_bytes=self._overheads.get(part.device, 0))
            for part in self._sizes(settings)
        )

    def _sizes(self, settings: EngineSettings) -> tuple[MemoryPart, ...]:
        if self.is_guess:
            return self._formulas(settings)
        # These change neither what is allocated nor where.
        plain = replace(settings, threads=1, use_mmap=True)
        key = _digest(self._identity, asdict(plain))
        found = self._file.find(key) or self._ask(plain)
        if found is None:
            self.is_guess = True
            return self._formulas(settings)
        self._file.keep(key, found)
        return found


def _identity(path: Path, devices: Sequence[DeviceFacts], runtime: str) -> str:
    """Return what tells a model, an engine and a set of GPUs from all others."""
    stats = [file.stat() for file in model_files(path)]
    files = [(stat.st_size, stat.st_mtime_ns, stat.st_ino) for stat in stats]
    gpus = [(one.name, one.description, one.total_bytes) for one in devices]
    return _digest(str(path), files, gpus, version("llama-cpp-python"), runtime)


def _key(gpu: DeviceFacts) -> str:
    """Return the name under which a GPU's overhead is kept: another driver is another GPU."""
    return _digest("overhead", gpu.name, gpu.description, gpu.total_bytes, gpu.driver)


def _digest(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
