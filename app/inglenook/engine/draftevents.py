"""What the engine says of an answer that is made of several drafts."""

import msgspec

from inglenook.effort.scores import Scores
from inglenook.effort.strategy import Reason
from inglenook.engine.tagged import Tagged


class Vote(msgspec.Struct, frozen=True):
    """Drafts that give the same answer.

    Attributes:
        answer: As most of them write it; ``""`` for drafts in which none was found.
        weight: Share of all weights, 0 to 1.
        drafts: Their numbers, ascending.
    """

    answer: str
    weight: float
    drafts: tuple[int, ...]


class TreeNode(msgspec.Struct, frozen=True):
    """One step of a tree search, new or changed.

    Attributes:
        node: Its number, from 0; a child has a higher one than its parent.
        parent: Its parent's number; -1 below the prompt.
        depth: Steps above it, 0 for a first step.
        score: 0 to 1; None while it has none.
        tokens: It takes so many.
        state: ``"growing"``, ``"waiting"``, ``"dropped"``, ``"finished"`` or ``"chosen"``.
        text: What the step says, at most its first 200 characters.
    """

    node: int
    parent: int
    depth: int
    score: float | None
    tokens: int
    state: str
    text: str = ""


class DraftProgressed(Tagged, frozen=True):
    """How far a draft is; at most ten a second of one answer.

    Attributes:
        draft: Its number, from 0; the text of 0 comes as Delta.
        tokens: It has so many.
        state: ``"thinking"`` or ``"writing"``.
    """

    request: str
    draft: int
    tokens: int
    state: str


class DraftEnded(Tagged, frozen=True):
    """A draft has its end.

    Attributes:
        text: All of it, what stop strings cut off excepted.
        answer: What was found in the text to compare; ``""`` for nothing.
        score: As the strategy asks; None for a draft that has none.
        tokens: It took so many.
        why: A reason as in Done; ``"dropped"`` if nothing depended on it any more, ``"room"``
            if memory was short.
        scores: All that was noted of how good it seems; what needs whole rows of logits only
            if the strategy asks for it.
    """

    request: str
    draft: int
    text: str
    thinking: str
    answer: str
    score: float | None
    tokens: int
    why: str
    scores: Scores = Scores()


class TreeGrew(Tagged, frozen=True):
    """Steps of a tree search that are new or have changed; at most ten a second."""

    request: str
    nodes: tuple[TreeNode, ...]


class Compared(Tagged, frozen=True):
    """Which draft is the answer; comes after the last DraftEnded and before Done.

    Attributes:
        chosen: Its number.
        votes: Groups of equal answers, the heaviest first.
        is_decided: The vote was over before all drafts were there, or all were.
        text: Of the chosen draft, unless it is number 0, whose text came as Delta.
        thinking: Of the same.
        tokens: All drafts together took so many, those that were dropped included.
        judged_tokens: So many were read only to score drafts.
        spent_s: Seconds from the question to here.
        scored_by: The name of another model that scored the drafts; ``""`` for none.
    """

    request: str
    chosen: int
    votes: tuple[Vote, ...]
    reason: Reason
    is_decided: bool
    text: str = ""
    thinking: str = ""
    tokens: int = 0
    judged_tokens: int = 0
    spent_s: float = 0.0
    scored_by: str = ""
