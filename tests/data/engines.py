"""The engine processes that this one has started."""

from contextlib import suppress

import psutil


def engines() -> list[psutil.Process]:
    """Return those that run; other children come and go meanwhile."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # it has just ended
            if "inglenook.engine.host" in child.cmdline():
                found.append(child)
    return found
