"""Follows a text byte by byte through a grammar."""

from collections.abc import Collection
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from inglenook.core.errors import BadArgumentError
from inglenook.engine.gbnf import Item, Rules
from inglenook.engine.utf8 import ByteRange, utf8_sequences

DEAD = 0
"""The state in which no text can be continued."""

States: TypeAlias = npt.NDArray[np.int32]

_EMPTY = 0  # the stack on which nothing is left to be written: the text is whole
_NOTHING = -1

# A grammar in ordinary use needs some 50 of the first and 500 of the second; these bounds keep
# one that is endless or ambiguous from filling the memory (some 100 MB at most).
_MOST_WAYS = 4096
_MOST_STACKS = 500_000
_MOST_STATES = 16_384

# Units of work: a way that a state is made of, a range of bytes, a rule that is entered. One
# takes some 0.3 µs and 50 bytes (measured 2026-11). JSON by an ordinary schema needs some
# 20,000 for a whole answer, a text of at most 2,000 characters 80,000 and its states.
_MOST_WORK = 2_000_000
_WORK_A_TOKEN = 20_000
_STATE_WORK = 32  # what a state takes besides: its row has 1 KiB
_MOST_OPENED = 4_000_000


class Automaton:
    """A grammar as states and the bytes that lead from one to the next.

    A state is a set of stacks; a stack says what is still to be written on one way through
    the rules. States are made when they are first reached and remembered: after a while a
    text is followed by table lookups alone.

    A few lines of grammar can have more states than any memory holds (".* [a-m] .{200}" has
    2^200), of which a vocabulary reaches hundreds of thousands at once. So there is an
    allowance of work, which each token of an answer renews in part.

    Threads: the engine's main thread only.

    Attributes:
        start: The state before the first byte.
        epoch: Counts how often the states were forgotten; a state is good in its epoch only.
    """

    def __init__(self, rules: Rules) -> None:
        self._program = _Program(rules)
        self._stack_ids: dict[tuple[int, int], int] = {}
        self._tops = [_NOTHING]
        self._parents = [_NOTHING]
        self._opened: dict[int, frozenset[int]] = {}
        self._opened_work = 0
        self._allowance = _MOST_WORK
        self.epoch = -1
        self._forget()
        first = [self._entered(at, _EMPTY) for at in self._program.starts[rules.root]]
        self._start_ways = self._joined(first)
        self.start = self._state(self._start_ways)

    def ways(self, state: int) -> frozenset[int]:
        """Return what a state is made of; it outlives the epoch."""
        return self._ways[state]

    def tidied(self, state: int) -> int:
        """Go on behind a token; forget all states if they have become many.

        Returns:
            The same state under its new id.
        """
        self._allowance = min(_MOST_WORK, self._allowance + _WORK_A_TOKEN)
        if len(self._ways) < _MOST_STATES:
            return state
        ways = self._ways[state]
        self._forget()
        self.start = self._state(self._start_ways)
        return self._state(ways)

    def state(self, ways: frozenset[int]) -> int:
        """Return the state that is made of these ways, in the present epoch."""
        return self._state(ways)

    @property
    def is_worn(self) -> bool:
        """Whether so much has been remembered that another answer should start anew."""
        is_full = len(self._tops) > _MOST_STACKS // 2 or self._opened_work > _MOST_OPENED // 2
        return is_full or self._allowance < _MOST_WORK // 2

    def is_complete(self, state: int) -> bool:
        """Whether the text so far is a whole one."""
        return _EMPTY in self._ways[state]

    def after(self, state: int, data: bytes) -> int:
        """Return the state after more bytes, DEAD if they do not follow the grammar.

        Raises:
            BadArgumentError: the grammar is too complicated to be followed.
        """
        for byte in data:
            if state == DEAD:
                return DEAD
            if not self._has_row[state]:
                self._fill(state)
            state = int(self._table[state, byte])
        return state

    def table(self, states: States) -> States:
        """Return the table of next states, shape (states, 256), filled for these states.

        Raises:
            BadArgumentError: the grammar is too complicated to be followed.
        """
        present = np.zeros(len(self._ways), np.bool_)
        present[states] = True
        for state in np.flatnonzero(present).tolist():
            if not self._has_row[state]:
                self._fill(state)
        return self._table

    # --- states ---

    def _forget(self) -> None:
        self.epoch += 1
        self._ways: list[frozenset[int]] = []
        self._ids: dict[frozenset[int], int] = {}
        self._has_row = bytearray()
        self._table: States = np.zeros((64, 256), np.int32)
        self._state(frozenset())

    def _state(self, ways: frozenset[int]) -> int:
        known = self._ids.get(ways)
        if known is not None:
            return known
        number = self._ids[ways] = len(self._ways)
        self._spend(_STATE_WORK)
        self._ways.append(ways)
        self._has_row.append(0)
        if number >= len(self._table):
            self._table = np.concatenate((self._table, np.zeros_like(self._table)))
        return number

    def _fill(self, state: int) -> None:
        """Work out where each byte leads: a sweep over where the ranges begin and end."""
        program, events = self._program, []
        for stack in self._ways[state]:
            if stack == _EMPTY:
                continue
            after = self._popped(stack)
            for low, high in program.ranges[self._tops[stack]]:
                events += [(low, 1, after), (high + 1, -1, after)]
        self._spend(len(events))
        events.sort()
        open_now: dict[int, int] = {}
        row = np.zeros(256, np.int32)
        for at, (byte, change, after) in enumerate(events):
            open_now[after] = open_now.get(after, 0) + change
            if not open_now[after]:
                del open_now[after]
            end = events[at + 1][0] if at + 1 < len(events) else byte
            if open_now and byte < end:
                row[byte:end] = self._state(self._joined(open_now))
        self._table[state] = row
        self._has_row[state] = 1

    def _spend(self, work: int) -> None:
        self._allowance -= work
        if self._allowance < 0:
            raise _too_complicated("too many texts have to be kept in mind at once")

    # --- stacks ---

    def _joined(self, stacks: Collection[int]) -> frozenset[int]:
        ways = frozenset[int]().union(*map(self._open, stacks))
        self._spend(len(stacks) + len(ways))
        if len(ways) > _MOST_WAYS:
            raise _too_complicated(f"it can go on in more than {_MOST_WAYS:,} ways at once")
        return ways

    def _open(self, stack: int) -> frozenset[int]:
        """Enter the rules on top of a stack until bytes are on top of all of them."""
        known = self._opened.get(stack)
        if known is not None:
            return known
        todo, found = [stack], []
        seen: set[int] = set()
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            if len(seen) > 2 * _MOST_WAYS:
                raise _too_complicated("one of its rules begins with itself, or too many do")
            rule = _NOTHING if at == _EMPTY else self._program.calls[self._tops[at]]
            if rule == _NOTHING:
                found.append(at)
            else:
                rest = self._popped(at)
                todo += [self._entered(start, rest) for start in self._program.starts[rule]]
        self._opened_work += len(seen)
        if self._opened_work > _MOST_OPENED:
            raise _too_complicated("the answer has gone through too many of its rules")
        ways = self._opened[stack] = frozenset(found)
        return ways

    def _entered(self, start: int, rest: int) -> int:
        return rest if start == _NOTHING else self._pushed(start, rest)

    def _popped(self, stack: int) -> int:
        """Return what is left when the top has been written."""
        top, parent = self._tops[stack], self._parents[stack]
        return parent if self._program.is_last[top] else self._pushed(top + 1, parent)

    def _pushed(self, top: int, parent: int) -> int:
        known = self._stack_ids.get((top, parent))
        if known is not None:
            return known
        number = self._stack_ids[top, parent] = len(self._tops)
        if number > _MOST_STACKS:
            raise _too_complicated("the answer has gone through too many of its rules")
        self._tops.append(top)
        self._parents.append(parent)
        return number


