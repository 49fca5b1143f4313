"""How much computation an answer gets, and how it is spent."""

from dataclasses import dataclass
from enum import StrEnum

from inglenook.core.errors import BadArgumentError

MOST_DRAFTS = 64
"""Voting is flat beyond some 32 samples of a 7B model, arXiv 2408.00724."""

MOST_MARK_CHARACTERS = 64


class Kind(StrEnum):
    """What is done with several drafts."""

    PLAIN = "plain"
    """One draft, which is the answer."""
    VOTE = "vote"
    """Equal answers are grouped, and the heaviest group wins. Self-consistency, arXiv
    2203.11171."""
    BEST_OF = "best_of"
    """The draft with the best score wins."""
    SEARCH = "search"
    """Reward-balanced tree search (REBASE), arXiv 2408.00724."""
    BEAM = "beam"
    """A step at a time, the best beginnings are kept."""
    CONSISTENCY = "consistency"
    """The model is shown its drafts and says which agrees best with most: universal
    self-consistency, arXiv 2311.17311. For text in which no answer can be compared."""
    SYNTHESIS = "synthesis"
    """The model is shown its drafts, the best first, and writes one answer from them."""
    MCTS = "mcts"
    """Monte Carlo tree search with upper confidence bounds."""


class Score(StrEnum):
    """What a draft weighs; a higher score is better."""

    COUNT = "count"
    """All weigh the same."""
    SEQUENCE = "sequence"
    """Probability of the whole draft, by the model's own logits before any knob."""
    MEAN = "mean"
    """Mean log-probability of its tokens, by the same logits."""
    SELF_CERTAINTY = "self_certainty"
    """Mean distance of the model's distribution from the uniform one, arXiv 2502.18581."""
    TAIL = "tail"
    """Confidence in its last tokens, arXiv 2508.15260."""
    JUDGE = "judge"
    """Probability of "yes" when the model itself is asked whether the draft is right."""
    REWARD = "reward"
    """What a reward model says of it: another model, which reads question and draft."""
    LIKENESS = "likeness"
    """How near it is to what all drafts say, by the vectors of an embedding model."""


BY_OTHERS = frozenset({Score.REWARD, Score.LIKENESS})
"""Scores that other models give, once the drafts are there. The engine that writes the drafts
knows none of them, and chooses by the drafts' probabilities in their place."""


class Stop(StrEnum):
    """When no more drafts are wanted, though there could be more.

    Drafts count alike here where nothing else is said.
    """

    NEVER = "never"
    LEAD = "lead"
    """The runner-up cannot catch up any more."""
    BETA = "beta"
    """The leader stays first with the probability ``threshold``, arXiv 2305.11860."""
    UNANIMOUS = "unanimous"
    """The last ``window`` drafts agree, arXiv 2401.10480."""
    MARGIN = "margin"
    """The leader is further ahead than the drafts to come are likely to bring anybody: by
    ``margin`` times the root of their number, as far as a random walk of so many steps goes.
    Here drafts count by their scores, one on average. Our own rule."""


class Reason(StrEnum):
    """Why the chosen draft was chosen."""

    ONLY = "only"
    """There is no other with any text."""
    AGREEMENT = "agreement"
    """Its answer was given most often."""
    WEIGHT = "weight"
    """Its answer has most weight, though it was not given most often."""
    SCORE = "score"
    """It has the best score."""
    REWARD = "reward"
    """A reward model gave it the best score."""
    LIKENESS = "likeness"
    """It is nearest to what all drafts say, as an embedding model finds."""
    CONSISTENCY = "consistency"
    """The model itself found that it agrees best with most."""
    SYNTHESIS = "synthesis"
    """It was written from the others."""
    NO_ANSWERS = "no_answers"
    """No two drafts have an answer that could be compared; the best score decides."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """How an answer is made; the knobs of its drafts are those of chat/sampling.py.

    Attributes:
        kind: What is done.
        drafts: Most drafts, 1 to 64; a tree search ends with at most so many paths.
        score: What a draft weighs.
        stop: When no more drafts are wanted.
        threshold: Of ``Stop.BETA``, 0.5 to 1.
        window: Of ``Stop.UNANIMOUS``: how many drafts, 2 to 64.
        margin: Of ``Stop.MARGIN``: how sure to be, 0.1 to 10.
        budget_tokens: Most tokens all drafts together may write; None for no limit.
        width: Branches of a tree that grow at once, 1 to 64.
        step_mark: What ends a step of a tree; 1 to 64 characters.
        step_tokens: A step ends after so many at the latest, 1 to 65,536.
        balance: How evenly a tree's budget is spread over good and bad nodes, 0.01 to 100
            (temperature of the softmax over scores); the authors use 0.2.
        depth: Most steps of a path, 1 to 256; the authors use 25.
        keep: Of a beam: of so many children one is kept, 1 to 64.
        exploration: Of Monte Carlo search: weight of what was seldom tried, 0 to 10.
        is_scored: Every score of each draft is told, not only the one that decides; it takes
            two more passes over each row of logits.
    """

    kind: Kind = Kind.PLAIN
    drafts: int = 1
    score: Score = Score.COUNT
    stop: Stop = Stop.NEVER
    threshold: float = 0.95
    window: int = 3
    margin: float = 1.25
    budget_tokens: int | None = None
    width: int = 8
    step_mark: str = "\n\n"
    step_tokens: int = 256
    balance: float = 0.2
    depth: int = 25
    keep: int = 4
    exploration: float = 1.4
    is_scored: bool = False

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            _check(name, getattr(self, name), low, high)
        _check("characters in step_mark", len(self.step_mark), 1, MOST_MARK_CHARACTERS)
        if self.budget_tokens is not None:
            _check("budget_tokens", self.budget_tokens, 1, 2**31 - 1)
        self._check_sense()

    @property
    def is_plain(self) -> bool:
        """Whether there is only one draft, so that nothing is compared."""
        return self.kind is Kind.PLAIN

    @property
    def is_tree(self) -> bool:
        """Whether drafts grow step by step and share their beginnings."""
        return self.kind in {Kind.SEARCH, Kind.BEAM, Kind.MCTS}

    def _check_sense(self) -> None:
        if self.kind is Kind.PLAIN and self.drafts != 1:
            raise BadArgumentError(
                "Several drafts need a way to choose", "Ask for a vote, or for one draft."
            )
        if self.kind is Kind.BEST_OF and self.score is Score.COUNT:
            raise BadArgumentError(
                "The best draft needs a score", "Choose a score other than the count."
            )


def _check(name: str, number: float, low: float, high: float) -> None:
    if not low <= number <= high:  # also refuses "not a number"
        raise BadArgumentError(
            "This effort setting is out of range",
            f"{name} must be from {low} to {high}.",
            **{name.replace(" ", "_"): number},
        )


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("drafts", 1, MOST_DRAFTS),
    ("threshold", 0.5, 1.0),
    ("window", 2, MOST_DRAFTS),
    ("margin", 0.1, 10.0),
    ("width", 1, MOST_DRAFTS),
    ("step_tokens", 1, 65_536),
    ("balance", 0.01, 100.0),
    ("depth", 1, 256),
    ("keep", 1, MOST_DRAFTS),
    ("exploration", 0.0, 10.0),
)

PLAIN = Strategy()
