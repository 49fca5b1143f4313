"""Which sequence a prompt gets, and what has to go for it."""

import numpy as np
import pytest
from tests.data.strict_llama import Cell, StrictMemory

from inglenook.engine.kv import KvCache
from inglenook.engine.memory import MemoryKind


class Table:
    """A cache whose prompts are read at once."""

    def __init__(self, *, tokens=100, sequences=3, kind=MemoryKind.ATTENTION):
        self.memory = StrictMemory(tokens, sequences, kind)
        self.dropped = []
        self.cache = KvCache(
            self.memory, tokens=tokens, sequences=sequences, before_drop=self._dropped
        )

    def _dropped(self, cache, sequence):
        self.dropped.append((sequence.owner, text(sequence)))

    def claim(self, prompt, owner=""):
        """Return a sequence with a prompt read into it, and how much was there already."""
        sequence = self.cache.claim(np.frombuffer(prompt.encode(), np.uint8), owner)
        there = sequence.length
        self.write(sequence, prompt[there:])
        return sequence, there

    def write(self, sequence, more):
        tokens = np.frombuffer(more.encode(), np.uint8).astype(np.int32)
        self.memory.held[sequence.number] += [Cell(int(token)) for token in tokens]
        sequence.grew_by(tokens)

    def had(self, prompt, owner=""):
        """Let a prompt have been read some time ago."""
        sequence, _ = self.claim(prompt, owner)
        self.cache.release(sequence)
        return sequence


def text(sequence):
    return bytes(sequence.resident().tolist()).decode()


@pytest.fixture
def table():
    return Table()


def test_a_prompt_that_goes_on_takes_the_sequence_over(table):
    before = table.had("hello", "chat")
    sequence, there = table.claim("hello you", "chat")
    assert sequence is before
    assert there == 5


def test_the_last_token_is_always_read_again(table):
    table.had("hello")
    sequence, there = table.claim("hello")
    assert there == 4
    assert text(sequence) == "hello"


def test_an_edit_takes_the_chats_own_sequence_over(table):
    before = table.had("hello you", "chat")
    sequence, there = table.claim("hello me", "chat")
    assert sequence is before
    assert there == 6
    assert text(sequence) == "hello me"
    assert table.cache.cells.free == 100 - 8


def test_another_chat_shares_the_beginning_and_leaves_the_first_whole(table):
    before = table.had("hello you", "chat")
    sequence, there = table.claim("hello me", "another")
    assert sequence is not before
    assert there == 6
    assert text(before) == "hello you"
    assert table.cache.cells.free == 100 - 9 - 2


def test_what_others_left_can_be_dropped_but_not_what_nobody_owns(table):
    mine, other, nobodys = table.had("a", "mine"), table.had("b", "other"), table.had("c")
    table.cache.drop_others("mine")
    assert [each.length for each in (mine, other, nobodys)] == [1, 0, 1]
    assert table.dropped == [("other", "b")]


def test_of_equal_beginnings_the_one_that_can_be_taken_over_is_chosen(table):
    held, _ = table.claim("hello")
    free = table.had("hello")
    sequence, there = table.claim("hello you")
    assert sequence is free is not held
    assert there == 5


def test_what_is_held_is_copied_from_and_left_alone(table):
    held, _ = table.claim("hello you")
    sequence, there = table.claim("hello me")
    assert there == 6
    assert text(held) == "hello you"
    assert sequence is not held


def test_the_one_unused_longest_goes_first(table):
    for name in "abc":
        table.had(name * 5, name)
    table.had("aaaaaa", "a")
    table.claim("new")
    assert table.dropped == [("b", "bbbbb")]


def test_none_is_to_be_had_when_all_are_held(table):
    for name in "abc":
        table.claim(name * 5)
    assert table.cache.claim(np.array([1, 2], np.int32), "") is None
    assert table.cache.fork(table.cache.sequences[0]) is None
    assert table.cache.empty() is None


