"""The rules by which a model's memory grows, forks and goes back, by kind of memory."""

from enum import Enum

from inglenook.engine.checkpoint import MOST_BYTES, Checkpoint, Checkpoints, part_bytes
from inglenook.engine.lib import Handle, api
from inglenook.engine.model import Model


class MemoryKind(Enum):
    """What a model remembers of the text before."""

    ATTENTION = "attention"
    """Every position: a sequence goes back to any length and forks anywhere."""
    WINDOW = "window"
    """Some layers keep only the last positions: going back far needs a checkpoint."""
    RECURRENT = "recurrent"
    """One state a sequence: going back at all needs a checkpoint."""
    HYBRID = "hybrid"
    """Attention in some layers and a state in others: the rule of the state holds."""


def memory_kind(model: Model) -> MemoryKind:
    """Tell how a model remembers."""
    if api.llama_model_is_recurrent(model.handle):
        return MemoryKind.RECURRENT
    if api.llama_model_is_hybrid(model.handle):
        return MemoryKind.HYBRID
    return MemoryKind.WINDOW if model.sliding_window_tokens else MemoryKind.ATTENTION


def _most_at_once(model: Model, context_handle: Handle) -> int:
    # llama.cpp tries the cells of all compute batches of a call before it computes the first,
    # and forgets to put back what the later ones pushed out of a window where cells are not in
    # the order of positions: the first then misses it (llama_kv_cache::prepare, 0.3.36).
    most = api.llama_n_ubatch if model.sliding_window_tokens else api.llama_n_batch
    return int(most(context_handle))


