"""What each answer took of graphics cards' energy, where they tell."""

import time
from collections.abc import Callable, Sequence

import msgspec

from inglenook.engine.protocol import Done, Event, Failed

READ_EVERY_S = 0.25
"""A card that only tells its power is asked so often; one reading takes some microseconds."""

Read = Callable[[], float | None]


def meter_of(gpu_layers: int) -> Read:
    """Return what reads the cards' energy in millijoules; nothing where none is used."""
    if gpu_layers <= 0:
        return _nothing
    from inglenook.engine.nvml import EnergyMeter  # noqa: PLC0415  (a driver is touched)

    return EnergyMeter().millijoules


def _nothing() -> None:
    """Tell nothing."""


class CardEnergy:
    """Reads the counters when an answer begins, and puts the difference into its end.

    They count whatever runs on the cards; of answers that were made at the same time nothing
    is told, since nobody could share it out.

    Threads: the engine's main thread only.
    """

    def __init__(
        self, read: Read = _nothing, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read nothing yet.

        Args:
            read: Returns millijoules since some moment; None where nobody tells.
            clock: Seconds that never go back.
        """
        self._read, self._clock = read, clock
        self._begun: dict[str, float] = {}
        self._shared: set[str] = set()
        self._read_s = 0.0

    def begin(self, request: str) -> None:
        """Note that an answer is asked for."""
        now_mj = self._read()
        if now_mj is None:
            return
        self._begun[request] = now_mj
        if len(self._begun) > 1:
            self._shared.update(self._begun)

    def told(self, events: Sequence[Event]) -> Sequence[Event]:
        """Return events; those that end an answer say what it took."""
        if not self._begun:
            return events
        if self._clock() - self._read_s >= READ_EVERY_S:
            self._read_s = self._clock()
            self._read()
        return [self._with_energy(each) for each in events]

    def _with_energy(self, event: Event) -> Event:
        if not isinstance(event, Done | Failed):
            return event
        before_mj = self._begun.pop(event.request, None)
        is_shared = event.request in self._shared
        self._shared.discard(event.request)
        if before_mj is None or is_shared or isinstance(event, Failed):
            return event
        now_mj = self._read()
        card_j = 0.0 if now_mj is None else max(0.0, now_mj - before_mj) / 1000.0
        return msgspec.structs.replace(event, card_j=card_j)
