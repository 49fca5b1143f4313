"""Standard streams that are always there: a program without a console is started with none."""

import os
import sys
from pathlib import Path
from typing import Literal, TextIO

_STANDARD_ERROR = 2


def open_missing() -> None:
    """Let what was closed before the start lead nowhere, instead of failing whoever prints.

    Windows gives a program with a window no streams at all (``sys.stdout`` is None). Elsewhere
    a closed descriptor would go to the next file that is opened, and what a library writes to
    "standard error" would end up in that file.
    """
    spare = os.open(os.devnull, os.O_RDWR)
    while spare <= _STANDARD_ERROR:
        os.set_inheritable(spare, True)  # noqa: FBT003 (a C function in all but name)
        spare = os.dup(spare)
    os.close(spare)
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")


def _nowhere(mode: Literal["r", "w"]) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")
