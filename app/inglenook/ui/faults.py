"""Errors nobody foresaw: logged by kind and place, told to the person calmly."""

import logging
import re
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from inglenook.core.errors import InglenookError, Problem
from inglenook.ui.words import tr

_SEPARATORS = re.compile(r"[\\/]")
_DEEPEST = 6

log = logging.getLogger(__name__)


class Faults:
    """The window process's last net, in place of ``sys.excepthook``.

    An exception in a slot ends that slot, not the application. While a fault is being shown
    further ones are logged only, so that a fault in painting cannot flood the person.

    Threads: the UI thread.
    """

    def __init__(self, show: Callable[[Problem], None]) -> None:
        self._show = show
        self._is_showing = False
        self._before = sys.excepthook

    def install(self) -> None:
        """Take over from here on."""
        sys.excepthook = self._caught

    def remove(self) -> None:
        """Give the hook back."""
        sys.excepthook = self._before

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        log.error("A fault in the window", exc_info=(kind, error, trace))
        if self._is_showing:
            return
        self._is_showing = True
        try:
            self._show(_in_words(error, trace))
        except Exception:
            log.exception("The fault could not be shown")
        finally:
            self._is_showing = False


def _in_words(error: BaseException, trace: TracebackType | None) -> Problem:
    if isinstance(error, InglenookError):
        return error.problem
    title = tr("Something in the window went wrong")
    advice = tr("Your chats are safe. If it happens again, restart Inglenook.")
    return Problem(title, advice, {"fault": type(error).__name__, "place": _place(trace)})


def _place(trace: TracebackType | None) -> str:
    """Return the last lines of ours on the way to a fault, by file and number alone.

    What an error says of itself may hold words of a chat, and so may the lines.
    """
    frames = [
        f"{_SEPARATORS.split(frame.f_code.co_filename)[-1]}:{line}"
        for frame, line in traceback.walk_tb(trace)
        if "inglenook" in frame.f_code.co_filename
    ]
    return " < ".join(reversed(frames[-_DEEPEST:])) or "outside"
