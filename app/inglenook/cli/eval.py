"""`inglenook eval`: which strategy is worth its computation, on a set of questions."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from inglenook.cli.ladder import put_ladders
from inglenook.cli.output import put, put_json, put_table, safe
from inglenook.cli.paths import whole_path
from inglenook.core.errors import BadArgumentError, ModelLoadError
from inglenook.core.units import seconds_in_words
from inglenook.effort.curves import COUNTS
from inglenook.effort.families import FAMILIES
from inglenook.effort.ladder import Ladder, ladder_of, short_names
from inglenook.effort.questions import REPORT_SEED, QuestionSet
from inglenook.effort.report import Figure, SetReport
from inglenook.effort.searches import SEARCHES
from inglenook.effort.strategy import BY_OTHERS, Score, Strategy
from inglenook.hardware.modelfile import read_model_facts
from inglenook.services.asking import Asker
from inglenook.services.evaluation import Evaluation, Progress, Scope, report
from inglenook.services.services import Services
from inglenook.storage.evaluations import VERSION, Heading, Journal
from inglenook.storage.questionfile import read_questions

MOST_DRAFTS = 64
ONE_FILE, SEVERAL_FILES = 16, 8
"""Drafts of a question unless others are asked for."""
_EVERY_S = 5.0
_PATIENCE_S = 10.0

Draw = Callable[[SetReport | Ladder, str, Path], None]
"""Draws what was found, with the name of the model, into a file."""


def add_options(verb: argparse.ArgumentParser) -> None:
    """Give the command its options."""
    about = "GGUF files; of several, each is asked the same, with 1, 4 and 8 drafts"
    verb.add_argument("files", metavar="FILE", nargs="*", type=whole_path, help=about)
    about = "a GGUF file; the usual one otherwise"
    verb.add_argument("--model", metavar="FILE", type=whole_path, help=about)
    what = verb.add_mutually_exclusive_group()
    about = "kinds of question that come with the program: " + ", ".join(FAMILIES)
    what.add_argument(
        "--family", nargs="+", choices=FAMILIES, default=["sum3"], metavar="NAME", help=about
    )
    about = "a GSM8K- or MATH-shaped file, a JSON object a line"
    what.add_argument("--questions-from", metavar="FILE", type=Path, help=about)
    about = "how many questions of each kind"
    verb.add_argument("--questions", metavar="N", type=int, default=50, help=about)
    about = "which questions: below 100 for trying out, from 100 on for reporting"
    verb.add_argument("--seed", metavar="N", type=int, default=REPORT_SEED, help=about)
    about = "numbers in a question, 2 to 12: how many steps it takes"
    verb.add_argument("--numbers", metavar="N", type=int, help=about)
    verb.add_argument("--largest", metavar="N", type=int, help="the largest of these numbers")
    about = (
        "drafts of each question, from which every way of choosing is computed: "
        f"{ONE_FILE}, or {SEVERAL_FILES} with several files"
    )
    verb.add_argument("--drafts", metavar="N", type=int, help=about)
    verb.add_argument("--temperature", metavar="T", type=float, default=0.7)
    about = "run these as well"
    verb.add_argument(
        "--also", nargs="+", choices=SEARCHES, default=[], metavar="NAME", help=about
    )
    about = "write the same drafts when run again; takes longer"
    verb.add_argument("--repeatable", action="store_true", help=about)
    about = "where answers are kept; an evaluation that was interrupted goes on from there"
    verb.add_argument("--journal", metavar="FILE", type=Path, help=about)
    about = "draw right answers over computation, or with several files over seconds"
    verb.add_argument("--png", metavar="FILE", type=Path, help=about)


def evaluate(services: Services, chosen: argparse.Namespace, draw: Draw) -> int:
    """Ask what is not in a journal yet, print every figure, and return the exit code.

    Raises:
        InglenookError: a file, the model or the engine does not work.
    """
    paths = _files(services, chosen)
    if chosen.drafts is None:
        chosen.drafts = ONE_FILE if len(paths) == 1 else SEVERAL_FILES
    if not 1 <= chosen.drafts <= MOST_DRAFTS:
        raise BadArgumentError(
            "This number of drafts makes no sense", f"Use 1 to {MOST_DRAFTS}."
        )
    sets = _sets(chosen)
    names = short_names([Path(path).stem for path in paths])
    found = {
        name: _asked(services, chosen, path, sets)
        for name, path in zip(names, paths, strict=True)
    }
    if len(found) > 1:
        ladders = [
            ladder_of({name: reports[at] for name, reports in found.items()})
            for at in range(len(sets))
        ]
        put_ladders(ladders, as_json=chosen.json)
        _draw_all(draw, chosen.png, ladders, "")
        return 0
    (reports,) = found.values()
    name = services.models.describe(paths[0]).name
    _print(reports, name, as_json=chosen.json)
    _draw_all(draw, chosen.png, reports, name)
    return 0


def _files(services: Services, chosen: argparse.Namespace) -> list[str]:
    """Return the files to ask, each once."""
    named = [*([chosen.model] if chosen.model else []), *chosen.files]
    paths = list(dict.fromkeys(named))
    if len({Path(each).stem for each in paths}) < len(paths):
        raise BadArgumentError(
            "Two of these files have the same name",
            "Rename one, so that they can be told apart.",
        )
    if len(paths) > 1 and chosen.journal is not None:
        raise BadArgumentError(
            "Several files need a journal each",
            "Leave --journal out; each has its usual place.",
        )
    usual = services.models.first_choice(services.settings.now.last_model)
    if not paths and usual is None:
        raise ModelLoadError("There is no model to evaluate", "Name a file.")
    return paths or [usual or ""]


def _asked(
    services: Services, chosen: argparse.Namespace, path: str, sets: list[QuestionSet]
) -> list[SetReport]:
    """Ask one file what is not in its journal yet, and return what it says of each set."""
    model, made = services.models.plan(path)
    journal = Journal(
        chosen.journal or _usual_place(services, chosen, Path(path), sets),
        Heading(VERSION, Path(path).name, model.size_bytes, chosen.temperature, chosen.drafts),
    )
    live = dict(SEARCHES[each] for each in chosen.also)
    _require_helpers(services, list(live.values()))
    seed = chosen.seed if chosen.repeatable else None
    scope = Scope(chosen.drafts, chosen.temperature, seed, live)
    sequences = max(made.settings.sequences, min(chosen.drafts, max(COUNTS)))
    settings = replace(made.settings, sequences=sequences)
    shown = _Shown()
    launch, appraiser = services.runtimes.engine, services.appraising
    with closing(Asker(path, settings, launch=launch, appraiser=appraiser)) as asker:
        Evaluation(asker, journal, scope, shown.show).run(sets)
    shown.end()
    parameters = read_model_facts(Path(path)).parameters
    return [report(journal, each, parameters=parameters) for each in sets]


def _require_helpers(services: Services, live: Sequence[Strategy]) -> None:
    """Refuse strategies whose drafts a model scores that is not installed."""
    services.models.refresh()
    services.store.settle(_PATIENCE_S)
    for each in live:
        if each.score in BY_OTHERS and services.appraising.model_for(each.score) is None:
            kind = "reward" if each.score is Score.REWARD else "embedding"
            raise ModelLoadError(
                f"No {kind} model is installed", "Add one: inglenook models add FILE."
            )


def _draw_all(
    draw: Draw, target: Path | None, found: Sequence[SetReport | Ladder], model: str
) -> None:
    """Draw a picture of each set; of several, each has the set's name in its own."""
    if target is None:
        return
    for each in found:
        place = target
        if len(found) > 1:
            place = target.with_name(f"{target.stem}-{each.set}{target.suffix}")
        draw(each, model, place)


