"""How fast one answer is written, greedy and with usual sampling: ours and llama-server."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from inglenook.chat.sampling import BALANCED
from peers.figure import Figure, at_least
from peers.plan import Plan, both
from peers.prompts import short
from peers.race import Lap, races
from peers.side import Reply, Side, middle

LENGTHS = (200, 2000)


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare one stream of each."""
    with both(plan) as sides:
        for tokens in LENGTHS:
            runs = plan.runs if tokens < 1000 else max(1, plan.runs // 2)
            laps = races(sides, lambda number, n=tokens: [short(number, tokens=n)], runs)
            yield from decode_figures(plan, f"one stream, {tokens} tokens", laps)
        yield from by_their_own_clocks(plan, sides)
        yield from with_usual_sampling(plan, sides)


def decode_figures(
    plan: Plan, label: str, laps: Mapping[str, Sequence[Lap]]
) -> Iterator[Figure]:
    """Tell both rates after the first token, and what a token cost."""
    ratios = []
    for ours, theirs in zip(laps["ours"], laps["llama-server"], strict=True):
        ratios.append(ours.replies[0].rate / theirs.replies[0].rate)
    for name, each in laps.items():
        rate = middle([lap.replies[0] for lap in each], lambda reply: reply.rate)
        yield Figure(plan.named(f"{label}: {name}"), rate, "tokens/s")
    for name, each in laps.items():
        yield costs(plan, label, name, each)
        yield listening(plan, label, name, each)
    yield costs_compared(plan, label, laps)
    yield at_least(plan.named(f"{label}: ours / llama-server"), statistics.median(ratios), 1.0)


def costs(plan: Plan, label: str, name: str, laps: Sequence[Lap]) -> Figure:
    """Tell the processor time of a side's process, waiting threads that spin included."""
    spent = statistics.median(lap.engine_cpu_ms for lap in laps)
    return Figure(plan.named(f"{label}: processor time, {name}"), spent, "ms/token")


def costs_compared(plan: Plan, label: str, laps: Mapping[str, Sequence[Lap]]) -> Figure:
    """Compare processor time: with one thread, the measure that no other program disturbs."""
    pairs = zip(laps["ours"], laps["llama-server"], strict=True)
    ratio = statistics.median(
        ours.engine_cpu_ms / theirs.engine_cpu_ms for ours, theirs in pairs
    )
    return Figure(plan.named(f"{label}: processor time, ours / llama-server"), ratio, "x")


def listening(plan: Plan, label: str, name: str, laps: Sequence[Lap]) -> Figure:
    """Tell what listening cost this process, so that it is seen not to distort."""
    spent = statistics.median(lap.asker_cpu_s * 1e6 / lap.tokens for lap in laps)
    return Figure(plan.named(f"{label}: listening to {name}"), spent, "us/token")


def by_their_own_clocks(plan: Plan, sides: Mapping[str, Side]) -> Iterator[Figure]:
    """Compare the rates that the two state themselves, one whole answer after another."""
    found: dict[str, list[Reply]] = {name: [] for name in sides}
    for number in range(plan.runs):
        for name in sorted(sides, reverse=bool(number % 2)):
            found[name].append(sides[name].ask(short(300 + number, tokens=200)).wait())
    pairs = zip(found["ours"], found["llama-server"], strict=True)
    ratio = statistics.median(ours.own_rate / theirs.own_rate for ours, theirs in pairs)
    for name, replies in found.items():
        rate = middle(replies, lambda reply: reply.own_rate)
        yield Figure(plan.named(f"200 tokens by its own clock: {name}"), rate, "tokens/s")
    yield Figure(plan.named("200 tokens by their own clocks: ours / llama-server"), ratio, "x")


def with_usual_sampling(plan: Plan, sides: Mapping[str, Side]) -> Iterator[Figure]:
    """Compare with temperature, top-k, top-p and min-p; the answers differ then."""
    laps = races(
        sides,
        lambda number: [short(400 + number, tokens=200, sampling=BALANCED)],
        plan.runs,
        least=0.25,  # such answers end when they please; the rate hardly depends on it
    )
    yield from decode_figures(plan, "usual sampling, up to 200 tokens", laps)
