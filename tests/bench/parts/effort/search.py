"""Searches against choosing among whole drafts, where an answer takes several steps."""

from collections.abc import Iterator
from dataclasses import replace

from inglenook.effort.families.runs import RUN
from inglenook.effort.questions import QuestionSet
from inglenook.effort.report import SetReport
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.effort.trials import is_right
from inglenook.storage.evaluations import Kept, Searched
from instrument.talk import DIFFICULTY
from parts.effort.accuracy import MAJORITY, MEAN, WEIGHTED, above, at_tokens, reached
from parts.effort.bench import SEARCH, Bench, Subject
from parts.effort.rewards import informed
from peers.figure import Figure
from peers.models import instrument

TEMPERATURE = 1.0
"""As published; what is drawn then follows the model's own probabilities."""
RUNS = {
    SEARCH: Strategy(Kind.SEARCH, 8, Score.SEQUENCE, width=8),
    f"{SEARCH}, 16 wide": Strategy(Kind.SEARCH, 16, Score.SEQUENCE, width=16),
    "Beam": Strategy(Kind.BEAM, 8, Score.SEQUENCE, width=8),
    "Monte Carlo": Strategy(Kind.MCTS, 2, Score.SEQUENCE, width=8),
}
"""All with the knobs of the published code. Monte Carlo search ends with two paths, since each
takes as many tokens as four drafts."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Tell what each reaches, and what it gains over a choice with as many tokens."""
    asked, subject = questions(bench), small()
    found = bench.report(subject, asked)
    yield from reached(found)
    for called in RUNS:
        yield from against(found, called)
    yield like_greedy(subject, asked)
    yield from informed(bench, subject, asked, RUNS[SEARCH])


def small() -> Subject:
    """Return the small instrument, and what is run with it."""
    return Subject(instrument("small"), temperature=TEMPERATURE, live=RUNS)


def questions(bench: Bench) -> QuestionSet:
    """Return what the instruments have learned to answer: they need no shots."""
    family = replace(RUN, shots=0).harder(
        numbers=DIFFICULTY.numbers, largest=DIFFICULTY.largest
    )
    return family.questions(bench.questions, seed=bench.seed)


def against(found: SetReport, called: str) -> Iterator[Figure]:
    """Compare a search with every way of choosing, between two points of its curve."""
    (figure,) = found.line(called).figures
    for name in (MAJORITY, WEIGHTED, MEAN):
        other = at_tokens(found.line(name).figures, figure.tokens)
        text = f"{found.set}: {called} over {name}, equal tokens"
        gained = above(text, figure.each, other)
        # The bar is for the search of this project; the others are there to compare with.
        yield gained if called == SEARCH and name != MEAN else told(gained)


def told(figure: Figure) -> Figure:
    """Return a figure that is held to nothing."""
    return Figure(figure.name, figure.value, figure.unit)


def like_greedy(subject: Subject, asked: QuestionSet) -> Figure:
    """Tell how often the search ends at the answer of the likeliest tokens."""
    lines = [each for each in subject.journal().lines if each.set == asked.name]
    names = {each.name for each in asked.questions}
    greedy = {
        each.trial.question: each.trial.greedy
        for each in lines
        if isinstance(each, Kept) and each.trial.question in names
    }
    same = [
        is_right(greedy[each.question], each.answer)
        for each in lines
        if isinstance(each, Searched) and each.strategy == SEARCH and each.question in names
    ]
    return Figure(f"{asked.name}: {SEARCH} gives the greedy answer", sum(same) / len(same), "")
