"""The drafts of an answer, and why one of them is the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """One draft, as it is kept with the message.

    Attributes:
        number: From 0; number 0 was shown while it was written.
        text: What it says.
        thinking: What was thought before.
        answer: What was found in it to compare; ``""`` for nothing.
        score: How good it seemed, higher for better; None if that was not asked.
        tokens: It took so many.
        why: How it ended: ``"end"``, ``"length"``, ``"context"``, ``"stopped"``,
            ``"dropped"``, ``"room"``, ``"failed"`` or, if the engine died, ``"lost"``.
        logprob: Natural logarithm of its probability; this and what follows higher for
            better, by the model's own logits, None where it was not noted.
        mean: Mean log-probability of its tokens.
        self_certainty: Mean distance of the model's distribution from the uniform one.
        tail: Confidence in its last tokens.
    """

    number: int
    text: str
    thinking: str = ""
    answer: str = ""
    score: float | None = None
    tokens: int = 0
    why: str = "end"
    logprob: float | None = None
    mean: float | None = None
    self_certainty: float | None = None
    tail: float | None = None


@dataclass(frozen=True, slots=True)
class KeptVote:
    """Drafts that give the same answer.

    Attributes:
        answer: As it was written; ``""`` for drafts without one.
        weight: Share of all weights, 0 to 1.
        drafts: Their numbers, ascending.
    """

    answer: str
    weight: float
    drafts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeptNode:
    """One step of a tree search, as it is kept with the message.

    Attributes:
        node: Its number; a child has a higher one than its parent.
        parent: Its parent's number; -1 below the prompt.
        depth: Steps above it, 0 for a first step.
        score: 0 to 1; None if it had none.
        tokens: It took so many.
        state: ``"dropped"``, ``"finished"``, ``"chosen"``, or what it was when all ended.
        text: The beginning of what it says.
    """

    node: int
    parent: int
    depth: int
    score: float | None
    tokens: int
    state: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What an answer was expected to cost.

    Attributes:
        seconds: From the question to the choice, if drafts agree as often as they usually do.
        tokens: Written by all drafts together, the same.
        most_s: Seconds if no two drafts agree.
        memory_bytes: Of the drafts, besides the prompt, at most; 0 if nobody can tell.
        draft_tokens: Of one draft; 0 if nobody remembers.
    """

    seconds: float
    tokens: int
    most_s: float
    memory_bytes: int = 0
    draft_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an answer was chosen, and what it cost.

    Attributes:
        kind: What was done, as in effort/strategy.py: ``"vote"``, ``"best_of"``…
        most_drafts: There could have been so many.
        drafts: Those there were, by number.
        chosen: The number of the one whose text is the message.
        votes: Heaviest first.
        reason: Why it was chosen, as in effort/strategy.py; ``""`` while nothing is.
        is_decided: No further draft could have changed it, or none was left.
        tokens: All drafts together took so many.
        judged_tokens: So many were read only to score drafts.
        spent_s: Seconds from the question to the choice.
        foretold: What was expected before it began; None if nothing was measured yet.
        nodes: Of a tree search, by number; the best paths of a large one.
        scored_by: The name of another model that scored the drafts; ``""`` for none.
    """

    kind: str
    most_drafts: int
    drafts: tuple[KeptDraft, ...] = ()
    chosen: int = 0
    votes: tuple[KeptVote, ...] = ()
    reason: str = ""
    is_decided: bool = False
    tokens: int = 0
    judged_tokens: int = 0
    spent_s: float = 0.0
    foretold: Foretold | None = None
    nodes: tuple[KeptNode, ...] = ()
    scored_by: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether another draft was chosen than the one that was shown while it was written."""
        return self.chosen != 0

    @property
    def agreeing(self) -> int:
        """How many drafts give the answer of the chosen one; 0 if it has none."""
        return next(
            (
                len(each.drafts)
                for each in self.votes
                if each.answer and self.chosen in each.drafts
            ),
            0,
        )
