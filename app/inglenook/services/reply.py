"""An answer while it is being written: text that one thread adds to and another reads."""

import threading
import time
from collections import deque

from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.services.events import LiveText

_RATE_WINDOW_S = 3.0


class LiveReply:
    """The text of one answer so far, and how fast it comes.

    Threads: ``add`` and ``wait_for`` on the engine's reader thread, the rest on any.

    Attributes:
        request: Its name in the engine.
        node: The message it will become.
        saved_s: Monotonic time at which its text was last stored; the chat worker's.
    """

    def __init__(self, request: RequestId, chat: ChatId, node: NodeId) -> None:
        self.request, self.chat, self.node = request, chat, node
        self.saved_s = time.monotonic()
        self._lock = threading.Lock()
        self._answer: list[str] = []
        self._thinking: list[str] = []
        self._waiting_for = "Waiting"
        self._tokens = 0
        self._recent: deque[tuple[float, int]] = deque()

    def wait_for(self, what: str) -> None:
        """Say why nothing is written yet."""
        with self._lock:
            self._waiting_for = what

    def add(self, text: str, tokens: int, *, thinking: bool, now_s: float) -> None:
        """Append what the engine has written."""
        with self._lock:
            (self._thinking if thinking else self._answer).append(text)
            self._waiting_for = ""
            self._tokens += tokens
            self._recent.append((now_s, self._tokens))
            while self._recent[0][0] < now_s - _RATE_WINDOW_S and len(self._recent) > 2:
                self._recent.popleft()

    def live(self) -> LiveText:
        """Return everything written so far."""
        with self._lock:
            self._answer = ["".join(self._answer)]
            self._thinking = ["".join(self._thinking)]
            return LiveText(
                self._answer[0],
                self._thinking[0],
                self._waiting_for,
                self._tokens,
                self._rate(),
            )

    def _rate(self) -> float:
        if len(self._recent) < 2:
            return 0.0
        (first_s, before), (last_s, now) = self._recent[0], self._recent[-1]
        return (now - before) / (last_s - first_s) if last_s > first_s else 0.0
