"""What the window is told of several drafts, and how often."""

import time
from collections.abc import Callable, Iterable

from inglenook.effort.strategy import Score
from inglenook.effort.tally import Choice
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed, Vote
from inglenook.engine.protocol import Delta, Event, TokenOdds, ToolCalled
from inglenook.engine.textstream import Piece

PROGRESS_S = 0.1
"""Between two DraftProgressed of an answer."""


class Telling:
    """Makes events of what happens to drafts.

    Threads: the engine's main thread only.
    """

    def __init__(self, request: str, score: Score, emit: Callable[[Event], None]) -> None:
        self._request = request
        self._score = score
        self._emit = emit
        self._told_s = 0.0

    def write(
        self,
        live: LiveDraft,
        pieces: list[Piece],
        tokens: int,
        odds: tuple[TokenOdds, ...] = (),
    ) -> None:
        """Send what is new of the draft that is shown, which is the first."""
        if live.number:
            return
        for each in pieces:
            if each.call is None:
                self._emit(Delta(self._request, each.text, tokens, each.thinking, odds))
                tokens, odds = 0, ()
            else:
                self._emit(ToolCalled(self._request, each.call.name, each.call.arguments))
        if tokens:
            self._emit(Delta(self._request, "", tokens, odds=odds))

    def progress(self, running: Iterable[LiveDraft]) -> None:
        """Tell of the draft that has moved on most since it was told of, if it is time."""
        now_s = time.perf_counter()
        if now_s < self._told_s + PROGRESS_S:
            return
        live = max(running, key=lambda each: each.tokens - each.told_tokens, default=None)
        if live is not None and live.tokens > live.told_tokens:
            self._told_s, live.told_tokens = now_s, live.tokens
            state = "thinking" if live.draft.is_thinking else "writing"
            self._emit(DraftProgressed(self._request, live.number, live.tokens, state))

    def end(self, live: LiveDraft) -> None:
        """Tell how a draft ended."""
        answer = live.found.text if live.found else ""
        score = live.score(self._score)
        self._emit(
            DraftEnded(
                self._request,
                live.number,
                live.text,
                live.thinking,
                answer,
                score,
                live.tokens,
                live.draft.reason,
                live.scores(),
            )
        )

    def compared(
        self,
        choice: Choice,
        chosen: LiveDraft,
        *,
        is_decided: bool,
        tokens: int,
        judged_tokens: int,
        spent_s: float,
    ) -> None:
        """Tell which draft is the answer, with its text unless that has been sent."""
        votes = tuple(Vote(each.answer, each.weight, each.drafts) for each in choice.groups)
        is_shown = not chosen.number
        self._emit(
            Compared(
                self._request,
                chosen.number,
                votes,
                choice.reason,
                is_decided,
                text="" if is_shown else chosen.text,
                thinking="" if is_shown else chosen.thinking,
                tokens=tokens,
                judged_tokens=judged_tokens,
                spent_s=spent_s,
            )
        )
