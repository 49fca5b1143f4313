"""How one batch is laid out: a row for everybody who writes, the rest for prompts."""

from collections.abc import Callable

from inglenook.core.ids import is_program_chat
from inglenook.engine.batch import Batch
from inglenook.engine.branch import Branch
from inglenook.engine.kv import KvCache
from inglenook.engine.model import Ids
from inglenook.engine.pace import GAP_S, PROGRAMS_GAP_S, Pace
from inglenook.engine.picture import run_length
from inglenook.engine.task import Task

Chunks = list[tuple[Branch, Ids]]


class Layout:
    """Fills the batch of the next step.

    Threads: the engine's main thread only.
    """

    def __init__(
        self,
        batch: Batch,
        cache: KvCache,
        pace: Pace,
        level: Callable[[Task], int],
        must_be_brief: Callable[[Task], bool],
    ) -> None:
        """Fill nothing yet.

        Args:
            batch: What is filled; it has a row for every sequence of the cache.
            cache: Whose cells are used up.
            pace: How much to read in one step.
            level: How an answer stands, lower for who goes first.
            must_be_brief: Whether a step that reads for an answer must be short.
        """
        self._batch, self._cache, self._pace, self._level = batch, cache, pace, level
        self._must_be_brief = must_be_brief

    def fill(self, writing: list[Branch], reading: list[Branch]) -> Chunks:
        """Fill the batch and note each branch's row.

        Args:
            writing: Branches whose token is to be decoded, and their guess behind it; there
                must be a cell for each token.
            reading: Branches with something to read, those first who go first.

        Returns:
            What each branch reads of its tail in this step.
        """
        batch = self._batch
        batch.clear()
        if self._cache.needs_marks:
            # A recurrent model splits a batch wherever the numbers do not ascend.
            writing.sort(key=lambda each: each.held.number)
        for branch in writing:
            sequence = branch.held
            branch.row = batch.add(branch.token, sequence.length, sequence.number)
            if branch.guess is not None:
                ids = branch.guess.ids
                batch.add_many(ids, sequence.length + 1, sequence.number, wanted=len(ids))
        return self._fill_chunks(writing, reading) if reading else []

    def _fill_chunks(self, writing: list[Branch], reading: list[Branch]) -> Chunks:
        """Add parts of what is to be read, in the order of the answers."""
        batch, level = self._batch, self._level
        highest = level(reading[0].task)
        is_shared = any(level(branch.task) <= highest for branch in writing)
        # Where a call cannot be aborted it must be short, or a Stop would wait for it.
        is_shared = is_shared or not self._cache.can_abort
        is_shared = is_shared or self._must_be_brief(reading[0].task)
        is_steady = reading[0].task.is_alone  # rounding depends on where a prompt is cut
        gap_s = self._gap_s(reading[0], writing)
        room = self._pace.chunk(is_shared=is_shared, is_steady=is_steady, gap_s=gap_s)
        room = min(room, batch.room)
        self._cache.make_room(len(writing) + room)
        room = min(room, self._cache.cells.free - len(writing))
        rows = len(self._cache.sequences) - len(writing)  # of logits
        chunks: Chunks = []
        for branch, share in self._shares(reading, room):
            size = self._chunk_size(branch, min(share, room), rows)
            if size <= 0:
                break
            ids, wanted = branch.tail[branch.at : branch.at + size], branch.wanted(size)
            sequence = branch.held
            branch.row = batch.add_many(ids, sequence.length, sequence.number, wanted=wanted)
            chunks.append((branch, ids))
            room -= size
            rows -= wanted
        return chunks

    def _gap_s(self, reading: Branch, writing: list[Branch]) -> float:
        """Return how long a step may take that reads for one and writes for others."""
        if self._must_be_brief(reading.task) or not self._cache.can_abort:
            return GAP_S
        are_programs = all(is_program_chat(each.task.chat) for each in (reading, *writing))
        return PROGRAMS_GAP_S if are_programs else GAP_S

    def _shares(self, reading: list[Branch], room: int) -> list[tuple[Branch, int]]:
        """Return who reads in what order, and how much of the room at most.

        Up to half is for the shortest prompts of the same level, so that a brief question
        need not wait for a long document; who came first has the rest, so that no prompt
        waits for ever.
        """
        first, level = reading[0], self._level
        equals = [each for each in reading[1:] if level(each.task) == level(first.task)]
        equals.sort(key=lambda each: len(each.tail) - each.at)
        others = reading[1 + len(equals) :]
        for_equals = min(room // 2, sum(len(each.tail) - each.at for each in equals))
        return [
            (first, room - for_equals),
            *((each, room) for each in equals),
            *((each, room) for each in others),
        ]

    def _chunk_size(self, branch: Branch, room: int, rows: int) -> int:
        left = len(branch.tail) - branch.at
        size = min(room, run_length(branch.tail[branch.at :]))  # a picture has its own steps
        too_many = branch.wanted(size) - rows
        if too_many > 0:
            size -= too_many
        # The place before the last token is marked, so that the next prompt can go back there.
        if size == left > 1 and branch.targets is None and self._cache.needs_marks:
            size -= 1
        return size
