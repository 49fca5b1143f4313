"""What every part is given: the questions, the model, and a journal of what was answered."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inglenook.effort.families import FAMILIES
from inglenook.effort.questions import QuestionSet
from inglenook.effort.report import SetReport
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.settings import EngineSettings
from inglenook.services.asking import Asker
from inglenook.services.evaluation import Evaluation, Progress, Scope, report
from inglenook.storage.evaluations import VERSION, Heading, Journal
from peers.models import CACHE, STARTER

SETS = ("sum3", "sum4", "signed4", "run")
USUAL = ("sum3", "sum4")
STEPS = ("signed4", "run")
"""Families of several steps, on which searches are run."""

CONTEXT_TOKENS = 8192
DRAFTS = 16
"""One question after the other: two at once, or the greedy draft beside the others, were no
quicker by the token (140, 136 and 134 tokens a processor second, four questions, 2026-11)."""
TEMPERATURE = 0.7
SEARCH = "Search"
SEARCHES = {SEARCH: Strategy(Kind.SEARCH, 8, Score.SEQUENCE, width=8)}
_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A model and what is asked of it, whose answers share a journal.

    Attributes:
        model: Its file.
        drafts: Kept of each question.
        temperature: Of the drafts, and of searches.
        live: What is run besides, by name.
    """

    model: Path = STARTER
    drafts: int = DRAFTS
    temperature: float = TEMPERATURE
    live: Mapping[str, Strategy] = field(default_factory=dict)

    def journal(self) -> Journal:
        """Return the journal that has all it answered so far."""
        heading = Heading(
            VERSION, self.model.name, self.model.stat().st_size, self.temperature, self.drafts
        )
        return Journal(CACHE / "effort" / f"{self._called()}-{VERSION}.jsonl", heading)

    def _called(self) -> str:
        dials = "" if self.drafts == DRAFTS else f"-{self.drafts}-drafts"
        dials += "" if self.temperature == TEMPERATURE else f"-T{self.temperature:g}"
        return self.model.stem + dials


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the benchmark.

    Attributes:
        threads: The engine computes with.
        sets: The questions; of each family those of one committed seed, which none was
            tuned on.
        seed: That seed.
        questions: Of each family.
        larger: The larger model of a cascade; None if none is at hand.
    """

    threads: int
    sets: tuple[QuestionSet, ...]
    seed: int
    questions: int
    larger: Path | None = None

    @contextmanager
    def asker(self, model: Path = STARTER) -> Iterator[Asker]:
        """Start an engine with a model, and end it."""
        settings = EngineSettings(
            context_tokens=CONTEXT_TOKENS, threads=self.threads, sequences=DRAFTS
        )
        with closing(Asker(str(model), settings)) as asker:
            yield asker

    def reports(self) -> Iterator[SetReport]:
        """Ask the starter what was not asked before, and tell what its answers say."""
        for each in self.sets:
            live = SEARCHES if each.name in STEPS else {}
            yield self.report(Subject(live=live), each)

    def report(self, subject: Subject, asked: QuestionSet) -> SetReport:
        """Ask what was not asked before of a set, and tell what all the answers say."""
        journal = self.asked(subject, asked)
        parameters = read_model_facts(subject.model).parameters
        return report(journal, asked, parameters=parameters)

    def asked(self, subject: Subject, asked: QuestionSet) -> Journal:
        """Return a journal in which a set was answered in full."""
        journal = subject.journal()
        scope = Scope(subject.drafts, subject.temperature, live=subject.live)
        with self.asker(subject.model) as asker:
            Evaluation(asker, journal, scope, _Told().tell).run([asked])
        return journal


def sets_of(names: Sequence[str], count: int, seed: int) -> tuple[QuestionSet, ...]:
    """Return so many questions of each family."""
    return tuple(FAMILIES[each].questions(count, seed=seed) for each in names)


class _Told:
    """Tells now and then how far it is.

    Threads: one.
    """

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def tell(self, progress: Progress) -> None:
        """Print a line, if the last one was a while ago."""
        if time.monotonic() - self._told_s >= _EVERY_S:
            self._told_s = time.monotonic()
            text = f"· {progress.done} of {progress.total}: {progress.what}"
            print(text, file=sys.stderr, flush=True)
