"""How soon an answer ends that is stopped, while it is written and while its prompt is read."""

import statistics
from collections.abc import Iterator

from peers.figure import Figure, at_most
from peers.ours import OurAsked
from peers.plan import Plan, our_engine
from peers.prompts import long, short

READING_BAR_MS = 50.0


def measure(plan: Plan) -> Iterator[Figure]:
    """Time from Cancel to Done, as the window sees it."""
    with our_engine(plan) as engine:
        token_ms = 1000 / engine.ask(short(1000, tokens=100)).wait().rate
        writing, written = [], []
        for number in range(4 * plan.runs):
            asked = engine.ask(short(1001 + number, tokens=400))
            asked.wait_for(10)
            writing.append(stop_ms(asked))
            written.append(writing[-1] / token_ms)
        reading = []
        for number in range(2 * plan.runs):
            asked = engine.ask(long(1100 + number, tokens=4, sentences=600))
            asked.wait_for_reading()
            # Another moment of the reading each time: it goes by chunks of a second or so.
            asked.has_ended(0.05 + 0.11 * number)
            reading.append(stop_ms(asked))
    yield Figure(plan.named("one token takes"), token_ms, "ms")
    yield Figure(plan.named("stopped while writing, median"), statistics.median(writing), "ms")
    yield Figure(plan.named("stopped while writing, worst"), max(writing), "ms")
    yield at_most(
        plan.named("stopped while writing, median"), statistics.median(written), 1.0, "tokens"
    )
    yield Figure(plan.named("stopped while reading, worst"), max(reading), "ms")
    yield at_most(
        plan.named("stopped while reading, median"),
        statistics.median(reading),
        READING_BAR_MS,
        "ms",
    )


def stop_ms(asked: OurAsked) -> float:
    """Stop an answer and return how long that took."""
    began_s = asked.stop()
    asked.wait()
    assert asked.reason == "stopped", asked.reason
    return (asked.ended_s - began_s) * 1000
