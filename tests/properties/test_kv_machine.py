"""Random claims, forks and releases: the table never differs from what is in the cache."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from tests.data.strict_llama import Cell, StrictMemory

from inglenook.engine.kv import KvCache
from inglenook.engine.memory import MemoryKind
from inglenook.engine.sequence import Sequence

OWNERS = ("", "blue", "green")
TOKENS = st.lists(st.integers(1, 3), min_size=1, max_size=12)


class Table(RuleBasedStateMachine):
    """A table of sequences, over a memory that knows better."""

    @initialize(
        kind=st.sampled_from((MemoryKind.ATTENTION, MemoryKind.WINDOW, MemoryKind.RECURRENT)),
        sequences=st.integers(1, 5),
    )
    def begin(self, kind, sequences):
        self.memory = StrictMemory(40, sequences, kind)
        self.cache = KvCache(
            self.memory, tokens=40, sequences=sequences, before_drop=self._before_drop
        )
        self.held: list[Sequence] = []

    # --- what is done ---

    @rule(tokens=TOKENS, owner=st.sampled_from(OWNERS), mark=st.booleans())
    def claim(self, tokens, owner, mark):
        before = self._texts_of_held()
        prompt = np.array(tokens, np.int32)
        sequence = self.cache.claim(prompt, owner)
        if sequence is None:
            assert len(self.held) == len(self.cache.sequences)
            return
        assert sequence not in self.held
        assert sequence.owner == owner
        got = sequence.length
        assert got < len(tokens)
        assert sequence.resident().tolist() == tokens[:got]
        self.held.append(sequence)
        if self.cache.make_room(len(tokens) - got):
            self._grow(sequence, tokens[got:-1])
            if mark:
                sequence.mark()
            self._grow(sequence, tokens[-1:])
        assert before == self._texts_of_held()[: len(before)]

    @precondition(lambda self: self.held)
    @rule(data=st.data(), tokens=TOKENS)
    def write(self, data, tokens):
        sequence = data.draw(st.sampled_from(self.held))
        if self.cache.make_room(len(tokens)):
            self._grow(sequence, tokens)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def fork(self, data):
        source = data.draw(st.sampled_from(self.held))
        before = self._texts_of_held()
        copy = self.cache.fork(source)
        assert before == self._texts_of_held()
        if copy is None:
            assert len(self.held) == len(self.cache.sequences)
            return
        assert copy.is_held
        assert copy.resident().tolist() == source.resident().tolist()
        self.held.append(copy)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data):
        sequence = data.draw(st.sampled_from(self.held))
        self.held.remove(sequence)
        self.cache.release(sequence)
        assert self.cache.is_newest(sequence) or not sequence.length

    @precondition(lambda self: self.held)
    @rule(data=st.data(), count=st.integers(0, 12))
    def go_back(self, data, count):
        sequence = data.draw(st.sampled_from(self.held))
        left = sequence.keep(count)
        assert left == sequence.length <= max(count, 0)

    @rule(owner=st.sampled_from(OWNERS[1:]))
    def forget(self, owner):
        before = self._texts_of_held()
        self.cache.forget(owner)
        assert before == self._texts_of_held()
        assert not [each for each in self.cache.sequences if each.owner == owner]

    @rule(cells=st.integers(1, 45))
    def make_room(self, cells):
        before = self._texts_of_held()
        beside = self.cache.cells_beside(self.held)
        assert self.cache.make_room(cells) == (cells <= beside)
        assert before == self._texts_of_held()

    @rule()
    def drop_idle(self):
        before, was_any = self._texts_of_held(), bool(self.cache.idle())
        assert self.cache.drop_idle() == was_any
        assert before == self._texts_of_held()
        assert self.cache.cells.free == self.cache.cells_beside(self.held)

    @rule(tokens=TOKENS)
    def restore(self, tokens):
        sequence = self.cache.empty()
        if sequence is None or not self.cache.make_room(len(tokens)):
            return
        assert sequence.length == 0
        self.memory.held[sequence.number] = [Cell(token) for token in tokens]
        self.cache.adopt(sequence, np.array(tokens, np.int32), "blue")
        assert sequence.saved_length == len(tokens)

    # --- what holds ---

    @invariant()
    def the_table_is_what_is_in_the_cache(self):
        if not hasattr(self, "memory"):
            return
        cells = {}
        for each in self.cache.sequences:
            assert each.resident().tolist() == self.memory.tokens(each.number)
            assert 0 <= each.saved_length <= each.length
            real = self.memory.held[each.number]
            for place, cell in zip(each.places().tolist(), real, strict=True):
                assert cells.setdefault(place, cell) is cell
        assert len(cells) == self.memory.used
        assert self.cache.cells.free == self.cache.cells.count - self.memory.used

    @invariant()
    def those_that_are_held_are_held_once(self):
        if not hasattr(self, "memory"):
            return
        held = {each.number for each in self.cache.sequences if each.is_held}
        assert sorted(held) == sorted(each.number for each in self.held)
        assert all(each.length and not each.is_held for each in self.cache.idle())

    # --- inside ---

    def _grow(self, sequence: Sequence, tokens: list[int]) -> None:
        self.memory.held[sequence.number] += [Cell(token) for token in tokens]
        if len(tokens) == 1:
            sequence.grew(tokens[0])
        else:
            sequence.grew_by(np.array(tokens, np.int32))

    def _texts_of_held(self) -> list[list[int]]:
        return [each.resident().tolist() for each in self.held]

    def _before_drop(self, cache: KvCache, sequence: Sequence) -> None:
        assert cache is self.cache
        assert sequence.length
        assert not sequence.is_held
        assert sequence.resident().tolist() == self.memory.tokens(sequence.number)


Table.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestTable = Table.TestCase
