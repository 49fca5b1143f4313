"""One answer of the echo engine that is chosen from several drafts."""

import threading
import time
from dataclasses import dataclass

from inglenook.effort.answers import Found, answer_in
from inglenook.effort.stopping import is_decided
from inglenook.effort.strategy import Kind, Score
from inglenook.effort.tally import Ballot, best, counts_of, standing_of, vote
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed, Vote
from inglenook.engine.echoreply import Doom, EchoReply
from inglenook.engine.echoscript import Script, drafts_of, tokens_of
from inglenook.engine.protocol import Answer, Delta, Done, Event

PROGRESS_S = 0.1
"""Between two DraftProgressed of an answer, as the real engine has it."""


@dataclass(slots=True)
class _Draft:
    number: int
    tokens: list[bytes]
    written: int = 0
    told: int = 0
    why: str = ""

    @property
    def text(self) -> str:
        return b"".join(self.tokens[: self.written]).decode("utf-8", "replace")

    @property
    def found(self) -> Found | None:
        return answer_in(self.text) if self.why == "end" else None

    @property
    def score(self) -> float:
        """Pretend that the shorter is the likelier."""
        return -float(len(self.tokens))

    def ballot(self) -> Ballot:
        return Ballot(self.number, self.found, self.score, is_whole=self.why == "end")


class EchoDrafts(EchoReply):
    """Writes draft 0 as a reply, and beside each of its tokens one of every other draft.

    Threads: the host's main thread.
    """

    def __init__(
        self,
        command: Answer,
        script: Script,
        text: str,
        *,
        room_tokens: int,
        aborted: threading.Event,
        doom: Doom,
    ) -> None:
        texts = drafts_of(text, command.strategy.drafts)
        super().__init__(
            command, script, texts[0], room_tokens=room_tokens, aborted=aborted, doom=doom
        )
        self._strategy = command.strategy
        self._drafts = [_Draft(at, tokens_of(each)) for at, each in enumerate(texts)]
        self._others = self._drafts[1:]
        self._told_s = 0.0
        self._decided = False

    def steps(self) -> list[Event]:
        """Take a step of every draft and return what happened."""
        event = self._first_step()
        if event is None or isinstance(event, Delta):
            events: list[Event] = [] if event is None else [event]
            return [*events, *self._step_others()]
        if not isinstance(event, Done):
            return [event]
        return [self._ended(self._drafts[0], event.reason), *self._step_others()]

    def _first_step(self) -> Event | None:
        return None if self._drafts[0].why else self.step()

    def stop(self) -> list[Event]:
        """End now, with the best so far."""
        text = [each for each in super().stop() if isinstance(each, Delta)]
        return [*text, *self._conclude("stopped")]

    def take_leading(self) -> list[Event]:
        """Choose now."""
        return self._conclude("dropped")

    def _step_others(self) -> list[Event]:
        events: list[Event] = []
        if not self._drafts[0].why:
            self._drafts[0].written = self._written
        for draft in self._others:
            if draft.why:
                continue
            draft.written += 1
            if draft.written >= len(draft.tokens):
                events.append(self._ended(draft, "end"))
        events += self._progress()
        if self._is_over():
            events += self._conclude("dropped")
        elif self._drafts[0].why:
            self._written += 1  # the pace goes on, though nobody sees the first draft grow
        return events

    def _is_over(self) -> bool:
        ended = [each for each in self._drafts if each.why]
        left = len(self._drafts) - len(ended)
        counts = standing_of([each.ballot() for each in ended], self._strategy)
        self._decided = not left or is_decided(
            self._strategy, counts, left, latest=_latest(ended)
        )
        return self._decided

    def _progress(self) -> list[Event]:
        now_s = time.monotonic()
        behind = [each for each in self._drafts if not each.why and each.written > each.told]
        if not behind or now_s < self._told_s + PROGRESS_S:
            return []
        draft = max(behind, key=lambda each: each.written - each.told)
        self._told_s, draft.told = now_s, draft.written
        return [DraftProgressed(self._request, draft.number, draft.written, "writing")]

    def _ended(self, draft: _Draft, why: str) -> DraftEnded:
        draft.why = why
        if not draft.number:
            draft.written = self._written
        found, score = draft.found, self._strategy.score
        return DraftEnded(
            self._request,
            draft.number,
            draft.text,
            "",
            found.text if found else "",
            None if score is Score.COUNT else draft.score,
            draft.written,
            why,
        )

    def _conclude(self, why: str) -> list[Event]:
        events: list[Event] = [self._ended(each, why) for each in self._drafts if not each.why]
        choose = best if self._strategy.kind is Kind.BEST_OF else vote
        choice = choose([each.ballot() for each in self._drafts], self._strategy.score)
        chosen = self._drafts[choice.draft]
        events.append(
            Compared(
                self._request,
                choice.draft,
                tuple(Vote(each.answer, each.weight, each.drafts) for each in choice.groups),
                choice.reason,
                is_decided=self._decided,
                text=chosen.text if chosen.number else "",
                tokens=sum(each.written for each in self._drafts),
                spent_s=time.monotonic() - self._began_s,
            )
        )
        self._written = chosen.written
        reason = "stopped" if "stopped" in {why, chosen.why} else chosen.why
        return [*events, self._done("stopped" if reason == "dropped" else reason)]


def _latest(ended: list[_Draft]) -> int:
    """Return how many of the last ones agree; they are taken in order of their numbers."""
    agree = 0
    for count in range(1, len(ended) + 1):
        if counts_of([each.ballot() for each in ended[-count:]]) != [count]:
            break
        agree = count
    return agree
