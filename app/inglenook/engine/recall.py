"""What was read of a chat before: brought back from its snapshot, and put there again."""

from inglenook.core.ids import is_program_chat
from inglenook.engine.context import Context
from inglenook.engine.kv import KvCache
from inglenook.engine.memory import MemoryKind
from inglenook.engine.protocol import SnapshotSaved
from inglenook.engine.sequence import Sequence, common_beginning
from inglenook.engine.snapshots import FEWEST_TOKENS, Snapshots
from inglenook.engine.task import Task

_WORTH_SAVING = 16
"""A snapshot is written anew when a sixteenth of it, or FEWEST_TOKENS, would be read again."""

_OF_ONE_PIECE = {MemoryKind.RECURRENT, MemoryKind.HYBRID}
"""Checkpoints are not in a snapshot, so that these cannot go back to any part of it."""


class Recall:
    """Keeps one snapshot for each chat, of the branch it spoke last.

    Threads: the engine's main thread only.
    """

    def __init__(self, context: Context, snapshots: Snapshots, *, is_lean: bool) -> None:
        """Keep snapshots; ``is_lean`` if what is resident slows the model down."""
        self._is_lean = is_lean
        self._context = context
        self._snapshots = snapshots

    def bring_back(self, cache: KvCache, task: Task) -> None:
        """Make a chat's snapshot resident, if it has more of the prompt than what is."""
        saved = self._snapshots.tokens_of(task.chat) if task.chat else None
        if saved is None or len(saved) > self._context.tokens:
            return
        _, resident = cache.best(task.prompt)
        common = common_beginning(saved, task.prompt[:-1])
        if common - resident < FEWEST_TOKENS:
            return
        if common < len(saved) and self._context.memory.kind in _OF_ONE_PIECE:
            return  # it would be read from the disk in vain
        sequence = cache.empty()
        if sequence is None or not cache.make_room(len(saved)):
            return
        restored = self._snapshots.restore(task.chat, self._context.handle, sequence.number)
        if restored is not None:
            cache.adopt(sequence, restored, task.chat)

    def make_lean(self, cache: KvCache, task: Task) -> None:
        """Leave what other chats have read to their snapshots while an answer is written.

        On a processor, each token of a prompt looks at every cell that is in use, be it only to
        pass it by: with 2,500 cells of other chats SmolLM2-135M reads 6 to 20 % slower, the
        more they lie scattered, though it writes as fast (2026-11, docs/decisions/0038). To
        bring that back takes 0.1 s. A graphics card passes by faster than it could fetch
        anything.
        """
        if self._is_lean:
            cache.drop_others(task.chat)

    def save_next(self, cache: KvCache) -> bool:
        """Save one sequence that nobody holds and that is worth it; False if there is none."""
        for each in reversed(cache.idle()):
            if cache.is_newest(each) and self._is_worth(each):
                self.save(each)
                return True
        return False

    def save(self, sequence: Sequence) -> None:
        """Save a sequence as its chat's snapshot, if it is long enough."""
        if _is_kept(sequence):
            self._snapshots.save(
                sequence.owner, sequence.resident(), self._context.handle, sequence.number
            )
            sequence.saved_length = sequence.length

    def before_drop(self, cache: KvCache, sequence: Sequence) -> None:
        """Save what is about to be dropped, if it is worth it."""
        if cache.is_newest(sequence) and self._is_worth(sequence):
            self.save(sequence)

    def saved(self) -> list[SnapshotSaved]:
        """Return which snapshots have reached the disk since the last call."""
        return [SnapshotSaved(chat, size) for chat, size in self._snapshots.saved()]

    @property
    def is_writing(self) -> bool:
        """Whether a snapshot is on its way to the disk."""
        return self._snapshots.is_writing

    def forget(self, chat: str) -> None:
        """Remove a chat's snapshot."""
        self._snapshots.forget(chat)

    def close(self) -> None:
        """Wait for what is being written."""
        self._snapshots.close()

    @staticmethod
    def _is_worth(sequence: Sequence) -> bool:
        if not _is_kept(sequence):
            return False
        new = sequence.length - sequence.saved_length
        return new >= min(FEWEST_TOKENS, sequence.length // _WORTH_SAVING)


def _is_kept(sequence: Sequence) -> bool:
    """Whether a sequence is long enough to be saved; nothing of a program's ever is."""
    is_chat = bool(sequence.owner) and not is_program_chat(sequence.owner)
    return is_chat and sequence.length >= FEWEST_TOKENS
