"""Where the frozen program begins: a window, a command or a child, by its arguments."""

import multiprocessing
import os
import sys
from collections.abc import MutableMapping

from inglenook.main import main


def give_back(environment: MutableMapping[str, str]) -> None:
    """Take out what was set for this process alone, so that it is not handed on.

    A browser or a file manager that we open would look for its libraries among ours. A child
    of ours starts afresh, and sets what it needs by itself.
    """
    before = environment.pop("LD_LIBRARY_PATH_ORIG", "")
    environment.pop("LD_LIBRARY_PATH", None)
    if before:
        environment["LD_LIBRARY_PATH"] = before
    for name in [each for each in environment if each.startswith("_PYI_")]:
        del environment[name]


if __name__ == "__main__":
    multiprocessing.freeze_support()
    give_back(os.environ)
    sys.exit(main())
