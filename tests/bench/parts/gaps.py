"""How long a running answer pauses while a 2,000-token prompt is read beside it."""

import itertools
import statistics
from collections.abc import Iterator

from peers.figure import Figure
from peers.plan import Plan, both
from peers.prompts import chat, short
from peers.side import Side

PROMPT_TOKENS = 2000


def measure(plan: Plan) -> Iterator[Figure]:
    """Tell the largest gap and the wait of the one who asks, of both sides in turn."""
    with both(plan, answers=2) as sides:
        gaps: dict[str, list[float]] = {name: [] for name in sides}
        waits: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(plan.runs):
            for name in sorted(sides, reverse=bool(number % 2)):
                gap_s, wait_s = beside(sides[name], number)
                gaps[name].append(gap_s * 1000)
                waits[name].append(wait_s * 1000)
    for name, found in gaps.items():
        gap, wait = statistics.median(found), statistics.median(waits[name])
        label = f"while 2,000 tokens are read beside it: {name}"
        yield Figure(plan.named(f"largest gap {label}"), gap, "ms")
        yield Figure(plan.named(f"first text of those 2,000 tokens: {name}"), wait, "ms")


def beside(side: Side, number: int) -> tuple[float, float]:
    """Return the running answer's largest gap and the other's wait, in seconds."""
    running = side.ask(short(1200 + number, tokens=4000))
    running.wait_for(10)
    other = side.ask(chat(1300 + number, tokens=4, prompt_tokens=PROMPT_TOKENS)).wait()
    running.stop()
    heard = running.heard_until_stopped()
    # From the piece before the question to the piece after its first text.
    around = [moment for moment in heard if other.asked_s - 0.5 < moment < other.ended_s + 0.5]
    pairs = itertools.pairwise(around)
    gap_s = max((after - before for before, after in pairs), default=other.first_s)
    return gap_s, other.first_s
