"""The graphics cards, and what is free on them now, as if no model of ours was loaded."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from inglenook.hardware.devices import FoundDevices
from inglenook.models.machine import DeviceFacts
from inglenook.models.memory import MemoryPart
from inglenook.services.events import Announcement, EngineChanged, EnginePhase, EngineState
from inglenook.services.sizes import MOST_OVERHEAD_BYTES

# The process of the engine has ended, with all that it held.
_WITHOUT_PROCESS = {EnginePhase.RESTING, EnginePhase.BROKEN}


class Cards:
    """Asks for the cards once, and again what is free on them whenever that is to count.

    Threads: any; whoever asks first waits for a child, up to some seconds, and so does
    ``look_again`` where there are cards. ``told`` never waits.
    """

    def __init__(
        self, ask: Callable[[], FoundDevices], ask_again: Callable[[], FoundDevices]
    ) -> None:
        """Ask nothing yet.

        Args:
            ask: Looks for graphics cards.
            ask_again: Asks those that were found once more.
        """
        self._ask, self._ask_again = ask, ask_again
        self._asking = threading.Lock()
        self._found: FoundDevices | None = None
        self._has_failed = False
        self._held = Held()

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what could not be used, or is not certain."""
        return self._found.notes if self._found else ()

    def fingerprint(self) -> str:
        """Return what tells the build of llama.cpp from others; ``""`` before it was asked."""
        return self._found.fingerprint if self._found else ""

    def devices(self) -> tuple[DeviceFacts, ...]:
        """Return the graphics devices that llama.cpp can use, as they were seen last."""
        found = self._found
        if found is None:
            with self._asking:
                found = self._first()
        return found.devices

    def look_again(self) -> bool:
        """Look what is free now; tell whether that is another figure than before.

        Without cards nothing is started. While nobody knows what the engine holds of them, or
        after they did not answer once, the figures stay as they are.
        """
        with self._asking:
            is_first = self._found is None
            before = self._first()
            held = self._held.now
            if is_first or self._has_failed or held is None or not before.devices:
                return False
            found = self._ask_again()
            self._has_failed = found.failed
            if found.failed or self._held.now is not held:
                return False
            devices = tuple(_as_if_free(one, held) for one in found.devices)
            self._found = replace(before, devices=devices)
            return devices != before.devices

    def told(self, announcement: Announcement) -> None:
        """Follow what the engine holds; given to the bus."""
        if isinstance(announcement, EngineChanged):
            self._held.follow(announcement.state)

    def _first(self) -> FoundDevices:
        if self._found is None:
            self._found = self._ask()
        return self._found


@dataclass(slots=True)
class Held:
    """What the engine holds of each device.

    Threads: followed by one at a time; ``now`` may be read by any.

    Attributes:
        now: Parts by device; None while nobody knows.
        overheads: What drivers hold for a process without a model.
    """

    now: tuple[MemoryPart, ...] | None = ()
    overheads: tuple[MemoryPart, ...] = ()
    _seen: EngineState = field(default_factory=EngineState)

    def follow(self, state: EngineState) -> None:
        """Take the engine's state."""
        before, self._seen = self._seen, state
        if (before.phase, before.taken) == (state.phase, state.taken):
            # A load is sent, or goes on: it takes more every moment.
            is_going_on = (before.plan, before.fraction) != (state.plan, state.fraction)
            if state.phase is EnginePhase.LOADING and is_going_on:
                self.now = None
            return
        match state.phase:
            case EnginePhase.READY:
                self.now = state.taken or None
                self.overheads = tuple(map(_overhead, state.taken))
            case EnginePhase.LOADING:
                pass  # it is planned: an earlier model is still there
            case EnginePhase.RESTARTING:
                self.now = None
            case phase if phase in _WITHOUT_PROCESS:
                self.now = self.overheads = ()
            case _:  # no model, or none that could be loaded
                self.now = self.overheads


def _overhead(part: MemoryPart) -> MemoryPart:
    return MemoryPart(part.device, 0, 0, 0, 0, min(part.overhead_bytes, MOST_OVERHEAD_BYTES))


def _as_if_free(device: DeviceFacts, held: Sequence[MemoryPart]) -> DeviceFacts:
    ours = sum(_size_bytes(part) for part in held if part.device == device.name)
    return replace(device, free_bytes=min(device.free_bytes + ours, device.total_bytes))


def _size_bytes(part: MemoryPart) -> int:
    return part.total_bytes - part.overhead_bytes + _overhead(part).overhead_bytes
