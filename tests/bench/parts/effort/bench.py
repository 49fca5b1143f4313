"""What every part is given: the questions, the model, and a journal of what was answered."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
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
class Bench:
    """One run of the benchmark.

    Attributes:
        threads: The engine computes with.
        sets: The questions; of each family those of one committed seed, which none was
            tuned on.
    """

    threads: int
    sets: tuple[QuestionSet, ...]

    @contextmanager
    def asker(self, model: Path = STARTER) -> Iterator[Asker]:
        """Start an engine with a model, and end it."""
        settings = EngineSettings(
            context_tokens=CONTEXT_TOKENS, threads=self.threads, sequences=DRAFTS
        )
        with closing(Asker(str(model), settings)) as asker:
            yield asker

    def reports(self) -> Iterator[SetReport]:
        """Ask what was not asked before, and tell of each set what its answers say."""
        journal = self._journal()
        parameters = read_model_facts(STARTER).parameters
        with self.asker() as asker:
            for each in self.sets:
                live = SEARCHES if each.name in STEPS else {}
                scope = Scope(DRAFTS, TEMPERATURE, live=live)
                Evaluation(asker, journal, scope, _Told().tell).run([each])
                yield report(journal, each, parameters=parameters)

    def _journal(self) -> Journal:
        heading = Heading(VERSION, STARTER.name, STARTER.stat().st_size, TEMPERATURE, DRAFTS)
        return Journal(CACHE / "effort" / f"{STARTER.stem}-{VERSION}.jsonl", heading)


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
