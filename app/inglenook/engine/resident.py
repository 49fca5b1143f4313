"""All that belongs to one loaded model: how it is opened, and how it is freed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from inglenook.core.errors import InglenookError, Problem
from inglenook.engine.context import Context
from inglenook.engine.foreman import Foreman
from inglenook.engine.kv import KvCache
from inglenook.engine.lib import AbortFlag
from inglenook.engine.looking import Looking
from inglenook.engine.model import Model
from inglenook.engine.pace import Pace
from inglenook.engine.prompt import PromptWriter
from inglenook.engine.protocol import Event, Load
from inglenook.engine.recall import Recall
from inglenook.engine.scheduler import Scheduler
from inglenook.engine.sight import Sight
from inglenook.engine.snapshotkey import snapshot_key
from inglenook.engine.snapshots import Snapshots
from inglenook.engine.speculation import MOST_AHEAD, Speculation
from inglenook.engine.taken import free_bytes_of, taken
from inglenook.engine.task import Task
from inglenook.models.memory import MemoryPart


@dataclass(frozen=True, slots=True)
class Resident:
    """All that belongs to the loaded model."""

    model: Model
    context: Context
    writer: PromptWriter
    cache: KvCache
    scheduler: Scheduler
    foreman: Foreman
    recall: Recall | None
    memory: tuple[MemoryPart, ...]
    sight: Sight | None
    blind: Problem | None

    def free(self) -> Sequence[Event]:
        """Save what is worth it, free everything, and return what was saved."""
        saved: Sequence[Event] = ()
        if self.recall is not None:
            while self.recall.save_next(self.cache):
                continue
            self.recall.close()
            saved = self.recall.saved()
        if self.sight is not None:
            self.sight.free()
        self.context.free()
        self.model.free()
        return saved


def opened(command: Load, flag: AbortFlag, on_progress: Callable[[float], bool]) -> Resident:
    """Load a model and warm it up.

    Raises:
        ModelFileError: the file is missing, damaged or no model.
        ModelLoadError: it did not load, or was given up.
    """
    free_bytes = free_bytes_of(command.settings.devices if command.settings.gpu_layers else ())
    model = Model.load(command.path, command.settings, on_progress)
    context: Context | None = None
    sight: Sight | None = None
    blind: Problem | None = None
    try:
        model.check_it_can_chat(command.path)
        context = Context(model, command.settings, flag)
        try:
            sight = _sight(command, model, context)
        except InglenookError as error:  # it still answers
            blind = error.problem
        writer = PromptWriter(model, sight)
        # Drivers take memory for the largest batch when they first see one, and must not do
        # so in the middle of an answer. The processor has all it needs by now.
        _warm_up(model, context, command.settings.ubatch_tokens if free_bytes else 1)
    except InglenookError:
        if sight is not None:
            sight.free()
        if context is not None:
            context.free()
        model.free()
        raise
    memory = taken(model, context, free_bytes, sight)
    recall = _recall(command, model, context)
    cache = KvCache(
        context.memory,
        tokens=context.tokens,
        sequences=context.sequences,
        before_drop=recall.before_drop if recall else lambda _cache, _sequence: None,
    )
    foreman = Foreman(command.settings.threads, context.set_threads)

    def has_begun(task: Task) -> None:
        foreman.begun(task)
        if recall is not None:
            recall.make_lean(cache, task)

    pace = Pace(context.ubatch_tokens)
    scheduler = Scheduler(
        context,
        cache,
        pace,
        looking=Looking(context, cache, pace, sight) if sight is not None else None,
        recall=partial(recall.bring_back, cache) if recall else lambda _task: None,
        has_begun=has_begun,
        wrote=foreman.wrote,
        speculation=Speculation(
            context.sequences, most_ahead=MOST_AHEAD if command.settings.guesses else 0
        ),
    )
    return Resident(
        model, context, writer, cache, scheduler, foreman, recall, memory, sight, blind
    )


def _sight(command: Load, model: Model, context: Context) -> Sight | None:
    if not command.projector:
        return None
    return Sight.open(command.projector, model, context, command.settings)


def _recall(command: Load, model: Model, context: Context) -> Recall | None:
    if not command.snapshots:
        return None
    try:
        key = snapshot_key(command.path, command.settings, model)
    except OSError:
        return None  # the file went away after it was loaded: there is nothing to name them by
    is_lean = command.settings.gpu_layers == 0
    return Recall(context, Snapshots(Path(command.snapshots), key), is_lean=is_lean)


def _warm_up(model: Model, context: Context, tokens: int) -> None:
    """Decode something, so that the first answer does not pay for building the graph."""
    count = max(1, min(tokens, context.batch.capacity, context.tokens))
    context.batch.clear()
    ids = np.full(count, max(model.bos, model.eos, 0), np.int32)
    context.batch.add_many(ids, 0, 0, wanted=1)
    context.decode()
    context.memory.drop(0)
