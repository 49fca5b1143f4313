"""Random arrivals, stops, forks and faults: whatever happens, every answer comes out right.

The decoder fails the test where llama.cpp would end the process, and a chain picks only if
its row of logits has seen exactly the tokens of its branch, be they guessed or not.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from tests.data.strict_guesses import Guessing
from tests.data.strict_llama import Fault, StrictContext, StrictMemory
from tests.data.strict_tasks import Tree, Written

from inglenook.core.errors import ComputeError
from inglenook.engine.context import Decoded
from inglenook.engine.kv import KvCache
from inglenook.engine.memory import MemoryKind
from inglenook.engine.pace import Pace
from inglenook.engine.protocol import Done, Failed, Queued
from inglenook.engine.scheduler import Scheduler

CHATS = ("", "blue", "green", "red")
KINDS = (MemoryKind.ATTENTION, MemoryKind.WINDOW, MemoryKind.HYBRID)
MOST_PROMPT = 40


def common_beginning(chat: str) -> list[int]:
    """Return the first tokens of a chat's prompts; two chats have some in common."""
    return [3, 1, 4, 1, 5, 9, 2, 6] + [len(chat)] * 12


class ManyAnswers(RuleBasedStateMachine):
    """A scheduler over a strict decoder, and everybody who asked it."""

    @initialize(
        kind=st.sampled_from(KINDS),
        cells=st.sampled_from((64, 96, 160)),
        sequences=st.integers(1, 6),
        rows=st.integers(6, 32),
        hidden=st.sampled_from((0, 0, 5)),
        right=st.sampled_from((0.0, 0.7, 1.0)),
    )
    def begin(self, kind, cells, sequences, rows, hidden, right):
        self.now_s = 0.0
        self.memory = StrictMemory(cells, sequences, kind)
        self.context = StrictContext(self.memory, rows, hidden=hidden)
        self.cache = KvCache(self.memory, tokens=cells, sequences=sequences)
        self.scheduler = Scheduler(
            self.context,
            self.cache,
            Pace(rows),
            speculation=Guessing(sequences, right=right),
            clock=lambda: self.now_s,
        )
        self.asked: dict[str, Written] = {}
        self.ended: dict[str, Done | Failed] = {}
        self.had_fault = False

    # --- what happens ---

    @rule(
        chat=st.sampled_from(CHATS),
        shared=st.integers(0, 20),
        own=st.lists(st.integers(1, 9), min_size=1, max_size=20),
        limit=st.integers(1, 25),
        background=st.booleans(),
        salt=st.integers(0, 99),
        alone=st.sampled_from((False, False, False, True)),
    )
    def ask(self, chat, shared, own, limit, background, salt, alone):
        prompt = common_beginning(chat)[:shared] + own
        self._add(
            Written(
                self._name(), chat, prompt,
                limit=limit, salt=salt, is_background=background, is_alone=alone,
            )
        )  # fmt: skip

    @rule(
        chat=st.sampled_from(CHATS),
        shared=st.integers(0, 10),
        own=st.lists(st.integers(1, 9), min_size=1, max_size=10),
        limit=st.integers(1, 30),
        width=st.integers(1, 2),
        branches=st.integers(1, 5),
        salt=st.integers(0, 9999),
    )
    def ask_for_a_tree(self, chat, shared, own, limit, width, branches, salt):
        prompt = common_beginning(chat)[:shared] + own
        self._add(
            Tree(
                self._name(), chat, prompt,
                limit=limit, salt=salt, width=min(width, self.memory.sequences),
                most_branches=branches,
            )
        )  # fmt: skip

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def stop(self, data):
        self.scheduler.stop(data.draw(st.sampled_from(sorted(self.asked))))

    @rule(chat=st.sampled_from(CHATS))
    def put_in_front(self, chat):
        self.scheduler.put_in_front(chat)

    @rule(chat=st.sampled_from(CHATS[1:]))
    def forget(self, chat):
        self.cache.forget(chat)

    @rule(
        outcome=st.sampled_from((Decoded.NO_ROOM, Decoded.ABORTED, Decoded.ABORTED)),
        parts=st.integers(0, 6),
    )
    def interrupt(self, outcome, parts):
        self._go_wrong(Fault(outcome, parts))

    @rule(parts=st.integers(0, 6))
    def fail(self, parts):
        self._go_wrong(Fault(ComputeError, parts))

    @rule(seconds=st.floats(0.0, 60.0))
    def wait(self, seconds):
        self.now_s += seconds

    @rule(times=st.integers(1, 12))
    def work(self, times):
        for _ in range(times):
            self._step()

    @rule()
    def work_once(self):
        self._step()

    @rule()
    def work_for_a_while(self):
        for _ in range(30):
            self._step()

    # --- what holds ---

    @invariant()
    def every_cell_is_accounted_for(self):
        if not hasattr(self, "memory"):
            return
        cells = {}
        for each in self.cache.sequences:
            assert each.resident().tolist() == self.memory.tokens(each.number)
            real = self.memory.held[each.number]
            for place, cell in zip(each.places().tolist(), real, strict=True):
                assert cells.setdefault(place, cell) is cell
        assert self.cache.cells.free == self.cache.cells.count - self.memory.used
        assert len(cells) == self.memory.used

    @invariant()
    def every_held_sequence_has_one_branch(self):
        if not hasattr(self, "memory"):
            return
        branches = [branch for task in self.asked.values() for branch in task.branches]
        seated = [branch.sequence.number for branch in branches if branch.sequence]
        held = [each.number for each in self.cache.sequences if each.is_held]
        assert sorted(seated) == held
        for task in self.asked.values():
            if task.is_over:
                assert not task.branches
                assert all(chain.is_freed for chain in task.chains)

    @invariant()
    def nobody_ends_twice_or_is_forgotten(self):
        if not hasattr(self, "memory"):
            return
        self._listen()
        over = {name for name, task in self.asked.items() if task.is_over}
        assert over == set(self.ended)
        if not self.scheduler.is_busy:
            assert over == set(self.asked)

    def teardown(self):
        """Everybody gets to the end, once nobody comes any more and nothing goes wrong."""
        if not hasattr(self, "memory"):
            return
        self.context.fault = None
        waiting = [task for task in self.asked.values() if not task.is_over]
        most = 200 + 40 * sum(len(task.prompt) + task.limit for task in waiting)
        for _ in range(most):
            if not self.scheduler.is_busy:
                break
            self._step()
        assert not self.scheduler.is_busy, self._who_waits()
        self.every_cell_is_accounted_for()
        self.every_held_sequence_has_one_branch()
        self.nobody_ends_twice_or_is_forgotten()
        for name, end in self.ended.items():
            self._check_text(self.asked[name], end)

    # --- inside ---

    def _who_waits(self) -> str:
        late = [task for task in self.asked.values() if not task.is_over]
        return "these would wait for ever: " + "; ".join(
            f"{task.request}: prompt {len(task.prompt)}, limit {task.limit}, "
            f"wrote {len(task.written)}, "
            + ", ".join(
                f"branch at {each.at} of {len(each.tail)}, token {each.token}, "
                f"paused {each.is_paused}, seated {each.sequence is not None}"
                for each in task.branches
            )
            for task in late
        )

    def _name(self) -> str:
        return f"request {len(self.asked)}"

    def _add(self, task: Written) -> None:
        self.asked[task.request] = task
        self.scheduler.add(task)

    def _go_wrong(self, fault: Fault) -> None:
        self.context.fault = fault
        self.had_fault = True

    def _step(self) -> None:
        self.now_s += 0.01
        self.scheduler.step()
        self._listen()

    def _listen(self) -> None:
        for event in self.scheduler.events():
            assert event.request not in self.ended, "it was heard of after its end"
            if isinstance(event, Done | Failed):
                self.ended[event.request] = event
            else:
                assert isinstance(event, Queued)
                assert 0 < event.ahead < len(self.asked)

    def _check_text(self, task: Written, end: Done | Failed) -> None:
        if isinstance(end, Failed):
            assert self.had_fault
        if isinstance(task, Tree):
            return  # its chains have checked each token
        whole = task.alone
        assert task.written == whole[: len(task.written)]
        if isinstance(end, Done) and end.reason in {"end", "length"}:
            assert task.written == whole
        if isinstance(end, Done) and end.reason == "context" and not self.had_fault:
            room = self.memory.cells - self.context.hidden
            assert len(task.prompt) + len(task.written) >= room


ManyAnswers.TestCase.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None
)
TestManyAnswers = ManyAnswers.TestCase
