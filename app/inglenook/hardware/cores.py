"""How many cores this process may use, and how many of them are real and fast."""

import os
import platform
import subprocess
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import psutil

from inglenook.hardware.windows import fast_cores

_ASK_S = 2


@dataclass(frozen=True, slots=True)
class Cores:
    """Cores this process may use.

    Attributes:
        physical: Without hyper-threads and efficiency cores, at least 1.
        logical: Everything the system schedules on, at least 1.
        source: Where the numbers are from, and what lowered them.
    """

    physical: int
    logical: int
    source: str


def measure_cores(processors: float | None = None, root: Path = Path("/")) -> Cores:
    """Count cores.

    Args:
        processors: A group's limit of processor time, in processors; None for no limit.
        root: Where ``sys`` is mounted.
    """
    allowed = _allowed()
    found = _linux_cores(root, allowed) if allowed else None
    if found is None:
        found = _asked_cores(len(allowed) or os.cpu_count() or 1)
    if processors is None:
        return found
    most = max(1, ceil(processors))
    source = f"{found.source}, limited to {processors:g} by a control group"
    whole = max(1, int(processors))
    return Cores(min(found.physical, whole), min(found.logical, most), source)


def _allowed() -> frozenset[int]:
    """Return the processors this process may run on; empty where that cannot be asked."""
    if platform.system() == "Linux":
        return frozenset(os.sched_getaffinity(0))
    return frozenset()


def _linux_cores(root: Path, allowed: frozenset[int]) -> Cores | None:
    """Count cores by their siblings, on hybrid Intel processors the fast ones only."""
    folder = root / "sys/devices/system/cpu"
    fast = _cpu_list(root / "sys/devices/cpu_core/cpus")
    chosen = (allowed & fast) or allowed
    siblings = {_siblings(folder / f"cpu{cpu}/topology") for cpu in chosen}
    if "" in siblings:
        return None
    kind = "performance cores" if fast else "cores"
    return Cores(len(siblings), len(allowed), f"{kind} in {folder}")


def _siblings(topology: Path) -> str:
    """Return the threads of one core; kernels before 5.4 know only the older name."""
    return _text(topology / "core_cpus_list") or _text(topology / "thread_siblings_list")


def _asked_cores(logical: int) -> Cores:
    if platform.system() == "Darwin":
        fast = _sysctl("hw.perflevel0.physicalcpu") or _sysctl("hw.physicalcpu")
        if fast:
            return Cores(min(fast, logical), logical, "sysctl")
    fast = fast_cores()
    if fast:
        return Cores(min(fast, logical), logical, "Windows, by efficiency class")
    physical = psutil.cpu_count(logical=False)
    if physical:
        return Cores(min(physical, logical), logical, "psutil")
    # Most processors that hide their cores have two threads on each.
    return Cores(max(1, logical // 2), logical, "half the threads: cores are not reported")


def _sysctl(name: str) -> int:
    try:
        answer = subprocess.run(
            ["/usr/sbin/sysctl", "-n", name], capture_output=True, timeout=_ASK_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    text = answer.stdout.strip()
    return int(text) if text.isdigit() else 0


def _cpu_list(file: Path) -> frozenset[int]:
    """Return the processors in a list such as ``0-7,16``."""
    cpus: set[int] = set()
    for item in _text(file).split(","):
        first, _, last = item.partition("-")
        if first.isdigit() and (last or first).isdigit():
            cpus.update(range(int(first), min(int(last or first), 4095) + 1))
    return frozenset(cpus)


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace").strip()
    except OSError:
        return ""
