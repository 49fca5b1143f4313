"""What NVIDIA's own library says of its cards: driver, memory, who uses it, and energy.

A second opinion beside ggml's list. Asked only by processes that may die of a broken driver:
the one that lists devices, and an engine that computes on such a card anyway.
"""

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pynvml

_MOST_CARDS = 64


@dataclass(frozen=True, slots=True)
class Card:
    """One card.

    Attributes:
        id: Where it is plugged in, as ggml writes it: ``"0000:01:00.0"``.
        driver: The driver's version.
        total_bytes: All memory of the card.
        free_bytes: What nobody uses.
        own_bytes: What this process has of it; 0 if that is not told.
        others_bytes: What other programs have of it; 0 if that is not told.
    """

    id: str
    driver: str
    total_bytes: int
    free_bytes: int
    own_bytes: int
    others_bytes: int


class EnergyMeter:
    """Counts the energy that all cards have taken since it was made.

    Newer cards (from Volta on) count it themselves. Of older ones the power is read, and taken
    to have been the same since the last reading.

    Threads: one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Look for the cards; the library stays open.

        Args:
            clock: Seconds that never go back.
        """
        self._clock, self._read_s = clock, clock()
        self._estimated_mj = 0.0
        self._handles: list[object] = []
        with suppress(pynvml.NVMLError):
            pynvml.nvmlInit()
            count = min(pynvml.nvmlDeviceGetCount(), _MOST_CARDS)
            self._handles = [pynvml.nvmlDeviceGetHandleByIndex(at) for at in range(count)]

    def millijoules(self) -> float | None:
        """Return the energy since some moment; None without a card, or if one tells nothing."""
        now_s = self._clock()
        passed_s, self._read_s = now_s - self._read_s, now_s
        if not self._handles:
            return None
        try:
            counted = sum(self._of(each, passed_s) for each in self._handles)
        except pynvml.NVMLError:
            return None
        return counted + self._estimated_mj

    def _of(self, handle: object, passed_s: float) -> int:
        try:
            return int(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle))
        except pynvml.NVMLError:
            self._estimated_mj += int(pynvml.nvmlDeviceGetPowerUsage(handle)) * passed_s
            return 0


def cards() -> tuple[Card, ...]:
    """Return all cards; none without a driver of NVIDIA's."""
    if platform.system() == "Darwin":
        return ()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        return tuple(_all())
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _all() -> Iterator[Card]:
    driver = _text(pynvml.nvmlSystemGetDriverVersion())
    for number in range(min(pynvml.nvmlDeviceGetCount(), _MOST_CARDS)):
        with suppress(pynvml.NVMLError):
            yield _card(pynvml.nvmlDeviceGetHandleByIndex(number), driver)


def _card(handle: object, driver: str) -> Card:
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    own, others = _used_bytes(handle)
    return Card(
        bus_id(_text(pynvml.nvmlDeviceGetPciInfo_v3(handle).busId)),
        driver,
        int(memory.total),
        int(memory.free),
        own,
        others,
    )


def _used_bytes(handle: object) -> tuple[int, int]:
    """Return what this process and all others use; a container sees only its own processes."""
    used: dict[int, int] = {}
    for ask in (
        pynvml.nvmlDeviceGetComputeRunningProcesses_v3,
        pynvml.nvmlDeviceGetGraphicsRunningProcesses_v3,
    ):
        with suppress(pynvml.NVMLError):
            # A process that computes and draws is in both lists with the same figure.
            used.update({one.pid: int(one.usedGpuMemory or 0) for one in ask(handle)})
    own = used.pop(os.getpid(), 0)
    return own, sum(used.values())


def bus_id(told: str) -> str:
    """Return a place on the bus as ggml writes it: a domain of four digits, lower case."""
    domain, _, rest = told.strip().lower().partition(":")
    return f"{domain[-4:]:0>4}:{rest}" if rest else ""


def _text(told: str | bytes) -> str:
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return text.rstrip("\0")[:64]