class _Program:
    """All sequences of a grammar end to end, in bytes.

    Attributes:
        ranges: For each position the bytes that may stand there; empty where a rule does.
        calls: For each position the rule that stands there, or -1.
        is_last: For each position whether its sequence ends with it.
        starts: For each rule where its alternatives begin; -1 for an empty one.
    """

    def __init__(self, rules: Rules) -> None:
        self.ranges: list[tuple[ByteRange, ...]] = []
        self.calls: list[int] = []
        self.is_last: list[bool] = []
        self.starts: list[list[int]] = []
        self._sets: dict[Item, int] = {}
        self._spelled: list[list[tuple[ByteRange, ...]]] = []
        self._rules = len(rules.alternatives)
        for alternatives in rules.alternatives:
            self.starts.append([self._sequence(items) for items in alternatives])
        for sequences in self._spelled:
            self.starts.append([self._bytes(sequence) for sequence in sequences])

    def _sequence(self, items: list[Item]) -> int:
        start = len(self.ranges)
        for item in items:
            if isinstance(item, int):
                self._add((), item)
            else:
                self._set(item)
        return self._ended(start)

    def _set(self, item: tuple[tuple[int, int], ...]) -> None:
        if not item or item[-1][1] < 0x80:
            self._add(item, _NOTHING)
            return
        if item not in self._sets:
            self._sets[item] = len(self._spelled)
            self._spelled.append(utf8_sequences(item))
        sequences = self._spelled[self._sets[item]]
        if len(sequences) == 1:
            for each in sequences[0]:
                self._add((each,), _NOTHING)
        else:
            self._add((), self._rules + self._sets[item])

    def _bytes(self, sequence: tuple[ByteRange, ...]) -> int:
        start = len(self.ranges)
        for each in sequence:
            self._add((each,), _NOTHING)
        return self._ended(start)

    def _add(self, ranges: tuple[ByteRange, ...], call: int) -> None:
        self.ranges.append(ranges)
        self.calls.append(call)
        self.is_last.append(False)

    def _ended(self, start: int) -> int:
        if start == len(self.ranges):
            return _NOTHING
        self.is_last[-1] = True
        return start


def _too_complicated(why: str) -> BadArgumentError:
    return BadArgumentError(
        "The form asked of the answer is too complicated", f"Make it simpler: {why}."
    )
