"""Announcements about models: what the Hub says, what is installed, how one would run."""

from dataclasses import dataclass

from inglenook.core.errors import Problem
from inglenook.models.fit import Plan
from inglenook.models.machine import Machine
from inglenook.models.settings import Wish
from inglenook.services.modelpage import Looked, ModelPage
from inglenook.services.shelved import Scanned, Shelved, Verified


@dataclass(frozen=True, slots=True)
class RepositoryRead:
    """A repository of the Hub was looked at.

    Attributes:
        page: What there is; None after a problem.
    """

    repo: str
    page: ModelPage | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ReadmeRead:
    """The page that a model's maker has written is there.

    Attributes:
        text: Markdown that nobody has checked; "" after a problem.
    """

    repo: str
    text: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class RecommendationsLookedUp:
    """Some of what we recommend was looked up; told again as more comes.

    Attributes:
        looked: What there is so far, in the order to show; what is gone is left out.
        is_complete: Nothing more will come.
        problem: Why the rest cannot be looked up; None if all went well.
    """

    looked: tuple[Looked, ...]
    is_complete: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ShelfChanged:
    """The library, or the state of its files, is different.

    Attributes:
        models: All of them, those whose files are gone as well; the starter last.
        free_bytes: On the disk that new models come to; 0 if unknown.
        folder: Where new models come to.
    """

    models: tuple[Shelved, ...]
    free_bytes: int = 0
    folder: str = ""


@dataclass(frozen=True, slots=True)
class ModelsScanned:
    """Other programs' folders were looked through."""

    found: tuple[Scanned, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ModelVerified:
    """A model is being read from end to end, or has been.

    Attributes:
        verified: What came out; None while it is read, or after a problem.
        problem: Why it could not be read to the end; None if it was, or still is.
    """

    path: str
    done_bytes: int
    size_bytes: int
    verified: Verified | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ModelRemoved:
    """A model is off the list and can be brought back for a while.

    Attributes:
        freed_bytes: What the disk will have back when that while is over; 0 for a file that
            stays.
    """

    path: str
    name: str
    freed_bytes: int


@dataclass(frozen=True, slots=True)
class FolderMoved:
    """Our models are moving to another folder, or have moved.

    Attributes:
        is_over: They have all moved, or stay where they were: then ``problem`` says why.
    """

    folder: str
    done_bytes: int
    size_bytes: int
    is_over: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class PlanPreviewed:
    """How a model would run with what is set by hand.

    Attributes:
        plan: None after a problem.
        automatic: How it would run with nothing set by hand.
        machine: The computer that was planned for, as if no model was loaded.
    """

    path: str
    wish: Wish
    plan: Plan | None = None
    automatic: Plan | None = None
    problem: Problem | None = None
    machine: Machine | None = None
