"""The drafts of an answer while they are written, and which one is best so far."""

import math
import threading
import time
from collections.abc import Callable

from inglenook.chat.comparison import Comparison, Foretold, KeptDraft, KeptVote
from inglenook.effort.answers import answer_in
from inglenook.effort.remaining import remaining_s
from inglenook.effort.strategy import Kind, Strategy
from inglenook.effort.tally import Ballot, Choice, best, vote
from inglenook.engine.draftevents import (
    Compared,
    DraftEnded,
    DraftProgressed,
    TreeGrew,
    TreeNode,
)
from inglenook.services.events import LiveDraft
from inglenook.services.kepttree import kept_nodes

DraftEvent = DraftProgressed | DraftEnded | TreeGrew | Compared

_RUNNING = frozenset({"thinking", "writing"})
LOST = "lost"
"""Why a draft ended that the engine took with it."""


class ReplyDrafts:
    """What the engine has told of the drafts of one answer.

    Threads: any; each call is one step.

    Attributes:
        strategy: How the answer is made.
    """

    def __init__(
        self,
        strategy: Strategy,
        foretold: Foretold | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know nothing of the drafts yet.

        Args:
            strategy: How the answer is made.
            foretold: What it was expected to cost; None if nobody could tell.
            clock: Seconds that never go back.
        """
        self.strategy, self._foretold = strategy, foretold
        self._lock = threading.Lock()
        self._live: dict[int, LiveDraft] = {}
        self._ended: dict[int, KeptDraft] = {}
        self._nodes: dict[int, TreeNode] = {}
        self._compared: Compared | None = None
        self._clock, self._since_s = clock, 0.0

    def hear(self, event: DraftEvent) -> None:
        """Take what the engine tells."""
        with self._lock:
            self._since_s = self._since_s or self._clock()
            match event:
                case DraftProgressed(draft=number):
                    self._live[number] = LiveDraft(number, event.tokens, event.state)
                case DraftEnded(draft=number):
                    self._end(event)
                case TreeGrew(nodes=nodes):
                    self._nodes |= {each.node: each for each in nodes}
                case _:
                    self._compared = event
                    told = KeptDraft(event.chosen, event.text, event.thinking)
                    self._ended.setdefault(event.chosen, told)

    def live(self) -> tuple[LiveDraft, ...]:
        """Return the drafts that have begun, by number."""
        with self._lock:
            return tuple(each for _, each in sorted(self._live.items()))

    def left_s(self) -> float | None:
        """Return the seconds that are likely left; None while nobody can tell."""
        with self._lock:
            foretold, drafts = self._foretold, self._live.values()
            if foretold is None or not drafts or self._compared is not None:
                return None
            running = [each.tokens for each in drafts if each.state in _RUNNING]
            ended = [each.tokens for each in drafts if each.state not in _RUNNING]
            spent_s = self._clock() - self._since_s
            return remaining_s(foretold.tokens, foretold.draft_tokens, ended, running, spent_s)

    def nodes(self) -> tuple[TreeNode, ...]:
        """Return the nodes of a tree search, by number."""
        with self._lock:
            return tuple(each for _, each in sorted(self._nodes.items()))

    def comparison(self) -> Comparison | None:
        """Return what is known now, to be kept; None if there is nothing but one draft."""
        with self._lock:
            if self._compared is not None:
                return self._chosen(self._compared)
            if not self._ended:
                return None
            tokens = sum(each.tokens for each in self._live.values())
            return self._comparison(tokens=tokens)

    def settled(self, text: str, thinking: str) -> Comparison | None:
        """Return the comparison of an answer that ended before its drafts were compared.

        Args:
            text: What draft 0 says so far.
            thinking: What was thought before.

        Returns:
            One in which the best of what there is was chosen; None if there is only draft 0.
        """
        kept = self.comparison()
        if kept is None or kept.reason:
            return kept
        with self._lock:
            if 0 not in self._ended:
                tokens = self._live[0].tokens if 0 in self._live else 0
                self._ended[0] = KeptDraft(0, text, thinking, tokens=tokens, why=LOST)
            written = [each for each in self._ended.values() if each.text]
            if not written:
                return self._comparison(tokens=kept.tokens)
            choice = self._choose([_ballot(each) for each in written])
            votes = tuple(
                KeptVote(each.answer, each.weight, each.drafts) for each in choice.groups
            )
            return self._comparison(
                chosen=choice.draft, votes=votes, reason=str(choice.reason), tokens=kept.tokens
            )

    # --- with the lock ---

    def _end(self, event: DraftEnded) -> None:
        number = event.draft
        self._live[number] = LiveDraft(
            number, event.tokens, event.why, event.answer, event.text
        )
        self._ended[number] = _kept(event)

    def _choose(self, ballots: list[Ballot]) -> Choice:
        is_vote = self.strategy.kind is Kind.VOTE or self.strategy.is_tree
        return (vote if is_vote else best)(ballots, self.strategy.score)

    def _chosen(self, told: Compared) -> Comparison:
        votes = tuple(KeptVote(each.answer, each.weight, each.drafts) for each in told.votes)
        return self._comparison(
            chosen=told.chosen,
            votes=votes,
            reason=str(told.reason),
            is_decided=told.is_decided,
            tokens=told.tokens,
            judged_tokens=told.judged_tokens,
            spent_s=told.spent_s,
            scored_by=told.scored_by,
        )

    def _comparison(
        self,
        *,
        chosen: int = 0,
        votes: tuple[KeptVote, ...] = (),
        reason: str = "",
        is_decided: bool = False,
        tokens: int = 0,
        judged_tokens: int = 0,
        spent_s: float = 0.0,
        scored_by: str = "",
    ) -> Comparison:
        return Comparison(
            str(self.strategy.kind),
            self.strategy.drafts,
            tuple(each for _, each in sorted(self._ended.items())),
            chosen,
            votes,
            reason,
            is_decided,
            tokens,
            judged_tokens,
            spent_s,
            self._foretold,
            kept_nodes(self._nodes) if reason else (),
            scored_by,
        )


def _kept(event: DraftEnded) -> KeptDraft:
    scores = event.scores
    return KeptDraft(
        event.draft,
        event.text,
        event.thinking,
        event.answer,
        _finite(event.score),
        event.tokens,
        event.why,
        _finite(scores.sequence),
        _finite(scores.mean),
        _finite(scores.self_certainty),
        _finite(scores.tail),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _ballot(draft: KeptDraft) -> Ballot:
    is_whole = draft.why == "end"
    found = answer_in(draft.text) if is_whole else None
    return Ballot(draft.number, found, draft.score, draft.mean, is_whole=is_whole)
