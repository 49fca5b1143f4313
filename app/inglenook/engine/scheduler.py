"""Continuous batching: one batch a step for all answers, the one in front first."""

import time
from collections.abc import Callable, Iterable
from itertools import count

from inglenook.core.errors import ComputeError, InglenookError, PictureError, Problem
from inglenook.engine.admission import Admission
from inglenook.engine.branch import NO_ROW, NO_TOKEN, Branch
from inglenook.engine.context import Decoded
from inglenook.engine.desk import Decoder, Desk
from inglenook.engine.giveway import GiveWay
from inglenook.engine.kv import KvCache
from inglenook.engine.layout import Chunks, Layout
from inglenook.engine.line import Line
from inglenook.engine.looking import Looking, stands_at_picture
from inglenook.engine.model import Ids
from inglenook.engine.pace import Pace
from inglenook.engine.picker import Picker
from inglenook.engine.protocol import Event
from inglenook.engine.speculation import Speculation
from inglenook.engine.task import Task


class Scheduler:
    """Works on many answers at once.

    Each step decodes one batch: a row for every branch that writes, and parts of the prompts
    that are still to be read, as much as the pace allows. Answers come in between steps, in
    the order of the line. One that needs room and stands higher sends others back to the
    line; they go on later where they were.

    Threads: the engine's main thread only.
    """

    def __init__(
        self,
        context: Decoder,
        cache: KvCache,
        pace: Pace,
        *,
        recall: Callable[[Task], None] = lambda _task: None,
        has_begun: Callable[[Task], None] = lambda _task: None,
        wrote: Callable[[float, int], None] = lambda _seconds, _rows: None,
        looking: Looking | None = None,
        speculation: Speculation | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without answers.

        Args:
            context: Decodes; its batch must have a row for every sequence of the cache.
            cache: What is resident.
            pace: How much to read in one step.
            recall: May make more of a task's prompt resident before it is read.
            has_begun: Told of a task that holds what it needs of what is resident.
            wrote: Told how many seconds a step takes in which answers only write, without
                guesses, and how many write; but of none that is alone.
            looking: Reads pictures; None if the model cannot see.
            speculation: Has tokens decoded ahead; None for the usual one.
            clock: Seconds that never go back.
        """
        self._context, self._cache, self._pace = context, cache, pace
        self._recall, self._has_begun, self._wrote = recall, has_begun, wrote
        self._looking, self._clock = looking, clock
        self._speculation = speculation or Speculation(len(cache.sequences))
        self._picker = Picker(context.handle, self._speculation)
        self._desk = Desk(context, cache, self._has_room)
        self._line = Line(clock)
        self._admission = Admission(cache, self._line.level)
        self._give_way = GiveWay()
        self._layout = Layout(
            context.batch, cache, pace, self._line.level, self._line.must_be_brief
        )
        self._active: list[Task] = []
        self._order = count()
        self._events: list[Event] = []
        self._may_let_in = False

    # --- answers ---

    @property
    def is_busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._active or self._line.waiting or self._events)

    def add(self, task: Task) -> None:
        """Take an answer; it begins in one of the next steps."""
        task.order = next(self._order)
        task.desk, task.emit = self._desk, self._events.append
        self._line.join(task)
        self._may_let_in = True

    def stop(self, request: str) -> None:
        """End an answer, whether it has begun or not; what it has to say comes with events."""
        for task in self._tasks():
            if task.request == request:
                task.stop()
                self._part_from(task)

    def take_leading(self, request: str) -> None:
        """Have an answer compare what it has, as far as it has begun."""
        for task in self._active[:]:
            if task.request == request:
                task.take_leading()
        self._part_from_ended()

    def fail_all(self, problem: Problem) -> None:
        """End every answer with a problem."""
        for task in self._tasks():
            self._fail(task, problem)

    def put_in_front(self, chat: str) -> None:
        """Let the answers of a chat go first from now on."""
        self._line.front = chat
        self._active.sort(key=self._line.rank)
        self._may_let_in = True

    def events(self) -> list[Event]:
        """Return what has happened since the last call."""
        events = self._events[:]
        self._events.clear()
        return events

    def step(self) -> None:
        """Let answers in, decode one batch, and pick the next tokens."""
        if self._may_let_in:
            self._let_in()
            if self._events:
                return  # who has begun, or how long they wait, is told before a long call
        writing, reading = self._states()
        if not writing and not reading:
            return
        if not self._cache.make_room(len(writing) + bool(reading)):
            self._relieve()
            return
        if self._looking is None or not self._looking.is_next(writing, reading):
            self._read_and_write(writing, reading)
        else:
            self._look(self._looking, reading[0], is_shared=bool(writing))

    def _read_and_write(self, writing: list[Branch], reading: list[Branch]) -> None:
        if self._looking is not None:
            reading = [branch for branch in reading if not stands_at_picture(branch)]
        self._guess(writing, reading)
        chunks = self._layout.fill(writing, reading)
        try:
            outcome = self._decode(chunks, len(writing))
        except ComputeError as error:
            self._lose([*writing, *(branch for branch, _ in chunks)], error.problem)
        else:
            self._take_in(outcome, writing, chunks)

    def _guess(self, writing: list[Branch], reading: list[Branch]) -> None:
        """Let those guess who go first: their steps are not made longer for lower ones."""
        can_be_dropped = not reading and not self._cache.needs_marks
        spare = self._cache.cells.free - len(writing) if can_be_dropped else 0
        level = self._line.level
        first = [each for each in writing if level(each.task) == level(writing[0].task)]
        self._speculation.guess(first, spare, beside=len(writing) - len(first))

    def _decode(self, chunks: Chunks, writers: int) -> Decoded:
        began_s = self._clock()
        outcome = self._context.decode()
        took_s = without_s = self._clock() - began_s
        if outcome is Decoded.DONE:
            if chunks:
                self._pace.took(sum(len(ids) for _, ids in chunks), took_s)
            elif not self._active[0].is_alone:
                without_s = self._speculation.took(took_s, writers, self._context.batch.count)
                self._wrote(without_s, writers)
        self._give_way.took(without_s)
        return outcome

    def _look(self, looking: Looking, branch: Branch, *, is_shared: bool) -> None:
        """Read a part of a picture in a step of its own."""
        try:
            ids, outcome = looking.decode(branch, is_shared=is_shared)
        except PictureError as error:
            self._fail(branch.task, error.problem)
        except ComputeError as error:
            self._lose([branch], error.problem)
        else:
            self._take_in(outcome, [], [(branch, ids)])

    def _take_in(self, outcome: Decoded, writing: list[Branch], chunks: Chunks) -> None:
        if outcome is Decoded.DONE:
            self._follow(writing, chunks)
            return
        has_guessed = self._speculation.withdraw(writing)
        if outcome is Decoded.ABORTED:
            self._go_back(writing, chunks)
        elif has_guessed:
            self._speculation.rest()  # there may be room without
        elif not self._cache.tidy() and not self._cache.drop_idle():
            self._relieve()

    # --- one step ---

    def _states(self) -> tuple[list[Branch], list[Branch]]:
        """Return who writes and who reads, those first who go first."""
        writing, reading = [], []
        for task in self._give_way.working(self._active):
            for branch in task.branches:
                if branch.is_paused:
                    continue
                if branch.is_reading:
                    reading.append(branch)
                elif branch.token != NO_TOKEN:
                    writing.append(branch)
        return writing, reading

    def _follow(self, writing: list[Branch], chunks: Chunks) -> None:
        """Note what has been decoded, tell it, and pick."""
        picking = self._desk.picking = writing
        for branch in writing:
            branch.held.grew(branch.token)
            branch.token = NO_TOKEN
        for branch, ids in chunks:
            self._note_read(branch, ids)
        # All is noted before anything is told: a task may do something to any of its branches.
        for branch, _ in chunks:
            self._tell_read(branch)
        # Forks that are made on the way join the end of the list.
        for branch in picking:
            if branch.row != NO_ROW and not branch.task.is_over:
                if branch.is_paused:
                    self._desk.put_off(branch)
                else:
                    self._picker.pick(branch)
            branch.row = NO_ROW
            branch.drop_guess()
        self._part_from_ended()
        if self._desk.has_dropped or self._admission.has_put_off:
            self._desk.has_dropped = self._admission.has_put_off = False
            self._may_let_in = True

    def _note_read(self, branch: Branch, ids: Ids) -> None:
        branch.held.grew_by(ids)
        if branch.targets is not None:
            self._score_rows(branch, len(ids))
        branch.at += len(ids)
        if branch.at == len(branch.tail) - 1:
            branch.held.mark()
        if branch.is_reading or branch.targets is not None or branch.token != NO_TOKEN:
            branch.row = NO_ROW  # with a token, it was sent back and is where it was
        else:
            self._desk.picking.append(branch)

    def _tell_read(self, branch: Branch) -> None:
        if branch.task.is_over or branch.sequence is None:
            return
        if branch.is_reading:
            branch.task.progressed(branch)
        elif branch.targets is not None:
            self._has_scored(branch)
        elif branch.row != NO_ROW:
            branch.task.progressed(branch)
            branch.task.ready(branch)

    def _score_rows(self, branch: Branch, count: int) -> None:
        assert branch.targets is not None
        first_row = branch.row - count + 1
        for at, target in enumerate(branch.targets[branch.at : branch.at + count]):
            if target != NO_TOKEN:
                branch.scores.append(self._context.logprob(first_row + at, int(target)))
                branch.task.looked(branch, first_row + at, int(target))

    def _has_scored(self, branch: Branch) -> None:
        assert branch.targets is not None
        branch.token = int(branch.targets[-1])
        branch.targets, branch.row, branch.is_paused = None, NO_ROW, True
        branch.task.scored(branch, branch.scores)

    # --- when a step could not be done ---

    def _go_back(self, writing: list[Branch], chunks: Chunks) -> None:
        """Find out how far an aborted call came; nothing was picked, so nothing is lost."""
        before = self._lengths()
        if self._cache.can_abort:
            for branch in writing:
                branch.held.keep(branch.held.length)
            for branch, ids in chunks:
                # What was asked for has no scores, so that it must be read again.
                branch.held.stopped_at(ids[: len(ids) - branch.wanted(len(ids)) + 1])
        else:
            self._cache.recover()
        self._go_on_from(before)

    def _lengths(self) -> list[tuple[Branch, int]]:
        return [(each, each.held.length) for task in self._active for each in task.branches]

    @staticmethod
    def _go_on_from(before: list[tuple[Branch, int]]) -> None:
        """Let branches read again what their sequences have lost since then."""
        for branch, length in before:
            branch.moved_from(length)

    def _lose(self, branches: Iterable[Branch], problem: Problem) -> None:
        """End the answers whose batch llama.cpp could not compute."""
        lost = {id(branch.task): branch.task for branch in branches}
        for task in lost.values():
            held = [branch.held for branch in task.branches]
            self._fail(task, problem)
            for sequence in held:
                sequence.clear()
        before = self._lengths()
        self._cache.recover()
        self._go_on_from(before)

    def _relieve(self) -> None:
        """Make room for one more token: the last in the order gives way."""
        last = self._active[-1]
        if len(self._active) > 1:
            self._send_back(last)
            # Let in again at once, it would be sent back again: somebody has to end first.
            self._may_let_in = False
            self._line.tell_places(len(self._active), self._events.append)
        else:
            last.run_out()  # of one that has several branches, some may go on
            self._part_from_ended()

    # --- in and out ---

    def _tasks(self) -> list[Task]:
        return [*self._active, *self._line.waiting]

    def _let_in(self) -> None:
        self._may_let_in = False
        while (task := next(filter(self._can_begin, self._line.turns()), None)) is not None:
            self._line.leave(task)
            self._active.append(task)
            self._active.sort(key=self._line.rank)
            self._begin(task)
        self._line.tell_places(len(self._active), self._events.append)

    def _can_begin(self, task: Task) -> bool:
        """Whether there is room for an answer, or was made by sending lower ones back."""
        here = self._admission
        if here.is_early(task, self._active):
            return False
        if here.fits(task, self._active):
            return True
        lower = [each for each in self._active if here.gives_way(each, task)]
        staying = [each for each in self._active if each not in lower]
        if not lower or not here.fits(task, staying):
            return False
        while not here.fits(task, self._active):
            self._send_back(lower.pop())
        return True

    def _has_room(self, task: Task, tokens: int) -> bool:
        """Whether there are cells for another branch of an answer, which nobody waits for."""
        if self._line.waiting and not task.is_alone:
            return False
        return self._admission.has_room(task, tokens, self._active)

    def _begin(self, task: Task) -> None:
        if task.has_begun:
            for branch in task.branches:
                self._desk.seat(branch)
            return
        task.has_begun = True
        if task.is_alone:
            self._cache.drop_idle()
        else:
            self._recall(task)
        try:
            task.begin()
        except InglenookError as error:
            self._fail(task, error.problem)
        else:
            self._has_begun(task)

    def _send_back(self, task: Task) -> None:
        """Take an answer's sequences away; it goes on later where it was."""
        for branch in task.branches:
            self._desk.unseat(branch)
        self._active.remove(task)
        self._line.join(task)
        self._may_let_in = True

    def _fail(self, task: Task, problem: Problem) -> None:
        task.fail(problem)
        self._part_from(task)

    def _part_from_ended(self) -> None:
        for task in [each for each in self._active if each.is_over]:
            self._part_from(task)

    def _part_from(self, task: Task) -> None:
        for branch in task.branches[:]:
            self._desk.drop(branch)
        for place in (self._active, self._line.waiting):
            if task in place:
                place.remove(task)
        self._may_let_in = True
