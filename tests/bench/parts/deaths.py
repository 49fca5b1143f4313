"""How soon a killed engine is noticed, and how soon it answers again."""

import os
import signal
import statistics
import time
from collections.abc import Iterator

from peers.figure import Figure
from peers.ours import OurEngine
from peers.plan import Plan
from peers.prompts import short

_PATIENT_MINUTE_S = 61.0


class SkippingClock:
    """A clock that can be put forward: three deaths in a minute would end the comebacks.

    Threads: any.
    """

    def __init__(self) -> None:
        self._skipped_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._skipped_s

    def skip_a_minute(self) -> None:
        """Go forward by as much as the client wants between deaths."""
        self._skipped_s += _PATIENT_MINUTE_S


def measure(plan: Plan) -> Iterator[Figure]:
    """Kill the engine in the middle of an answer, again and again."""
    clock, kills = SkippingClock(), 4 * plan.runs
    engine = OurEngine(plan.setup(), clock=clock)
    noticed, back = [], []
    try:
        for number in range(kills):
            asked = engine.ask(short(1500 + number, tokens=400))
            asked.wait_for(3)
            began_s = time.perf_counter()
            os.kill(engine.pid, signal.SIGKILL)
            noticed.append((engine.wait_for_death() - began_s) * 1000)
            back.append((engine.wait_until_back() - began_s) * 1000)
            clock.skip_a_minute()
    finally:
        engine.close()
    for label, waits in (("noticed", noticed), ("model ready again", back)):
        median = statistics.median(waits)
        yield Figure(plan.named(f"engine killed {kills} times: {label}, median"), median, "ms")
        yield Figure(
            plan.named(f"engine killed {kills} times: {label}, worst"), max(waits), "ms"
        )
