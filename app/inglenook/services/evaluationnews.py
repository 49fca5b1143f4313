"""Announcements about evaluations in the window: what is asked, how far it is, what it says."""

from dataclasses import dataclass
from enum import StrEnum

from inglenook.core.errors import Problem
from inglenook.effort.report import SetReport


class EvaluationPhase(StrEnum):
    """What an evaluation is doing."""

    IDLE = "idle"
    """None was begun, or it was stopped; what was answered is kept."""
    LOADING = "loading"
    ASKING = "asking"
    WAITING = "waiting"
    """A chat is being answered, and goes first."""
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"


RUNNING = frozenset({
    EvaluationPhase.LOADING, EvaluationPhase.ASKING, EvaluationPhase.WAITING,
    EvaluationPhase.PAUSED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvaluationOrder:
    """What a person wants to know.

    Attributes:
        families: Kinds of question that come with the program, by name.
        file: A GSM8K- or MATH-shaped file to ask in their place; ``""`` for none.
        questions: Of each kind, 1 or more.
        drafts: Of each question, 1 to 64.
        also: What is run besides, by its name in effort/searches.py.
    """

    families: tuple[str, ...] = ("sum3",)
    file: str = ""
    questions: int = 50
    drafts: int = 8
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationState:
    """How far an evaluation is.

    Attributes:
        model: Its name; ``""`` before one was chosen.
        done: Answers that are kept.
        total: All there will be; 0 while nobody knows.
        left_s: Seconds until the end at the present pace; None while nobody can tell.
        reports: What the answers so far say, a report for each set of questions.
        problem: Why it failed.
    """

    phase: EvaluationPhase = EvaluationPhase.IDLE
    order: EvaluationOrder = EvaluationOrder()
    model: str = ""
    done: int = 0
    total: int = 0
    left_s: float | None = None
    reports: tuple[SetReport, ...] = ()
    problem: Problem | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.phase in RUNNING


@dataclass(frozen=True, slots=True)
class EvaluationChanged:
    """An evaluation in the window is further, or stands otherwise."""

    state: EvaluationState
