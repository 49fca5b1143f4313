"""Who goes first, who is told what, and who rises by waiting."""

import numpy as np
import pytest
from tests.data.silent_task import Silent

from inglenook.core.ids import program_chat
from inglenook.engine.line import AGEING_S, Line
from inglenook.engine.protocol import Queued
from inglenook.engine.task import BACKGROUND, FRONT, OTHER


class Queue:
    """A line with a clock that the test moves."""

    def __init__(self):
        self.now_s = 100.0
        self.line = Line(lambda: self.now_s)
        self.count = 0

    def come(self, chat="", *, is_background=False):
        prompt = np.array([1], np.int32)
        task = Silent(
            f"r{self.count}", chat, prompt, reserve_tokens=1, is_background=is_background
        )
        task.order = self.count
        self.count += 1
        self.line.join(task)
        return task


@pytest.fixture
def queue():
    return Queue()


def test_the_front_goes_before_others_and_they_before_the_background(queue):
    queue.line.front = "seen"
    back = queue.come("seen", is_background=True)
    other, front = queue.come("other"), queue.come("seen")
    assert [queue.line.level(each) for each in (front, other, back)] == [
        FRONT, OTHER, BACKGROUND,
    ]  # fmt: skip
    assert queue.line.turns() == [front, other, back]


def test_within_a_level_it_is_first_come_first_served(queue):
    tasks = [queue.come(f"chat {at}") for at in range(3)]
    assert queue.line.turns() == tasks
    assert sorted(tasks, key=queue.line.rank) == tasks


def test_another_chat_in_front_changes_the_order_at_once(queue):
    one, two = queue.come("one"), queue.come("two")
    queue.line.front = "two"
    assert queue.line.turns() == [two, one]
    queue.line.front = ""
    assert queue.line.turns() == [one, two]


def test_who_has_waited_long_is_overtaken_no_more(queue):
    queue.line.front = "seen"
    old = queue.come("other")
    queue.now_s += AGEING_S
    queue.come("seen")
    assert queue.line.turns() == [old]


def test_the_background_rises_by_two_levels(queue):
    queue.line.front = "seen"
    back = queue.come(is_background=True)
    queue.now_s += AGEING_S
    front = queue.come("seen")
    assert queue.line.turns() == [front, back]
    queue.now_s += AGEING_S
    assert queue.line.turns() == [back]


def test_who_got_a_turn_by_waiting_keeps_the_level(queue):
    back = queue.come(is_background=True)
    queue.now_s += 2.5 * AGEING_S
    queue.line.leave(back)
    assert queue.line.waiting == []
    assert queue.line.level(back) == FRONT
    queue.line.join(back)
    assert queue.line.level(back) == FRONT


def test_who_got_a_turn_at_once_stays_where_it_was(queue):
    back = queue.come(is_background=True)
    queue.line.leave(back)
    queue.now_s += 10 * AGEING_S
    assert queue.line.level(back) == BACKGROUND
    queue.line.join(back)
    queue.come("other")
    assert queue.line.turns()[1] is back


def test_each_is_told_how_many_are_before_it_and_only_when_that_changes(queue):
    told = []
    first, second = queue.come(), queue.come()
    queue.line.tell_places(2, told.append)
    queue.line.tell_places(2, told.append)
    assert told == [Queued("r0", 2), Queued("r1", 3)]
    queue.line.leave(first)
    queue.line.tell_places(2, told.append)
    assert told[2:] == [Queued("r1", 2)]
    assert second.ahead == 2


def test_nobody_is_before_nobody(queue):
    told = []
    queue.line.tell_places(1, told.append)
    assert queue.line.turns() == told == []


def test_a_program_never_rises_above_a_person(queue):
    queue.line.front = "seen"
    program = queue.come(program_chat("1"))
    queue.now_s += 5 * AGEING_S
    other, front = queue.come("other"), queue.come("seen")
    assert queue.line.turns() == [front, other, program]
    queue.line.leave(program)
    assert queue.line.level(program) == BACKGROUND


def test_a_program_must_be_brief_while_a_chat_is_on_screen(queue):
    program, chat = queue.come(program_chat("1")), queue.come("seen")
    assert not queue.line.must_be_brief(program)
    queue.line.front = "seen"
    assert queue.line.must_be_brief(program)
    assert not queue.line.must_be_brief(chat)
