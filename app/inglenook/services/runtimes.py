"""Which build of llama.cpp this computer uses: the best that runs, found by trying."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from inglenook.engine.process import EngineProcess, engine_command
from inglenook.hardware.devices import FoundDevices, find_devices
from inglenook.hardware.nvidia import has_nvidia
from inglenook.hardware.processor import measure_processor
from inglenook.hardware.runtimes import FoundRuntimes, find_runtimes
from inglenook.models.runtime import Launch, Runtime, in_order, is_illegal_instruction
from inglenook.storage.kept import KeptValues
from inglenook.storage.paths import Folders, resources

ASKED_VARIABLE = "INGLENOOK_RUNTIME"

Refusals = dict[str, str]
"""Why each module of a runtime is left out, by file name; ``""`` stands for the library."""

# Every failure leaves one module out; there are fourteen for processors and a few for cards.
_MOST_TRIES = 24
_LIBRARY = ""


class Runtimes:
    """Tries runtimes in order, each in a child, and hands out the first that works.

    What ended a child by an instruction this processor does not have is remembered with the
    processor, so that no later start tries it again. What failed otherwise (a driver that is
    being updated, a slow disk) is tried again by the next start.

    Threads: any; whoever asks first waits for the children, up to some seconds.
    """

    def __init__(
        self,
        find: Callable[[], FoundRuntimes],
        remembered: KeptValues[Refusals],
        *,
        ask: Callable[[Launch], FoundDevices] | None = None,
        sees_nvidia: Callable[[], bool] = has_nvidia,
        processor: Callable[[], str] = lambda: measure_processor().name,
        may_remember: bool = True,
    ) -> None:
        """Ask nothing yet.

        Args:
            find: Looks for runtimes.
            remembered: What did not run here before.
            ask: Starts a child with a runtime and has it list devices.
            sees_nvidia: Tells whether there is a card of NVIDIA's.
            processor: Names the processor.
            may_remember: False writes nothing.
        """
        self._find, self._remembered = find, remembered
        self._ask = ask or (lambda launch: find_devices(launch=launch))
        self._sees_nvidia, self._processor = sees_nvidia, processor
        self._may_remember = may_remember
        self._lock = threading.Lock()
        self._found: FoundDevices | None = None
        self._launch = Launch()
        self._refused: dict[str, Refusals] = {}

    def devices(self) -> FoundDevices:
        """Return what the best runtime that works has found, with notes about the others."""
        with self._lock:
            if self._found is None:
                self._found = self._choose()
            return self._found

    def look_again(self) -> FoundDevices:
        """Ask the runtime that works once more, now that other programs may have come or gone.

        A failure is told, and changes nothing.
        """
        launch = self.launch()
        with self._lock:
            avoided = tuple(sorted(filter(None, self._refusals(launch.folder))))
        return self._ask(replace(launch, avoided=avoided))

    def launch(self) -> Launch:
        """Return what a child must be told to use the same runtime."""
        self.devices()
        return self._launch

    def engine(self, backend: str = "llama") -> EngineProcess:
        """Start an engine process with the runtime that works.

        Raises:
            EngineStoppedError: the system does not start it.
        """
        launch = self.launch()
        return EngineProcess(engine_command(backend), launch, partial(self._ended, launch))

    def _ended(self, launch: Launch, status: int) -> None:
        """Leave out what ended an engine that the small trial had not ended."""
        if not is_illegal_instruction(status):
            return
        with self._lock:
            if launch != self._launch:
                return  # another engine of the same runtime has told it already
            processor = next((name for name in launch.modules or () if "-cpu-" in name), "")
            self._refuse(launch.folder, processor, _ILLEGAL, is_lasting=True)
            self._found = None

    # --- under the lock ---

    def _choose(self) -> FoundDevices:
        found = self._find()
        notes, last = list(found.refused), FoundDevices((), "no runtime was found", failed=True)
        for runtime in in_order(found.runtimes, has_nvidia=self._sees_nvidia()):
            last = self._tried(runtime)
            notes += self._told(runtime)
            if not last.failed:
                self._launch = Launch(runtime.folder, last.modules)
                return replace(last, notes=(*notes, *last.notes))
        # Let the engine try all the same, and say itself why it ends.
        self._launch = Launch()
        return replace(last, notes=tuple(notes))

    def _tried(self, runtime: Runtime) -> FoundDevices:
        """Ask a runtime, without what has failed before, until it answers or is used up."""
        refused = self._refusals(runtime.folder)
        for _ in range(_MOST_TRIES):
            if _LIBRARY in refused:
                return FoundDevices((), f"the probe failed: {refused[_LIBRARY]}", failed=True)
            found = self._ask(Launch(runtime.folder, avoided=tuple(sorted(refused))))
            if not found.failed:
                return _of_this_build(found, runtime)
            why = _ILLEGAL if found.is_illegal else found.source
            if found.tried_last in refused:
                return found
            self._refuse(runtime.folder, found.tried_last, why, is_lasting=found.is_illegal)
        return FoundDevices((), "nothing in it runs here", failed=True)

    def _refuse(self, folder: str, module: str, why: str, *, is_lasting: bool) -> None:
        refused = self._refusals(folder)
        refused[module] = why
        if is_lasting and self._may_remember:
            known = self._remembered.find(self._key(folder)) or {}
            self._remembered.keep(self._key(folder), {**known, module: why})
            self._remembered.save()

    def _refusals(self, folder: str) -> Refusals:
        if folder not in self._refused:
            self._refused[folder] = dict(self._remembered.find(self._key(folder)) or {})
        return self._refused[folder]

    def _told(self, runtime: Runtime) -> Sequence[str]:
        return [
            f"{_in_words(module)} of the runtime “{runtime.name}” is not used: {why}."
            for module, why in self._refusals(runtime.folder).items()
        ]

    def _key(self, folder: str) -> str:
        """Return what tells this processor with this very build from all others."""
        parts = [self._processor(), folder]
        try:
            files = sorted(Path(folder).iterdir())
            parts += [f"{one.name} {one.stat().st_size}" for one in files]
        except OSError:
            parts.append("gone")
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


_ILLEGAL = "it uses instructions that this processor does not have"


def _of_this_build(found: FoundDevices, runtime: Runtime) -> FoundDevices:
    if runtime.build and found.build != runtime.build:
        why = f"it says it is {found.build}, not {runtime.build}"
        return FoundDevices((), why, failed=True)
    return found


def _in_words(module: str) -> str:
    if module == "nvml":
        return "The second opinion on cards (NVML)"
    return f"The part {module}" if module else "The library"


def usual_runtimes(folders: Folders, *, may_remember: bool = True) -> Runtimes:
    """Return the runtimes of this installation and of this person.

    They are the bindings' own; those that came with the application; those the person has
    added; and the one whose full path is in ``INGLENOOK_RUNTIME``.

    Args:
        folders: The person's.
        may_remember: False writes nothing.
    """
    parents = (resources() / "runtimes", folders.runtimes)
    asked_for = os.environ.get(ASKED_VARIABLE, "")
    return Runtimes(
        partial(find_runtimes, parents, asked_for),
        KeptValues(folders.refusals, dict[str, str]),
        may_remember=may_remember,
    )