def test_the_only_free_one_is_used_even_if_it_must_be_cut(table):
    table.claim("aaa")
    table.claim("bbb")
    last = table.had("hello you", "chat")
    sequence, there = table.claim("hello me", "another")
    assert sequence is last
    assert there == 6
    assert sequence.owner == "another"


def test_a_fork_has_everything_and_costs_nothing(table):
    source, _ = table.claim("hello", "chat")
    free = table.cache.cells.free
    copy = table.cache.fork(source)
    assert copy.is_held
    assert (text(copy), copy.owner, table.cache.cells.free) == ("hello", "chat", free)


def test_room_is_made_by_dropping_what_nobody_holds(table):
    table.had("a" * 30, "a")
    table.had("b" * 30, "b")
    held, _ = table.claim("c" * 30)
    assert table.cache.make_room(10)
    assert table.dropped == []
    assert table.cache.make_room(40)
    assert table.dropped == [("a", "a" * 30)]
    assert not table.cache.make_room(71)
    assert table.dropped[1:] == [("b", "b" * 30)]
    assert text(held) == "c" * 30


def test_cells_beside_those_held_are_counted_once_however_many_share_them(table):
    source, _ = table.claim("a" * 30)
    copy = table.cache.fork(source)
    table.write(copy, "b" * 5)
    assert table.cache.cells_beside([source]) == 70
    assert table.cache.cells_beside([source, copy]) == 65
    assert table.cache.cells_beside([]) == 100


def test_a_chat_that_is_forgotten_leaves_nothing(table):
    table.had("hello", "chat")
    table.had("other", "another")
    held, _ = table.claim("and more", "chat")
    table.cache.forget("chat")
    assert [each.owner for each in table.cache.idle()] == ["another"]
    assert held.is_held
    assert held.owner == ""
    assert table.dropped == []


def test_the_newest_of_a_chat_is_the_one_held_last(table):
    old, _ = table.claim("hello you", "chat")
    other = table.had("x", "another")
    assert table.cache.is_newest(old)
    new, _ = table.claim("hello me", "chat")
    table.cache.release(old)
    table.cache.release(new)
    assert [table.cache.is_newest(each) for each in (old, other, new)] == [False, True, True]


def test_what_came_from_a_snapshot_counts_as_saved(table):
    sequence = table.cache.empty()
    table.memory.held[sequence.number] = [Cell(token) for token in b"hello"]
    table.cache.adopt(sequence, np.frombuffer(b"hello", np.uint8).astype(np.int32), "chat")
    assert (sequence.owner, sequence.saved_length, sequence.is_held) == ("chat", 5, False)
    again, there = table.claim("hello you", "chat")
    assert again is sequence
    assert there == 5
    assert again.saved_length == 5


def test_a_sequence_of_another_chat_is_not_saved_for_the_new_one(table):
    before = table.had("hello", "chat")
    before.saved_length = 5
    sequence, _ = table.claim("hello you", "another")
    assert sequence is before
    assert (sequence.owner, sequence.saved_length) == ("another", 0)


def test_what_cannot_go_back_is_continued_only_from_a_mark():
    table = Table(kind=MemoryKind.RECURRENT)
    sequence, _ = table.claim("hello")
    sequence.mark()
    table.write(sequence, " you")
    table.cache.release(sequence)
    assert table.cache.needs_marks
    assert not table.cache.can_abort
    assert table.claim("hello you too")[1] == 9
    assert table.claim("hello me")[1] == 5


def test_a_memory_that_lost_something_is_followed():
    table = Table(kind=MemoryKind.RECURRENT)
    sequence, _ = table.claim("hello")
    sequence.mark()
    table.write(sequence, " you")
    table.memory.is_damaged = True
    table.cache.recover()
    assert text(sequence) == "hello"
    assert table.cache.cells.free == 95


def test_nothing_that_is_idle_is_nothing_to_drop(table):
    assert not table.cache.drop_idle()
    table.had("hello", "chat")
    assert table.cache.drop_idle()
    assert table.dropped == [("chat", "hello")]
    assert not table.cache.tidy()
