"""The steps in which pictures are read: each is of one branch alone, between those for text."""

from inglenook.engine.branch import Branch
from inglenook.engine.context import Context, Decoded
from inglenook.engine.kv import KvCache
from inglenook.engine.model import Ids
from inglenook.engine.pace import Pace
from inglenook.engine.picture import is_of_picture
from inglenook.engine.sight import Sight


class Looking:
    """Reads pictures, and takes turns with those who write.

    Embeddings and tokens cannot share a batch, so a part of a picture has a step to itself. As
    long as anybody writes, every other step is theirs.

    Threads: the engine's main thread only.
    """

    def __init__(self, context: Context, cache: KvCache, pace: Pace, sight: Sight) -> None:
        """Look through the eyes of one model."""
        self._context, self._cache, self._pace, self._sight = context, cache, pace, sight
        self._was_last = False

    def is_next(self, writing: list[Branch], reading: list[Branch]) -> bool:
        """Tell whether the next step is for the picture that the first reader stands at."""
        self._was_last = bool(
            reading
            and stands_at_picture(reading[0])
            and not (self._was_last and (writing or _readers_of_text(reading)))
        )
        return self._was_last

    def decode(self, branch: Branch, *, is_shared: bool) -> tuple[Ids, Decoded]:
        """Read the next part of a picture.

        Args:
            branch: It stands at one.
            is_shared: Somebody writes at the same time.

        Returns:
            What was read of the branch's tail, and how the call ended.

        Raises:
            PictureError: the picture cannot be read.
            ComputeError: llama.cpp failed.
        """
        stretch, offset = self._sight.stretch_at(int(branch.tail[branch.at]))
        if stretch.looks_ahead and offset:
            # It was left in the middle, and can only be read as a whole.
            before = branch.held.length
            branch.held.keep(before - offset)
            branch.moved_from(before)
            if branch.tail[branch.at] != stretch.ids[0]:
                return branch.tail[:0], Decoded.DONE  # further back: there is text before it
            offset = 0
        rows = self._sight.rows(stretch)
        count = self._count(len(rows) - offset, whole=stretch.looks_ahead, is_shared=is_shared)
        sequence = branch.held
        if not self._cache.make_room(count):
            return branch.tail[:0], Decoded.NO_ROOM
        outcome = self._context.decode_rows(
            rows[offset : offset + count],
            sequence.length,
            sequence.number,
            looks_ahead=stretch.looks_ahead,
        )
        return branch.tail[branch.at : branch.at + count], outcome

    def _count(self, left: int, *, whole: bool, is_shared: bool) -> int:
        if whole:
            return left
        return min(left, self._pace.chunk(is_shared=is_shared), self._context.batch.capacity)


def stands_at_picture(branch: Branch) -> bool:
    """Tell whether what a branch reads next is of a picture."""
    return branch.is_reading and is_of_picture(int(branch.tail[branch.at]))


def _readers_of_text(reading: list[Branch]) -> bool:
    return any(not stands_at_picture(each) for each in reading)
