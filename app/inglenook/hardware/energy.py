"""How much energy processor and memory have taken, where the machine counts that.

Linux shows the counters of RAPL (Intel's manual, volume 3B, "Platform specific power
management support"; AMD's processors have the same ones) as files: a folder for each package,
and in it one for its memory, which the package does not include. Usually only root may read
them, since fine readings tell what others compute (CVE-2020-8694); then nothing is told. macOS
tells its own only to root (powermetrics asks for it), and Windows to drivers: nothing is told
there. What graphics cards take is read where they compute, in engine/cardenergy.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path("/sys/class/powercap")
_COUNTED = {"dram"}
"""Parts of a package that its own counter leaves out; its cores and graphics are in it."""
_MOST_MICROJOULES = 1 << 62
MICRO = 1e-6


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter as it stood.

    Attributes:
        name: Of its folder.
        microjoules: Taken since some moment.
        wraps_at: After so many microjoules it begins anew.
    """

    name: str
    microjoules: int
    wraps_at: int


def read_counters(folder: Path = _FOLDER) -> tuple[Counter, ...]:
    """Return what each package and its memory have taken; none where nobody tells.

    It takes some 50 microseconds. If one of the counters cannot be read, none is returned:
    a part would look like the whole.

    Args:
        folder: Where the kernel shows its power zones.
    """
    try:
        zones = sorted(each for each in folder.glob("intel-rapl:*") if _is_counted(each))
        return tuple(_counter(each) for each in zones)
    except (OSError, ValueError):
        return ()


def joules_between(before: Sequence[Counter], after: Sequence[Counter]) -> float | None:
    """Return the energy taken between two readings; None if nobody can tell.

    A counter that began anew is taken to have done so once: with the usual range of 262 kJ
    that is right for 43 minutes at 100 W.
    """
    if not before or [each.name for each in before] != [each.name for each in after]:
        return None
    taken = 0
    for first, last in zip(before, after, strict=True):
        spent = last.microjoules - first.microjoules
        taken += spent if spent >= 0 else spent + last.wraps_at
    return taken * MICRO if taken >= 0 else None


def _is_counted(zone: Path) -> bool:
    """Tell whether a zone is a package, or memory beside one."""
    name = (zone / "name").read_text("ascii").strip()
    is_whole = zone.name.count(":") == 1
    return name.startswith("package") if is_whole else name in _COUNTED


def _counter(zone: Path) -> Counter:
    now = _number(zone / "energy_uj")
    return Counter(zone.name, now, _number(zone / "max_energy_range_uj"))


def _number(file: Path) -> int:
    number = int(file.read_text("ascii"))
    if not 0 <= number <= _MOST_MICROJOULES:
        raise ValueError("no counter has such a reading")
    return number
