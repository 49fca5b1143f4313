"""Children that probe: started where only our own code is found, and killed for certain."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from inglenook.models.runtime import Launch, with_our_code


def start_probe(
    command: Sequence[str], launch: Launch | None = None, *, is_asked: bool = False
) -> "subprocess.Popen[bytes]":
    """Start a child that prints what it finds.

    It runs in the root folder: neither Python nor a loader of libraries finds there what
    somebody has put beside the files that a person works on.

    Args:
        command: The command line.
        launch: The runtime to use; the bindings' own if None.
        is_asked: It gets questions, and its pipes hold nothing back.

    Raises:
        OSError: the system does not start it.
    """
    environment = (launch or Launch()).applied(with_our_code(os.environ))
    return subprocess.Popen(
        command,
        bufsize=0 if is_asked else -1,
        stdin=subprocess.PIPE if is_asked else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Without it ggml calls a debugger when it aborts, which takes seconds.
        env={**environment, "GGML_NO_BACKTRACE": "1"},
        cwd=Path(sys.executable).anchor,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def kill_probe(child: "subprocess.Popen[bytes]") -> None:
    """End the child and whatever it started, which may hold the pipe open."""
    if sys.platform == "win32":
        child.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
