"""The KV cache as a table of sequences: what is resident, who holds it, what can go."""

from collections.abc import Callable, Iterable
from itertools import count

import numpy as np

from inglenook.core.ids import is_program_chat
from inglenook.engine.cells import Cells
from inglenook.engine.memory import Memory, MemoryKind
from inglenook.engine.model import Ids
from inglenook.engine.sequence import Sequence

BeforeDrop = Callable[["KvCache", Sequence], None]
"""Told of a sequence that nobody holds, right before it is dropped."""


class KvCache:
    """Hands out sequences; those given back stay resident until their room is needed.

    What a new prompt has in common with anything resident is not read again: the sequence is
    taken over where nothing else is lost by it, and its beginning is shared otherwise.

    Threads: the engine's main thread only.

    Attributes:
        cells: How full the cache is.
        sequences: All of them, by number.
    """

    def __init__(
        self,
        memory: Memory,
        *,
        tokens: int,
        sequences: int,
        before_drop: BeforeDrop = lambda _cache, _sequence: None,
    ) -> None:
        """Begin with an empty cache of so many cells and sequences."""
        self._memory = memory
        self.cells = Cells(tokens)
        self.sequences = tuple(
            Sequence(memory, self.cells, number) for number in range(sequences)
        )
        self._before_drop = before_drop
        self._clock = count(1)

    # --- looking ---

    @property
    def needs_marks(self) -> bool:
        """Whether a sequence can go back only to places that were marked."""
        return self._memory.kind is not MemoryKind.ATTENTION

    @property
    def can_abort(self) -> bool:
        """Whether an aborted decode leaves what was resident as it was."""
        return self._memory.can_abort

    def cells_beside(self, held: Iterable[Sequence]) -> int:
        """Return how many cells would be free if nothing but these were resident."""
        is_needed = np.zeros(self.cells.count, np.bool_)
        for each in held:
            is_needed[each.places()] = True
        return self.cells.count - int(np.count_nonzero(is_needed))

    def cells_without(self, owner: str) -> int:
        """Return how many cells are free, or would be without what is kept of one chat."""
        kept = [
            each for each in self.sequences if each.is_held or each.owner not in {"", owner}
        ]
        return self.cells_beside(kept)

    def idle(self) -> list[Sequence]:
        """Return what is resident and held by nobody, least recently used first."""
        found = [each for each in self.sequences if each.length and not each.is_held]
        return sorted(found, key=lambda each: each.used)

    def is_newest(self, sequence: Sequence) -> bool:
        """Whether no other sequence of the same chat was held since."""
        return all(
            each.used <= sequence.used
            for each in self.sequences
            if each.owner == sequence.owner and each.length
        )

    def best(self, ids: Ids) -> tuple[Sequence | None, int]:
        """Return the sequence that has most in common with a prompt, and how much.

        One token is always left to read: without it there would be no logits.
        """
        wanted = ids[:-1]
        found: Sequence | None = None
        most = 0
        for each in self.sequences:
            common = each.common(wanted)
            # Of equals, the one that can be taken over.
            if common > most or (common == most > 0 and not each.is_held):
                found, most = each, common
        return found, most

    # --- handing out ---

    def claim(self, ids: Ids, owner: str) -> Sequence | None:
        """Hold a sequence that has the beginning of a prompt, as much of it as there is.

        Returns:
            The sequence, whose resident tokens are a proper prefix of ``ids``; None if all
            are held.
        """
        source, common = self.best(ids)
        if source is None:
            return self._held(self.empty(), owner)
        if self._can_take_over(source, common, owner):
            source.keep(common)
            return self._held(source, owner)
        copy = self.empty(spare=source)
        if copy is None:
            if source.is_held:
                return None
            source.keep(common)
            return self._held(source, owner)
        # Less may come of it than is common, but the source could go back no further itself.
        copy.copy_of(source, common)
        return self._held(copy, owner)

    def _can_take_over(self, source: Sequence, common: int, owner: str) -> bool:
        """Whether a sequence is better continued than copied."""
        if source.is_held:
            return False
        # An edit leaves an old branch behind; what is resident slows down whoever writes.
        return common == source.length or source.owner == owner

    def adopt(self, sequence: Sequence, ids: Ids, owner: str) -> None:
        """Follow what was put into an empty sequence from outside: a chat's snapshot."""
        sequence.grew_by(ids)
        sequence.owner, sequence.saved_length = owner, len(ids)
        self.release(sequence)

    def fork(self, source: Sequence) -> Sequence | None:
        """Hold a copy that shares all cells of a sequence; None if all numbers are held."""
        copy = self.empty(spare=source, owner=source.owner)
        if copy is not None:
            copy.copy_of(source, source.length)
        return self._held(copy, source.owner)

    def empty(self, spare: Sequence | None = None, owner: str = "") -> Sequence | None:
        """Return an empty sequence, dropping one if need be.

        That is one nobody owns or the owner does, and of these the one unused longest.
        """
        free = [each for each in self.sequences if not each.is_held and each is not spare]
        if not free:
            return None
        mine = {"", owner} if owner else set()
        chosen = min(
            free, key=lambda each: (each.length > 0, each.owner not in mine, each.used)
        )
        self._drop(chosen)
        return chosen

    def release(self, sequence: Sequence) -> None:
        """Let go of a sequence; it stays resident while there is room."""
        sequence.is_held = False
        sequence.used = next(self._clock)

    def forget(self, owner: str) -> None:
        """Drop what is kept of a chat; what is being worked on is nobody's from now on."""
        for each in self.sequences:
            if each.owner != owner:
                continue
            if each.is_held:
                each.owner, each.saved_length = "", 0
            else:
                each.clear()

    def make_room(self, cells: int) -> bool:
        """Drop what nobody holds, least recently used first, until so many cells are free."""
        if self.cells.free >= cells:
            return True
        for each in self.idle():
            if self.cells.free >= cells:
                break
            self._drop(each)
        return self.cells.free >= cells

    def drop_others(self, owner: str) -> None:
        """Drop what nobody holds of others, to be quicker.

        A person's chat can be had again, see Recall, and makes way for persons only. Of what
        programs have read, which is gone then, the newest stays.
        """
        idle = [each for each in self.idle() if each.owner not in {"", owner}]
        programs = [each for each in idle if is_program_chat(each.owner)]
        chats = (
            [] if is_program_chat(owner) else [each for each in idle if each not in programs]
        )
        for each in (*chats, *programs[:-1]):
            self._drop(each)

    def drop_idle(self) -> bool:
        """Drop all that nobody holds; return whether there was anything."""
        idle = self.idle()
        for each in idle:
            self._drop(each)
        if not any(each.is_held for each in self.sequences):
            self._memory.clear()
            for each in self.sequences:  # which is taken first shall not depend on the past
                each.used = 0
        return bool(idle)

    def tidy(self) -> bool:
        """Try to find room without dropping anything; return whether that changed a thing."""
        return self._memory.tidy()

    def recover(self) -> None:
        """Make the memory sound again after a decode that was aborted or failed."""
        self._memory.recover()
        for each in self.sequences:
            each.follow()

    def _held(self, sequence: Sequence | None, owner: str) -> Sequence | None:
        if sequence is not None:
            if sequence.owner != owner:
                sequence.owner, sequence.saved_length = owner, 0
            sequence.is_held = True
            sequence.used = next(self._clock)
        return sequence

    def _drop(self, sequence: Sequence) -> None:
        if sequence.length:
            self._before_drop(self, sequence)
        sequence.clear()
