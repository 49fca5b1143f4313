"""One draft of several: what it has written, how likely that was, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inglenook.effort.answers import Found, answer_in
from inglenook.effort.scores import Scores, Trace, mean_logprob, score_of, scores_of
from inglenook.effort.strategy import Score
from inglenook.effort.tally import Ballot
from inglenook.engine.branch import Branch
from inglenook.engine.draft import Draft
from inglenook.engine.sequence import Sequence
from inglenook.engine.textstream import Piece

_WHOLE = "end"


@dataclass(slots=True)
class LiveDraft:
    """A draft in the making, and after its end.

    Threads: the engine's main thread only.

    Attributes:
        number: From 0.
        draft: Its text in the making.
        branch: Where it grows; None once it has ended.
        left_in: The sequence in which it may still be resident.
        text: What the answer says so far.
        thinking: What was thought before.
        logprobs: Of the tokens it picked, by the raw logits.
        measures: What scores need of each row, for those that were asked for.
        judged: Probability that it is right, by the judge.
        found: Its answer, once it has ended.
        told_tokens: How many tokens it had when that was last told.
    """

    number: int
    draft: Draft
    branch: Branch | None = None
    left_in: Sequence | None = None
    text: str = ""
    thinking: str = ""
    logprobs: list[float] = field(default_factory=list)
    measures: dict[Score, list[float]] = field(default_factory=dict)
    judged: float | None = None
    found: Found | None = None
    told_tokens: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is written."""
        return bool(self.draft.reason)

    @property
    def is_whole(self) -> bool:
        """Whether it came to its end by itself."""
        return self.draft.reason == _WHOLE

    @property
    def tokens(self) -> int:
        """Tokens it has."""
        return self.draft.written

    def take(self, token: int) -> list[Piece]:
        """Take a token; return the text that is certain now."""
        pieces = self.draft.take(token)
        self.write(pieces)
        return pieces

    def write(self, pieces: list[Piece]) -> None:
        """Note pieces of text."""
        for each in pieces:
            if each.thinking:
                self.thinking += each.text
            else:
                self.text += each.text

    def end(self, reason: str) -> list[Piece]:
        """End it for a reason from outside; return what was held back."""
        pieces: list[Piece] = []
        self.draft.end(reason, pieces)
        self.write(pieces)
        return pieces

    def read_answer(self, question: str) -> None:
        """Find its answer. What was cut off has none: it may stand in the middle of a sum."""
        self.found = answer_in(self.text, question) if self.is_whole else None

    def score(self, score: Score) -> float | None:
        """Return how good it seems."""
        if score is Score.JUDGE:
            return self.judged
        return score_of(score, Trace(self.logprobs, self.measures))

    def note(self, logprob: float, measures: Mapping[Score, float]) -> None:
        """Note how likely a token was that it picked, and what scores need of its row."""
        self.logprobs.append(logprob)
        for score, value in measures.items():
            self.measures.setdefault(score, []).append(value)

    def scores(self) -> Scores:
        """Return everything that was noted of how good it seems."""
        return scores_of(Trace(self.logprobs, self.measures))

    def ballot(self, score: Score) -> Ballot:
        """Return it as it is compared."""
        mean = mean_logprob(Trace(self.logprobs))
        return Ballot(self.number, self.found, self.score(score), mean, self.is_whole)