class Memory:
    """What a context holds of each sequence, for a unified cache with ``swa_full`` off.

    Threads: the engine's main thread only.

    Attributes:
        kind: By which rules sequences fork and go back.
        sequences: How many there may be; their numbers are 0 to ``sequences - 1``.
        most_at_once: Tokens one decode call may have.
        can_abort: Whether a decode may be aborted at no cost to sequences outside its batch.
    """

    def __init__(
        self,
        model: Model,
        context_handle: Handle,
        *,
        sequences: int,
        checkpoint_bytes: int = MOST_BYTES,
    ) -> None:
        self.kind = memory_kind(model)
        self.sequences = sequences
        self.can_abort = self.kind in {MemoryKind.ATTENTION, MemoryKind.WINDOW}
        self.most_at_once = _most_at_once(model, context_handle)
        self._context = context_handle
        self._native = api.llama_get_memory(context_handle)
        self._window_tokens = model.sliding_window_tokens
        self._checkpoints = Checkpoints(checkpoint_bytes)
        self._forked: set[int] = set()  # those that may share cells

    def length(self, sequence: int) -> int:
        """Return how many tokens of a sequence are resident."""
        self._check(sequence)
        return int(api.llama_memory_seq_pos_max(self._native, sequence)) + 1

    def keep(self, sequence: int, count: int) -> int:
        """Drop a sequence from a position on.

        Returns:
            How many tokens are left: ``count``; less where this kind of memory cannot go back
            so far, which is the length of a checkpoint or 0; less also if it had no more.
        """
        length = self.length(sequence)
        if count >= length:
            return length
        if self._can_go_back(sequence, count) and self._cut(sequence, count):
            return count
        return self._go_back_to_checkpoint(sequence, sequence, count)

    def copy(self, source: int, target: int, count: int) -> int:
        """Give an empty sequence the first tokens of another; the cells are shared.

        Returns:
            How many tokens it got: ``count``; less where this kind of memory cannot fork so
            far back, which is the length of a checkpoint or 0; less also if there are no more.

        Raises:
            ValueError: the target is not empty.
        """
        length = self.length(source)
        if self.length(target):
            raise ValueError(f"sequence {target} is not empty")
        count = min(count, length)
        if count <= 0:
            return 0
        if count < length and not self._can_go_back(source, count):
            return self._go_back_to_checkpoint(source, target, count)
        if count == length:
            self._trim(source)
        self._forked |= {source, target}
        api.llama_memory_seq_cp(self._native, source, target, 0, count)
        self._checkpoints.share(source, target, count)
        return count

    def drop(self, sequence: int) -> None:
        """Empty a sequence."""
        self._check(sequence)
        api.llama_memory_seq_rm(self._native, sequence, -1, -1)
        self._checkpoints.cut(sequence, 0)
        self._forked.discard(sequence)
        if len(self._forked) == 1:  # nobody is left to share with
            self._forked.clear()

    def clear(self) -> None:
        """Empty every sequence; what is read next goes into the first cells.

        Dropping them all is not quite the same: after a window has moved on, llama.cpp would
        begin to fill its cells somewhere in the middle.
        """
        for sequence in range(self.sequences):
            self._checkpoints.cut(sequence, 0)
        self._forked.clear()
        api.llama_memory_clear(self._native, False)  # noqa: FBT003 (takes no names)

    def recover(self) -> None:
        """Make every sequence sound again after a decode that was aborted or failed (2, < -1).

        Attention needs nothing: what was read of whole compute batches stays, ``length`` tells
        how much. A recurrent state has been overwritten in part, and llama.cpp cannot undo
        that; as it moves states about in one block, even sequences outside the batch may be
        damaged. All go back to their newest checkpoint then, or to nothing.
        """
        if self.can_abort:
            return
        for sequence in range(self.sequences):
            # Its length counts what was lost: only a checkpoint tells what was good.
            self._go_back_to_checkpoint(sequence, sequence, self.length(sequence))

    def tidy(self) -> bool:
        """Free what forks of a window hold in vain, when a batch has found no room (1).

        A cell that several sequences share is never reused, even when it lies outside the
        window of them all. So each gets cells of its own, for which there is always room.

        Returns:
            Whether it is worth trying the batch again.
        """
        if not self._window_tokens or len(self._forked) < 2:
            return False
        forked = sorted(self._forked)
        if not self._checkpoints.fits(sum(part_bytes(self._context, one) for one in forked)):
            return False  # copies of all are held at once
        copies = {
            each: Checkpoint.taken(self._context, each, self.length(each)) for each in forked
        }
        self._forked.clear()
        # The first that come may find no room, but each leaves its own to the next.
        late = [each for each in forked if not self._restored(copies[each], each)]
        for each in late:
            if not self._restored(copies[each], each):
                self.drop(each)
        return True

    def mark(self, sequence: int) -> None:
        """Make it possible to come back to the present length later.

        To read the last token of a prompt again, mark before it is read. Costs nothing where
        every length can be come back to; else it copies the window or the state to RAM.
        """
        length = self.length(sequence)
        if self.kind is MemoryKind.ATTENTION or not length:
            return
        is_there = self._checkpoints.lengths(sequence)[-1:] == (length,)
        if is_there or not self._checkpoints.fits(part_bytes(self._context, sequence)):
            return
        checkpoint = Checkpoint.taken(self._context, sequence, length)
        if checkpoint is not None:
            self._checkpoints.add(sequence, checkpoint)

    def marks(self, sequence: int) -> tuple[int, ...]:
        """Return the lengths of a sequence's checkpoints, in order."""
        self._check(sequence)
        return self._checkpoints.lengths(sequence)

    def _check(self, sequence: int) -> None:
        # A number beyond would end the process, or write into nobody's state.
        if not 0 <= sequence < self.sequences:
            raise ValueError(f"{sequence} is none of {self.sequences} sequences")

    def _can_go_back(self, sequence: int, count: int) -> bool:
        """Tell whether what the next token at ``count`` looks at is still there."""
        if self.kind is MemoryKind.ATTENTION:
            return True
        if self.kind is not MemoryKind.WINDOW:
            return False
        # llama.cpp removes positions from a window gladly, whether or not those before them
        # are still there: nobody else would notice that they are gone.
        first = int(api.llama_memory_seq_pos_min(self._native, sequence))
        return 0 <= first <= max(0, count + 1 - self._window_tokens)

    def _trim(self, sequence: int) -> None:
        """Give back cells outside the window before a fork shares, and so blocks, them."""
        if self.kind is not MemoryKind.WINDOW or sequence in self._forked:
            return  # in a fork's cells it could lose what it has for lack of room
        first = int(api.llama_memory_seq_pos_min(self._native, sequence))
        length = self.length(sequence)
        if length - first >= 2 * self._window_tokens:
            self._restored(Checkpoint.taken(self._context, sequence, length), sequence)

    def _restored(self, copy: Checkpoint | None, sequence: int) -> bool:
        return copy is not None and copy.restore(self._context, sequence)

    def _cut(self, sequence: int, count: int) -> bool:
        if count <= 0:
            self.drop(sequence)
            return True
        self._checkpoints.cut(sequence, count)
        return bool(api.llama_memory_seq_rm(self._native, sequence, count, -1))

    def _go_back_to_checkpoint(self, source: int, target: int, count: int) -> int:
        checkpoint = self._checkpoints.newest(source, count)
        if checkpoint is None:
            self.drop(target)
            return 0
        length = checkpoint.length
        if source != target:
            api.llama_memory_seq_cp(self._native, source, target, 0, length)
            self._checkpoints.share(source, target, length)
        # The state first: a state refuses to be cut, but has nothing to cut once it is older.
        if checkpoint.restore(self._context, target) and self._cut(target, length):
            return length
        self.drop(target)
        return 0
