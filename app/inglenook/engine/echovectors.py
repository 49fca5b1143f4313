"""How the echo plays vectors and scores: from the words of a text, the same each time."""

import math
import re
import struct
import time
import zlib
from collections.abc import Iterator

from inglenook.chat.message import Timings
from inglenook.engine.echoscript import tokens_of
from inglenook.engine.protocol import Done, Embed, Embedded, Event, Rank, Ranked

ECHO_WIDTH = 64
"""How many numbers an echoed vector has."""


class EchoVectors:
    """Texts whose vectors or scores are told, one text a step.

    Threads: the host's main thread.

    Attributes:
        started: Nothing is told before the first step.
        due_s: When its next step may be done.
        ahead: How many wait before it, when that was last told.
    """

    def __init__(self, command: Embed | Rank) -> None:
        self.request = command.request
        self.started: Event | None = None
        self.due_s = time.monotonic()
        self.ahead = -1
        self._tokens = 0
        self._events = (
            self._ranked(command) if isinstance(command, Rank) else self._embedded(command)
        )

    def steps(self) -> list[Event]:
        """Tell the next text, or the end."""
        event = next(self._events, None)
        return [event if event is not None else self._end("end")]

    def stop(self) -> list[Event]:
        """End now."""
        return [self._end("stopped")]

    def take_leading(self) -> list[Event]:
        """Go on: there is nothing to choose from."""
        return []

    def _end(self, reason: str) -> Done:
        return Done(self.request, reason, Timings(prompt_tokens=self._tokens))

    def _embedded(self, command: Embed) -> Iterator[Event]:
        for place, text in enumerate(command.texts):
            tokens = len(tokens_of(text))
            self._tokens += tokens
            vector = struct.pack(f"<{ECHO_WIDTH}f", *vector_of(text))
            yield Embedded(self.request, place, vector, tokens)

    def _ranked(self, command: Rank) -> Iterator[Event]:
        self._tokens = sum(len(tokens_of(command.question + each)) for each in command.texts)
        scores = tuple(score_of(command.question, each) for each in command.texts)
        yield Ranked(self.request, scores, self._tokens)


def vector_of(text: str) -> list[float]:
    """Return a vector of length 1: texts that share words point to the same side."""
    numbers = [0.0] * ECHO_WIDTH
    for word in _words(text):
        numbers[zlib.crc32(word.encode("utf-8", "replace")) % ECHO_WIDTH] += 1.0
    length = math.hypot(*numbers)
    return [each / length for each in numbers] if length else [1.0] + [0.0] * (ECHO_WIDTH - 1)


def score_of(question: str, text: str) -> float:
    """Return which share of the question's words a text has, 0 to 1."""
    asked = set(_words(question))
    return len(asked & set(_words(text))) / len(asked) if asked else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
