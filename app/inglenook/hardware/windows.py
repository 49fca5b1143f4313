"""What Windows tells of the processor: fast cores and instructions."""

import ctypes
import struct
import sys

# RelationProcessorCore of GetLogicalProcessorInformationEx (sysinfoapi.h); the entries are
# SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX: relation, size, flags, efficiency class (winnt.h).
_CORES = 0
_ENTRY = struct.Struct("<IIBB")
# PF_… of IsProcessorFeaturePresent (processthreadsapi.h), by the words that Linux uses.
_FEATURES = {
    38: "sse4_2", 39: "avx", 40: "avx2", 41: "avx512f", 19: "neon", 43: "asimddp", 46: "sve",
}  # fmt: skip


def fast_cores() -> int:
    """Return how many cores are of the fastest kind; 0 if Windows does not tell."""
    return count_fast(_core_entries())


def features() -> str:
    """Return the instructions that Windows knows of, as Linux writes them."""
    if sys.platform == "win32":
        ask = ctypes.windll.kernel32.IsProcessorFeaturePresent
        return " ".join(name for number, name in _FEATURES.items() if ask(number))
    return ""


def count_fast(entries: bytes) -> int:
    """Count the cores of the highest efficiency class: that is how Windows calls the fast ones.

    Args:
        entries: As GetLogicalProcessorInformationEx writes them, one for each core.
    """
    classes, at = [], 0
    while at + _ENTRY.size <= len(entries):
        relation, size, _, kind = _ENTRY.unpack_from(entries, at)
        if size < _ENTRY.size:
            break
        if relation == _CORES:
            classes.append(kind)
        at += size
    return classes.count(max(classes, default=0))


def _core_entries() -> bytes:
    if sys.platform == "win32":
        ask = ctypes.windll.kernel32.GetLogicalProcessorInformationEx
        size = ctypes.c_ulong(0)
        ask(_CORES, None, ctypes.byref(size))
        entries = ctypes.create_string_buffer(size.value)
        return entries.raw if ask(_CORES, entries, ctypes.byref(size)) else b""
    return b""
