"""How the echo plays an answer that is read again: made-up odds, the same each time."""

import codecs
import math
import time
import zlib

from inglenook.chat.message import Timings
from inglenook.engine.echoscript import tokens_of
from inglenook.engine.protocol import Done, Event, TokenOdds, Weigh, Weighed

_A_STEP = 8


class EchoOdds:
    """One answer that is being read again, a few tokens a step.

    Threads: the host's main thread.

    Attributes:
        started: The first thing to tell.
        due_s: When its next step may be done.
        ahead: How many wait before it, when that was last told.
    """

    def __init__(self, command: Weigh, text: str) -> None:
        self.request = command.request
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        texts = [decoder.decode(each) for each in tokens_of(text)]
        opening = texts.pop(0) if command.raw and texts else None
        self._left = [_odds_of(text, command.others) for text in texts]
        self._total = len(self._left)
        self.started: Event = Weighed(self.request, (), self._total, opening)
        self.due_s = time.monotonic()
        self.ahead = -1

    def steps(self) -> list[Event]:
        """Tell some more, and the end after the last."""
        told, self._left = tuple(self._left[:_A_STEP]), self._left[_A_STEP:]
        events: list[Event] = [Weighed(self.request, told, self._total)]
        if not self._left:
            events.append(Done(self.request, "end", Timings()))
        return events

    def stop(self) -> list[Event]:
        """End now."""
        return [Done(self.request, "stopped", Timings())]

    def take_leading(self) -> list[Event]:
        """Go on: there is nothing to choose from."""
        return []


def _odds_of(text: str, others: int) -> TokenOdds:
    likely = (zlib.crc32(text.encode()) % 95 + 5) / 100
    rest = (1 - likely) / (others + 1)
    ranked = [(text, math.log(likely))]
    ranked += [(f"{text.strip()}{number}", math.log(rest)) for number in range(1, others)]
    ranked.sort(key=lambda each: -each[1])
    return TokenOdds(text, math.log(likely), tuple(ranked))
