"""The processes that this one has started: engines, and whatever is looked for."""

from contextlib import suppress

import psutil


def engines() -> list[psutil.Process]:
    """Return the engines that run."""
    return children_with("inglenook.engine.host")


def children_with(words: str) -> list[psutil.Process]:
    """Return those with words in their command; other children come and go meanwhile."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # it has just ended
            if words in " ".join(child.cmdline()):
                found.append(child)
    return found
