"""How fast 4 and 8 answers are written together: ours beside as many slots of llama-server."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from parts.decode import costs, costs_compared
from peers.figure import Figure, at_least
from peers.plan import Plan, both
from peers.prompts import short
from peers.race import Lap, races

STREAMS = (4, 8)
TOKENS = 200


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare the totals of both, prompts included."""
    for streams in STREAMS:
        with both(plan, answers=streams) as sides:
            laps = races(
                sides,
                lambda number, n=streams: [
                    short(n * number + at, tokens=TOKENS) for at in range(n)
                ],
                plan.runs,
            )
        yield from total_figures(plan, f"{streams} streams of {TOKENS} tokens", laps)


def total_figures(
    plan: Plan, label: str, laps: Mapping[str, Sequence[Lap]]
) -> Iterator[Figure]:
    """Tell both totals, the time to the last first text, and the ratio."""
    pairs = list(zip(laps["ours"], laps["llama-server"], strict=True))
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
    for name, each in laps.items():
        rate = statistics.median(lap.rate for lap in each)
        yield Figure(plan.named(f"{label}, total: {name}"), rate, "tokens/s")
        first = statistics.median(max(reply.first_s for reply in lap.replies) for lap in each)
        yield Figure(plan.named(f"{label}, all have begun: {name}"), first * 1000, "ms")
        yield costs(plan, label, name, each)
    yield costs_compared(plan, label, laps)
    writing = statistics.median(written(ours) / written(theirs) for ours, theirs in pairs)
    yield Figure(plan.named(f"{label}, writing alone: ours / llama-server"), writing, "x")
    yield at_least(plan.named(f"{label}: ours / llama-server"), ratio, 1.0)


def written(lap: Lap) -> float:
    """Return the sum of the streams' rates after their first texts, in tokens a second."""
    return sum(reply.rate for reply in lap.replies)
