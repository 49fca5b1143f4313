"""A line that shows how far something is: redrawn on a terminal, now and then elsewhere."""

import sys
import time
from collections.abc import Callable

from inglenook.cli.output import safe
from inglenook.core.units import bytes_in_words, seconds_in_words

_WIDTH = 24
_EVERY_S = 10.0


class ProgressLine:
    """How far one thing is, written where errors go.

    Threads: one.
    """

    def __init__(
        self, title: str, *, silent: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Show nothing yet.

        Args:
            title: What it is about.
            silent: Show nothing at all, unless there is a terminal.
            clock: For tests.
        """
        self._title, self._clock = safe(title), clock
        self._is_terminal = sys.stderr.isatty()
        self._is_shown = self._is_terminal or not silent
        self._told_s = float("-inf")
        self._has_drawn = False

    def show(
        self, done_bytes: int, size_bytes: int, bytes_per_s: float, note: str = ""
    ) -> None:
        """Draw it anew.

        Args:
            done_bytes: How much is done.
            size_bytes: Of how much.
            bytes_per_s: 0 if unknown.
            note: Why nothing moves, or "".
        """
        now_s = self._clock()
        if not self._is_shown or (not self._is_terminal and now_s - self._told_s < _EVERY_S):
            return
        self._told_s = now_s
        words = _in_words(done_bytes, size_bytes, bytes_per_s, safe(note))
        if self._is_terminal:
            sys.stderr.write(f"\r{_bar(done_bytes, size_bytes)} {self._title}: {words}\033[K")
        else:
            sys.stderr.write(f"{self._title}: {words}\n")
        sys.stderr.flush()
        self._has_drawn = True

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal and self._has_drawn:
            sys.stderr.write("\n")
            sys.stderr.flush()


def _bar(done: int, size: int) -> str:
    filled = done * _WIDTH // size if size else 0
    return f"[{'#' * filled}{'.' * (_WIDTH - filled)}]"


def _in_words(done: int, size: int, speed: float, note: str) -> str:
    percent = done * 100 // size if size else 0
    parts = [f"{percent} % of {bytes_in_words(size)}"]
    if speed > 0:
        parts.append(f"{bytes_in_words(int(speed))}/s")
        if done < size:
            parts.append(f"{seconds_in_words((size - done) / speed)} left")
    return ", ".join((*parts, note) if note else parts)
