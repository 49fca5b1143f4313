"""An evaluation in the background of the window: begun, paused, stopped, and gone on with."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from inglenook.core.errors import BadArgumentError, Problem, StorageError
from inglenook.effort.curves import COUNTS
from inglenook.effort.families import FAMILIES
from inglenook.effort.gain import Gain, gain_of
from inglenook.effort.questions import REPORT_SEED, QuestionSet
from inglenook.effort.report import SetReport
from inglenook.effort.searches import SEARCHES
from inglenook.engine.life import Engine
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.settings import EngineSettings
from inglenook.services.asking import Asker
from inglenook.services.bus import Bus
from inglenook.services.evaluation import Askable, Evaluation, Progress, Scope, report
from inglenook.services.evaluationnews import (
    EvaluationChanged,
    EvaluationOrder,
    EvaluationPhase,
    EvaluationState,
)
from inglenook.services.events import EngineChanged, EngineState, ProblemArose
from inglenook.services.installed import InstalledModel
from inglenook.services.planner import Planner
from inglenook.services.tasks import Worker
from inglenook.storage.evaluations import VERSION, Heading, Journal
from inglenook.storage.files import disk_errors, write_whole
from inglenook.storage.kept import KeptValues
from inglenook.storage.questionfile import read_questions

TEMPERATURE = 0.7
REPORT_EVERY_S = 4.0
"""All curves of 100 questions take a quarter of a second: a small part of the time."""
_PATIENCE_S = 1.0
"""At the end nobody waits longer for an answer; its engine ends with the program."""
_NO_MODEL = Problem("No model is loaded", "Load the model you want to know about, then start.")

MakeAsker = Callable[[str, EngineSettings], AbstractContextManager[Askable]]


def usual_asker(
    backend: str, launch: Callable[[], Engine] | None, path: str, settings: EngineSettings
) -> AbstractContextManager[Askable]:
    """Return an engine that computes when nothing else wants to, with a model loaded.

    Raises:
        InglenookError: it does not start, or the model does not load.
    """
    return closing(Asker(path, settings, backend=backend, launch=launch, is_polite=True))


class _StoppedError(Exception):
    """The person has stopped the evaluation."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One evaluation with all it needs.

    Attributes:
        parameters: Of the model; 0 if nobody knows.
    """

    model: InstalledModel
    settings: EngineSettings
    sets: tuple[QuestionSet, ...]
    scope: Scope
    journal: Journal
    parameters: int


class EvaluatingService:
    """Runs one evaluation at a time, with an engine of its own that gives way to chats.

    Every answer is in a journal before the next is asked, so that stopping loses nothing.

    Threads: the public methods on any; the work on the worker "evaluation".

    Attributes:
        now: What was announced last.
    """

    def __init__(
        self,
        bus: Bus,
        folder: Path,
        plan: Planner,
        gains: KeptValues[Gain],
        make_asker: MakeAsker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; no thread is started before something is asked for.

        Args:
            bus: Told how far it is, and listened to for chats.
            folder: Where journals are kept; made when the first begins.
            plan: Plans how a model file is run with what is free now.
            gains: Keeps what was found, by model.
            make_asker: Starts an engine with a model.
            clock: Seconds that never go back.
        """
        self._bus, self._folder, self._plan, self._gains = bus, folder, plan, gains
        self._make_asker, self._clock = make_asker, clock
        self._gate = threading.Condition()
        # The gate guards what follows.
        self.now = EvaluationState()
        self._engine = EngineState()
        self._is_paused = self._is_stopped = False
        self._worker: Worker | None = None
        self._began_s = self._held_s = self._reported_s = 0.0
        self._first: int | None = None

    def told(self, announced: object) -> None:
        """Follow what the chats' engine does; given to the bus."""
        if isinstance(announced, EngineChanged):
            with self._gate:
                self._engine = announced.state
                self._gate.notify_all()

    def start(self, order: EvaluationOrder) -> None:
        """Ask what is not in the journal yet, with the model that is loaded."""
        with self._gate:
            if self.now.is_running:
                return
            model = self._engine.model
            self._is_paused = self._is_stopped = False
            self._first = None
            if model is None:
                self._announce(
                    EvaluationState(EvaluationPhase.FAILED, order, problem=_NO_MODEL)
                )
                return
            self._announce(EvaluationState(EvaluationPhase.LOADING, order, model.name))
            if self._worker is None:
                self._worker = Worker("evaluation", self._fail)
            self._worker.post(partial(self._work, order, model))

    def pause(self) -> None:
        """Ask nothing more for now; what is being answered comes to its end."""
        self._hold(is_paused=True)

    def go_on(self) -> None:
        """Ask again after a pause."""
        self._hold(is_paused=False)

    def stop(self) -> None:
        """End it; what was answered is kept, and is not asked again."""
        with self._gate:
            self._is_stopped = True
            self._gate.notify_all()

    def gain(self) -> Gain | None:
        """Return what comparing has gained with the loaded model, if it was measured."""
        with self._gate:
            model = self._engine.model
            return self._gains.find(_key(model)) if model else None

    def most_seconds(
        self, order: EvaluationOrder, pace: Callable[[int], float | None]
    ) -> float | None:
        """Return how long an evaluation takes at most, from the speeds of answers in chats.

        Args:
            order: What is asked; families only, since nobody has read a file yet.
            pace: Returns tokens a second at a width; None if that was not measured.
        """
        alone, beside = pace(1), pace(order.drafts)
        if order.file or not alone or not beside:
            return None
        tokens = sum(FAMILIES[each].questions(1, seed=0).most_tokens for each in order.families)
        runs = order.drafts / beside + 1 / alone
        runs += sum(SEARCHES[each][1].drafts / beside for each in order.also)
        return order.questions * tokens * runs

    def write(self, path: str, content: bytes) -> None:
        """Write a picture or figures that the person saves; trouble is announced."""
        try:
            with disk_errors(Path(path)):
                write_whole(Path(path), content)
        except StorageError as error:
            self._bus.publish(ProblemArose(error.problem))

    def close(self) -> None:
        """Stop, and end the thread and its engine."""
        self.stop()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close(_PATIENCE_S)

    # --- on the worker ---

    def _work(self, order: EvaluationOrder, model: InstalledModel) -> None:
        run = self._prepared(order, model)
        with self._make_asker(model.path, run.settings) as asker:
            self._began_s, self._held_s = self._clock(), 0.0
            try:
                step = partial(self._step, run)
                Evaluation(asker, run.journal, run.scope, step).run(run.sets)
            except _StoppedError:
                self._settle(run, EvaluationPhase.IDLE)
                return
        self._settle(run, EvaluationPhase.DONE)

    def _prepared(self, order: EvaluationOrder, model: InstalledModel) -> _Run:
        sets, path = _sets(order), Path(model.path)
        settings = self._plan(model.path)[1].settings
        most = min(order.drafts, max(COUNTS))
        settings = replace(settings, sequences=max(settings.sequences, most))
        heading = Heading(VERSION, path.name, model.size_bytes, TEMPERATURE, order.drafts)
        journal = Journal(self._folder / _file_name(order, path), heading)
        live = dict(SEARCHES[each] for each in order.also)
        scope = Scope(order.drafts, TEMPERATURE, live=live)
        parameters = read_model_facts(path).parameters if path.is_file() else 0
        return _Run(model, settings, sets, scope, journal, parameters)

    def _step(self, run: _Run, progress: Progress) -> None:
        """Tell how far it is, and wait while the person wants it or a chat goes first."""
        now_s = self._clock()
        if self._first is None:
            self._first = progress.done
        reports = self.now.reports
        if not reports or now_s - self._reported_s >= REPORT_EVERY_S:
            reports, self._reported_s = _reports(run), now_s
        self._tell(
            EvaluationPhase.ASKING, done=progress.done, total=progress.total, reports=reports,
            left_s=self._left_s(progress),
        )  # fmt: skip
        self._wait_for_turn()

    def _left_s(self, progress: Progress) -> float | None:
        done = progress.done - (self._first or 0)
        spent_s = self._clock() - self._began_s - self._held_s
        return spent_s / done * (progress.total - progress.done) if done else None

    def _wait_for_turn(self) -> None:
        since_s = self._clock()
        with self._gate:
            while not self._is_stopped and (self._is_paused or self._engine.awaited):
                is_chat = not self._is_paused
                phase = EvaluationPhase.WAITING if is_chat else EvaluationPhase.PAUSED
                self._announce(replace(self.now, phase=phase))
                self._gate.wait()
            self._held_s += self._clock() - since_s
            if self._is_stopped:
                raise _StoppedError
            if self.now.phase is not EvaluationPhase.ASKING:
                self._announce(replace(self.now, phase=EvaluationPhase.ASKING))

    def _settle(self, run: _Run, phase: EvaluationPhase) -> None:
        reports = _reports(run)
        found = next((each for each in map(gain_of, reports) if each is not None), None)
        if found is not None:
            with self._gate:
                self._gains.keep(_key(run.model), found)
                self._gains.save()
        self._tell(phase, reports=reports, left_s=None)

    def _fail(self, problem: Problem) -> None:
        self._tell(EvaluationPhase.FAILED, problem=problem, left_s=None)

    # --- inside ---

    def _hold(self, *, is_paused: bool) -> None:
        with self._gate:
            self._is_paused = is_paused
            self._gate.notify_all()

    def _tell(self, phase: EvaluationPhase, **known: object) -> None:
        with self._gate:
            self._announce(replace(self.now, phase=phase, **known))  # type: ignore[arg-type]

    def _announce(self, state: EvaluationState) -> None:
        self.now = state
        self._bus.publish(EvaluationChanged(state))


def _sets(order: EvaluationOrder) -> tuple[QuestionSet, ...]:
    if order.file:
        brought = read_questions(Path(order.file))
        return (replace(brought, questions=brought.questions[: order.questions]),)
    try:
        return tuple(
            FAMILIES[each].questions(order.questions, seed=REPORT_SEED)
            for each in order.families
        )
    except ValueError as cause:
        raise BadArgumentError(
            "So many questions cannot be made", f"Choose fewer: {cause}."
        ) from cause


def _reports(run: _Run) -> tuple[SetReport, ...]:
    return tuple(report(run.journal, each, parameters=run.parameters) for each in run.sets)


def _file_name(order: EvaluationOrder, path: Path) -> str:
    what: Sequence[str] = (Path(order.file).stem,) if order.file else order.families
    words = (path.stem, "-".join(what), f"T{TEMPERATURE:g}", f"{order.drafts} drafts")
    return f"{' '.join(words)[:150]}.jsonl"


def _key(model: InstalledModel) -> str:
    return f"{Path(model.path).name} {model.size_bytes}"
