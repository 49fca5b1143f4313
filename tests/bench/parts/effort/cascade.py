"""A small model first, and a larger one where its drafts disagree."""

from collections.abc import Iterator
from pathlib import Path

from inglenook.effort.cascade import CascadeCurve, Reach, Side, cascade_of
from inglenook.effort.families import FAMILIES
from inglenook.effort.questions import QuestionSet
from inglenook.hardware.modelfile import read_model_facts
from inglenook.storage.evaluations import Kept
from parts.effort.accuracy import span
from parts.effort.bench import Bench, Subject
from parts.effort.search import TEMPERATURE, questions
from peers.figure import Figure
from peers.models import STARTER, instrument

DRAFTS = 4
HELD = 0.75
"""The agreement that was best on seed 0; it is held to the bar."""
FAMILY = "sum3"
"""What a real pair of models is asked."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Tell what a cascade reaches, and how far it is above the line between its models."""
    small = Subject(instrument("small"), temperature=TEMPERATURE)
    large = Subject(instrument("large"), temperature=TEMPERATURE)
    found = curve(bench, small, large, questions(bench), DRAFTS)
    yield from told(f"tiny models, {DRAFTS} drafts each", found)
    yield from above_line(f"tiny models, {DRAFTS} drafts each", found, held=HELD)
    found = curve(bench, small, large, questions(bench), 1)
    yield from told(f"tiny models, {DRAFTS} drafts then 1", found)
    yield from above_line(f"tiny models, {DRAFTS} drafts then 1", found)
    if bench.larger is not None:
        asked = FAMILIES[FAMILY].questions(bench.questions, seed=bench.seed)
        found = curve(bench, Subject(STARTER), Subject(bench.larger), asked, DRAFTS)
        yield from told(f"starter, then {bench.larger.stem}", found)
        yield from above_line(f"starter, then {bench.larger.stem}", found, held=HELD)


def curve(
    bench: Bench, small: Subject, large: Subject, asked: QuestionSet, drafts: int
) -> CascadeCurve:
    """Ask both what was not asked before, and compute every cascade."""
    return cascade_of(side(bench, small, asked, DRAFTS), side(bench, large, asked, drafts))


def side(bench: Bench, subject: Subject, asked: QuestionSet, drafts: int) -> Side:
    """Return one of the models and its answers, in the order of the set."""
    kept = {
        each.trial.question: each
        for each in bench.asked(subject, asked).lines
        if isinstance(each, Kept) and each.set == asked.name
    }
    mine = [kept[each.name] for each in asked.questions]
    trials, prompts = [each.trial for each in mine], [each.prompt_tokens for each in mine]
    return Side(trials, parameters(subject.model), prompts, drafts)


def parameters(model: Path) -> int:
    """Return how many numbers a model has."""
    return read_model_facts(model).parameters


def told(name: str, found: CascadeCurve) -> Iterator[Figure]:
    """Tell both models alone and every cascade between them."""
    yield reached(f"{name}: the small one alone", found.small)
    for each in found.between:
        yield reached(f"{name}: the large one below {each.least:.0%}", each)
    yield reached(f"{name}: the large one alone", found.large)


def above_line(
    name: str, found: CascadeCurve, *, held: float | None = None
) -> Iterator[Figure]:
    """Tell how far each cascade is above what a coin between the models reaches."""
    for each in found.between:
        if each.flops >= found.large.flops:
            text = f"{name}: below {each.least:.0%}, cost of the large one alone"
            yield Figure(text, each.flops / found.large.flops, "x")
            continue
        above = found.over_line(each)
        text = f"{name}: below {each.least:.0%} over the line, {span(above)}"
        if each.least == held:
            yield Figure(text, above.value, "", "above 0", above.is_above_zero)
        else:
            yield Figure(text, above.value, "")


def reached(name: str, reach: Reach) -> Figure:
    """Return accuracy and cost as a figure."""
    text = f"{name}, {span(reach.accuracy)}"
    return Figure(text, reach.accuracy.value, f"{reach.flops:.2e} FLOPs, {reach.asked:.0%}")
