"""This computer as the planner sees it: memory, cores, instructions, each with its source."""

import shutil
from pathlib import Path

import psutil

from inglenook.hardware.cgroup import GroupLimits, group_limits
from inglenook.hardware.cores import measure_cores
from inglenook.hardware.processor import measure_processor
from inglenook.models.machine import HostFacts


def measure_host(root: Path = Path("/")) -> HostFacts:
    """Measure the computer; takes a few milliseconds.

    Args:
        root: Where ``proc`` and ``sys`` are mounted; elsewhere only in tests.
    """
    limits = group_limits(root)
    cores = measure_cores(limits.processors, root)
    processor = measure_processor(root)
    total, available, memory_source = _memory(limits)
    return HostFacts(
        ram_total_bytes=total,
        ram_available_bytes=available,
        physical_cores=cores.physical,
        logical_cores=cores.logical,
        processor=processor.name,
        instruction_set=processor.instructions,
        sources=(
            ("ram_total_bytes", memory_source),
            ("ram_available_bytes", memory_source),
            ("physical_cores", cores.source),
            ("logical_cores", cores.source),
            ("processor", processor.source),
            ("instruction_set", processor.source),
        ),
    )


def disk_free_bytes(folder: Path) -> int | None:
    """Return the room on a folder's drive; None if it cannot be told.

    Args:
        folder: Need not exist yet; its nearest existing parent counts.
    """
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def _memory(limits: GroupLimits) -> tuple[int, int, str]:
    memory = psutil.virtual_memory()
    total, available = int(memory.total), int(memory.available)
    if limits.memory_bytes is None or limits.memory_bytes >= total:
        return total, min(available, _room(limits, available)), "psutil"
    source = "psutil, limited by a control group"
    return limits.memory_bytes, min(available, _room(limits, available)), source


def _room(limits: GroupLimits, otherwise: int) -> int:
    return otherwise if limits.memory_room_bytes is None else limits.memory_room_bytes
