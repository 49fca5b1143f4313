"""Memory of the engine's process after load and after an answer, beside llama-server's.

What counts is resident memory without the model file's own pages: both map the file, and
what is mapped is the system's cache and the same for both. Shared libraries count in full
(PSS would give half of ours to the window's process, which holds the same ones).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from peers.figure import Figure, at_most
from peers.plan import Plan, both
from peers.prompts import long
from peers.side import Side

BAR = 1.05
_HEAD = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(?P<file>.*)$")


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare both after load and after an answer to 700 tokens; Linux only."""
    if not Path("/proc/self/smaps").exists():
        return
    with both(plan) as sides:
        yield from compare(plan, "after load", sides)
        for side in sides.values():
            side.ask(long(1400, tokens=20, sentences=76)).wait()
        yield from compare(plan, "after an answer", sides)


def compare(plan: Plan, label: str, sides: dict[str, Side]) -> Iterator[Figure]:
    """Tell both and the ratio."""
    found = {name: resident_mb(side.pid, plan.model) for name, side in sides.items()}
    for name, (own, mapped) in found.items():
        yield Figure(plan.named(f"memory {label}, without the model file: {name}"), own, "MB")
        yield Figure(plan.named(f"memory {label}, mapped model file: {name}"), mapped, "MB")
    ratio = found["ours"][0] / found["llama-server"][0]
    yield at_most(plan.named(f"memory {label}: ours / llama-server"), ratio, BAR)


def resident_mb(pid: int, model: Path) -> tuple[float, float]:
    """Return resident megabytes of a process outside of and inside a mapped file."""
    inside = outside = 0
    is_model = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if head := _HEAD.match(line):
            is_model = head["file"] == str(model.resolve())
        elif line.startswith("Rss:"):
            size = int(line.split()[1]) * 1024
            inside, outside = inside + size * is_model, outside + size * (not is_model)
    return outside / 1e6, inside / 1e6
