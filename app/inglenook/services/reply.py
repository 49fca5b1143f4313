"""An answer while it is being written: text that one thread adds to and another reads."""

import threading
import time
from collections import deque
from dataclasses import replace

from inglenook.chat.comparison import Comparison, Foretold
from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.made import Made
from inglenook.chat.message import Message
from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.effort.strategy import PLAIN, Strategy
from inglenook.services.events import LiveText
from inglenook.services.replydrafts import DraftEvent, ReplyDrafts

_RATE_WINDOW_S = 3.0


class LiveReply:
    """The text of one answer so far, and how fast it comes.

    Threads: ``add``, ``hear``, ``wait_for`` and ``saved_s`` on the engine's reader thread,
    ``is_save_failing`` on the store's worker, ``is_save_due`` on both, the rest on any.

    Attributes:
        request: Its name in the engine.
        node: The message it will become.
        before: The unfinished answer that it goes on with; None for a new one.
        strategy: How it is made.
        choice: By which engine.
        made: The settings it is made with; written before it is asked for, and once more by
            the reader thread.
        thought_s: Seconds from its first thought to its first word; 0 before both.
        saved_s: Monotonic time at which its text was last given to the store.
        is_save_due: The store has been asked to keep its text and has not begun.
        is_save_failing: The person has been told that its text cannot be stored.
    """

    def __init__(
        self,
        request: RequestId,
        chat: ChatId,
        node: NodeId,
        before: Message | None = None,
        strategy: Strategy = PLAIN,
        foretold: Foretold | None = None,
        choice: Choice = HERE,
    ) -> None:
        self.request, self.chat, self.node, self.before = request, chat, node, before
        self.strategy, self.choice = strategy, choice
        self.made = Made()
        self.thought_s = 0.0
        self._thinks_since_s: float | None = None
        self._drafts = ReplyDrafts(strategy, foretold)
        self.saved_s = time.monotonic()
        self.is_save_due = False
        self.is_save_failing = False
        self._lock = threading.Lock()
        self._answer: list[str] = [before.text] if before else []
        self._thinking: list[str] = [before.thinking] if before else []
        self._waiting_for = "Waiting"
        self._tokens = 0
        self._recent: deque[tuple[float, int]] = deque()

    def wait_for(self, what: str) -> None:
        """Say why nothing new is written yet."""
        with self._lock:
            self._waiting_for = what

    def add(self, text: str, tokens: int, *, thinking: bool, now_s: float) -> None:
        """Append what the engine has written.

        Args:
            text: Whole characters.
            tokens: How many it took; may be 0.
            thinking: It belongs to the part before the answer.
            now_s: Monotonic time; never goes back.
        """
        with self._lock:
            (self._thinking if thinking else self._answer).append(text)
            self._time_thoughts(now_s, thinking=thinking)
            self._waiting_for = ""
            self._tokens += tokens
            self._recent.append((now_s, self._tokens))
            while len(self._recent) > 2 and self._recent[0][0] < now_s - _RATE_WINDOW_S:
                self._recent.popleft()

    def _time_thoughts(self, now_s: float, *, thinking: bool) -> None:
        if thinking and self._thinks_since_s is None:
            self._thinks_since_s = now_s
        elif not thinking and self._thinks_since_s is not None and not self.thought_s:
            self.thought_s = now_s - self._thinks_since_s

    def hear(self, event: DraftEvent) -> None:
        """Take what the engine tells of drafts."""
        self._drafts.hear(event)

    def live(self) -> LiveText:
        """Return everything written so far.

        Once drafts are compared, the text is that of the chosen one.
        """
        comparison = self._drafts.comparison()
        with self._lock:
            self._answer = ["".join(self._answer)]
            self._thinking = ["".join(self._thinking)]
            text, thinking = _said(comparison, self._answer[0], self._thinking[0])
            return LiveText(
                text,
                thinking,
                self._waiting_for,
                self._tokens,
                self._rate(),
                self._drafts.live(),
                self.strategy.drafts,
                self._drafts.nodes(),
                comparison,
                self._drafts.left_s(),
            )

    def ended(self) -> LiveText:
        """Return what it says when nothing more comes: of several drafts, the best so far."""
        now = self.live()
        settled = self._drafts.settled(now.text, now.thinking)
        text, thinking = _said(settled, now.text, now.thinking)
        return replace(now, text=text, thinking=thinking, comparison=settled)

    def _rate(self) -> float:
        if len(self._recent) < 2:
            return 0.0
        (first_s, before), (last_s, now) = self._recent[0], self._recent[-1]
        return (now - before) / (last_s - first_s) if last_s > first_s else 0.0


def _said(comparison: Comparison | None, text: str, thinking: str) -> tuple[str, str]:
    """Return text and thinking of the chosen draft, or what was given for draft 0."""
    if comparison is None or not comparison.is_changed:
        return text, thinking
    chosen = next(each for each in comparison.drafts if each.number == comparison.chosen)
    return chosen.text, chosen.thinking