def _sets(chosen: argparse.Namespace) -> list[QuestionSet]:
    if chosen.questions_from is not None:
        brought = read_questions(chosen.questions_from)
        return [replace(brought, questions=brought.questions[: max(1, chosen.questions)])]
    try:
        return [
            FAMILIES[each]
            .harder(numbers=chosen.numbers, largest=chosen.largest)
            .questions(chosen.questions, seed=chosen.seed)
            for each in chosen.family
        ]
    except ValueError as cause:
        raise BadArgumentError(
            "Such questions cannot be made", f"Choose other numbers: {cause}."
        ) from cause


def _usual_place(
    services: Services, chosen: argparse.Namespace, model: Path, sets: list[QuestionSet]
) -> Path:
    parts = (model.stem, "-".join(each.name for each in sets), f"T{chosen.temperature:g}")
    dials = [f"{chosen.drafts} drafts"]
    dials += [f"{each}" for each in (chosen.numbers, chosen.largest) if each is not None]
    name = " ".join((*parts, *dials))[:150]
    return services.folders.evaluations / f"{name}.jsonl"


def _print(reports: list[SetReport], model: str, *, as_json: bool) -> None:
    if as_json:
        put_json({"model": model, "sets": reports})
        return
    for each in reports:
        put()
        put(f"{each.set}: {each.questions} questions, {model}")
        head = ("strategy", "drafts", "right", "95 %", "tokens", "FLOPs", "seconds")
        put_table(
            [
                head,
                *(
                    (line.strategy, *_cells(figure))
                    for line in each.lines
                    for figure in line.figures
                ),
            ]
        )


def _cells(figure: Figure) -> tuple[str, ...]:
    accuracy = figure.accuracy
    return (
        f"{figure.drafts:.4g}" if figure.drafts else "",
        f"{accuracy.value:.1%}",
        f"{accuracy.low:.1%} to {accuracy.high:.1%}",
        f"{figure.tokens:.0f}",
        f"{figure.flops:.2e}" if figure.flops else "",
        "" if figure.seconds is None else f"{figure.seconds:.2f}",
    )


class _Shown:
    """How far it is, where errors go: redrawn on a terminal, now and then elsewhere.

    Threads: one.
    """

    def __init__(self) -> None:
        self._began_s = self._told_s = time.monotonic()
        self._first: int | None = None
        self._is_terminal = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        """Tell how far it is and how long it will take."""
        now_s = time.monotonic()
        if self._first is None:
            self._first = progress.done
        if now_s - self._told_s < (0.2 if self._is_terminal else _EVERY_S):
            return
        self._told_s = now_s
        done = progress.done - self._first
        left_s = (now_s - self._began_s) / max(1, done) * (progress.total - progress.done)
        text = f"{progress.done} of {progress.total}, {safe(progress.what)}"
        if done:
            text += f", {seconds_in_words(left_s)} left"
        sys.stderr.write(f"\r\x1b[K{text}" if self._is_terminal else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._is_terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
