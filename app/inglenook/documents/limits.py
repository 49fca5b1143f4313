"""What a document may take, and how a process gives up what it does not need."""

import sys

if sys.platform != "win32":
    import resource

MOST_FILE_BYTES = 64 * 1024 * 1024
MOST_TEXT = 4 * 1024 * 1024
"""Characters: a million tokens or so, more than any model here reads at once."""
MOST_MEMORY_BYTES = 1024 * 1024 * 1024
MOST_PAGES = 5_000
LONGEST_SILENCE_S = 10.0
"""A page that takes longer is not worth the wait; a big file says a page at a time."""
LONGEST_S = 120.0
_PROCESSOR_S = 180
"""Should nobody be there any more to end it."""


def lock_down() -> None:
    """Give up files, network, other processes and memory for the rest of this process.

    With no free descriptor the system opens nothing: no file to read or write, no socket, no
    pipe. The limits cannot be raised again. Where the system has none (Windows), or does not
    keep to that of memory (macOS), the parent still watches memory and time.
    """
    if sys.platform == "win32":
        return
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CPU, _PROCESSOR_S),
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
    ]
    if hasattr(resource, "RLIMIT_NPROC"):
        limits.append((resource.RLIMIT_NPROC, 0))
    for which, most in limits:
        try:
            resource.setrlimit(which, (most, most))
        except (OSError, ValueError):
            continue
