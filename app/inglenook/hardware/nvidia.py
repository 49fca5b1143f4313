"""Whether there is a card of NVIDIA's, seen without loading anything of its driver."""

import os
import sys
from pathlib import Path

# The driver's device on Linux, and where Windows lends its library to Linux.
_SIGNS = ("dev/nvidiactl", "proc/driver/nvidia/version", "usr/lib/wsl/lib/libnvidia-ml.so.1")


def has_nvidia(root: Path = Path("/")) -> bool:
    """Tell whether a driver of NVIDIA's is at work.

    Args:
        root: Where ``dev``, ``proc`` and ``usr`` are mounted.
    """
    if sys.platform == "win32":
        windows = os.environ.get("WINDIR", "C:/Windows")
        return Path(windows, "System32", "nvml.dll").exists()
    return any((root / sign).exists() for sign in _SIGNS)
