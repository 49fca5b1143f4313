"""`inglenook serve`: answer other programs without a window, until it is told to end."""

import argparse
import os
import queue
import re
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from inglenook.cli.output import put, put_json, put_problem
from inglenook.cli.paths import whole_path
from inglenook.core.errors import BadArgumentError, Problem
from inglenook.services.events import Announcement, ProblemArose
from inglenook.services.services import Services
from inglenook.services.servingnews import (
    ServingChanged,
    ServingKey,
    ServingPhase,
    ServingState,
)

_LOOK_S = 1.0
"""So often it looks up: a wait without an end is not interrupted on Windows."""

_KEY = re.compile(r"[!-~]{16,200}")
_MOST_KEY_FILE_BYTES = 4096
_ENDS = ("SIGTERM", "SIGHUP", "SIGBREAK")
_UNTOLD = "is not written into the journal: see it in the window, or use --key-file"
_WARNING = "Every computer in your networks can ask now, with this key; nothing is encrypted."


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    about = "load this GGUF file at once"
    verb.add_argument("--model", metavar="FILE", type=whole_path, help=about)
    verb.add_argument(
        "--port", metavar="N", type=_port, help="where to listen; 0 for any that is free"
    )
    verb.add_argument(
        "--network",
        action="store_true",
        help="let other computers ask, not only programs on this one",
    )
    verb.add_argument(
        "--key-file",
        metavar="FILE",
        type=Path,
        help="use the key in this file; made if it is not there",
    )


class Serving:
    """The server without a window.

    Threads: the main thread waits and prints; announcements arrive on others and only set
    fields under the lock.
    """

    def __init__(
        self, services: Services, *, as_json: bool, is_key_in_file: bool = False
    ) -> None:
        self._services, self._as_json = services, as_json
        self._is_key_in_file = is_key_in_file
        self._is_key_told = not (is_key_in_file or goes_to_journal())
        # No Event: its lock may be held where the signal comes, which would wait for itself.
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._state = ServingState()
        self._key: ServingKey | None = None
        self._problems: list[Problem] = []
        self._unsubscribe = services.bus.subscribe(self._hear)

    def run(self, *, port: int | None, is_open: bool) -> int:
        """Serve until a signal comes.

        Returns:
            The exit code: 1 if it could not be begun, or broke.
        """
        with _signals(self._ended):
            self._services.serving.start(port=port, is_open=is_open)
            self._services.serving.read_key()
            is_begun = self._wait_for_beginning()
            if is_begun:
                self._say_where()
                self._wait_for_end()
        self._unsubscribe()
        return int(not is_begun or self._state.phase is ServingPhase.FAILED)

    def _hear(self, announcement: Announcement) -> None:
        with self._changed:
            match announcement:
                case ServingChanged(state):
                    self._state = state
                case ServingKey():
                    self._key = announcement
                case ProblemArose(problem):
                    self._problems.append(problem)
                case _:
                    return
            self._changed.notify_all()

    def _wait_for_beginning(self) -> bool:
        with self._changed:
            while not self._is_settled() and self._ended.empty():
                self._changed.wait(_LOOK_S)
            state = self._state
        if state.problem is not None:
            put_problem(state.problem, as_json=self._as_json)
        return state.phase is ServingPhase.ON

    def _is_settled(self) -> bool:
        is_on = self._state.phase is ServingPhase.ON and self._key is not None
        return is_on or self._state.phase is ServingPhase.FAILED

    def _say_where(self) -> None:
        state, key = self._state, self._key
        assert key is not None
        if self._as_json:
            told = {"key": key.key} if self._is_key_told else {}
            put_json({"address": state.address, "others": state.others, **told})
            return
        put(f"Address  {state.address}")
        for each in state.others:
            put(f"         {each}")
        if self._is_key_told:
            kept = "" if key.is_kept else "  (until this ends: there is no keyring)"
            put(f"Key      {key.key}{kept}")
        elif not self._is_key_in_file:
            put(f"Key      {_UNTOLD}")
        if state.is_open_to_network:
            put(_WARNING)
        put("Ctrl+C ends it.")

    def _wait_for_end(self) -> None:
        while not self._has_ended():
            with self._changed:
                problems, self._problems = self._problems, []
                state = self._state
            for problem in problems:
                put_problem(problem)
            if state.phase is ServingPhase.FAILED and state.problem is not None:
                put_problem(state.problem)
                return

    def _has_ended(self) -> bool:
        """Wait for a signal, but not for long."""
        with suppress(queue.Empty):
            self._ended.get(timeout=_LOOK_S)
            return True
        return False


def serve(services: Services, chosen: argparse.Namespace) -> int:
    """Serve other programs.

    Returns:
        The exit code.

    Raises:
        BadArgumentError: the file of the key has none.
    """
    if chosen.key_file is not None:
        services.serving.use_key(key_in(chosen.key_file))
    services.models.refresh()
    services.api.leave_no_spare_time()
    if chosen.model:
        services.engine.load(chosen.model)
    is_in_file = chosen.key_file is not None
    serving = Serving(services, as_json=chosen.json, is_key_in_file=is_in_file)
    return serving.run(port=chosen.port, is_open=chosen.network)


def goes_to_journal() -> bool:
    """Tell whether systemd keeps what is printed, where more people may read it.

    As systemd.exec(5) has it: ``JOURNAL_STREAM`` is the device and inode of that stream.
    """
    kept = os.environ.get("JOURNAL_STREAM", "")
    try:
        stream = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return kept == f"{stream.st_dev}:{stream.st_ino}"


def key_in(file: Path) -> str:
    """Return the key in a file; if there is no file, make one that only its owner can read.

    Raises:
        BadArgumentError: it cannot be read or made, or holds no key.
    """
    try:
        with (
            suppress(FileExistsError),
            open(file, "x", encoding="ascii", opener=_for_its_owner) as made,
        ):
            made.write(f"ik-{secrets.token_urlsafe(32)}\n")
        with file.open("rb") as there:
            key = there.read(_MOST_KEY_FILE_BYTES).decode("ascii", "replace").strip()
    except OSError as cause:
        raise BadArgumentError(
            "The file of the key cannot be used",
            "Name a file that you may read, or a new one in a folder of yours.",
            reason=cause.strerror,
        ) from cause
    if not _KEY.fullmatch(key):
        raise BadArgumentError(
            "There is no key in this file",
            "Write 16 to 200 letters and digits into it, or name a file that is not there yet.",
        )
    return key


def _for_its_owner(path: str, flags: int) -> int:
    # From the first moment: who has it open already could read what is written later.
    return os.open(path, flags, 0o600)


@contextmanager
def _signals(ended: "queue.SimpleQueue[None]") -> Iterator[None]:
    """Let every signal that asks a program to end be told."""

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.put(None)

    names = [name for name in ("SIGINT", *_ENDS) if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _port(text: str) -> int:
    port = int(text)
    if not (port == 0 or 1024 <= port <= 65_535):
        raise argparse.ArgumentTypeError("choose 0, or from 1024 to 65535")
    return port
