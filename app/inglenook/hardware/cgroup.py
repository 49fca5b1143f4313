"""What a container or a control group allows this process: memory and processor time.

Groups nest, and each may set a limit, so the lowest on the way to the root counts. Version 2
is one tree; version 1 has a tree for each controller. Both may be mounted at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Version 1 writes "no limit" as the largest whole number of pages.
_NO_LIMIT = 1 << 60
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """The lowest limits that apply; None where there is none.

    Attributes:
        memory_bytes: Most memory the group may have.
        memory_room_bytes: What is left of it now; caches the kernel can drop count as left.
        processors: Processor time, in processors: 1.5 is one and a half.
    """

    memory_bytes: int | None = None
    memory_room_bytes: int | None = None
    processors: float | None = None


def group_limits(root: Path = Path("/")) -> GroupLimits:
    """Measure the limits of this process.

    Args:
        root: Where ``proc`` and ``sys`` are mounted.
    """
    memory, room, processors = [], [], []
    for folder in _folders(root):
        limit = _number(folder / "memory.max", folder / "memory.limit_in_bytes")
        if limit is not None and limit < _NO_LIMIT:
            memory.append(limit)
            room.append(max(0, limit - _used_bytes(folder)))
        quota = _quota(folder)
        if quota is not None:
            processors.append(quota)
    return GroupLimits(
        min(memory, default=None), min(room, default=None), min(processors, default=None)
    )


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folders of this process's groups, and of all groups around them."""
    base = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        mounts = [base / controllers] if controllers else [base, base / "unified"]
        if controllers == "cpu":
            mounts.append(base / "cpu,cpuacct")
        for mount in mounts:
            yield from _upwards(mount, path)


def _upwards(mount: Path, path: str) -> Iterator[Path]:
    names = [name for name in PurePosixPath(path).parts if name not in {"/", "..", "."}]
    for depth in range(min(len(names), _DEEPEST), -1, -1):
        yield mount.joinpath(*names[:depth])


def _used_bytes(folder: Path) -> int:
    used = _number(folder / "memory.current", folder / "memory.usage_in_bytes") or 0
    return max(0, used - _reclaimable_bytes(_text(folder / "memory.stat")))


def _reclaimable_bytes(stat: str) -> int:
    """Return the page cache the kernel drops first: files not in recent use."""
    fields = dict(line.split(" ", 1) for line in stat.splitlines() if " " in line)
    value = fields.get("total_inactive_file") or fields.get("inactive_file") or "0"
    return int(value) if value.isdigit() else 0


def _quota(folder: Path) -> float | None:
    fields = _text(folder / "cpu.max").split()
    if len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit():
        quota, period = int(fields[0]), int(fields[1])
    else:
        quota = _number(folder / "cpu.cfs_quota_us") or 0
        period = _number(folder / "cpu.cfs_period_us") or 0
    return quota / period if quota > 0 and period > 0 else None


def _number(*files: Path) -> int | None:
    """Return the number in the first file that has one."""
    for file in files:
        text = _text(file).strip()
        if text.isdigit():
            return int(text)
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        return ""
