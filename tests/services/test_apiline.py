"""Which questions of programs go together, and which model is next."""

import pytest

from inglenook.engine.protocol import Tokenise
from inglenook.services.apiline import TURN_S, Ask, Line


class Queue:
    """A line with a clock that the test moves."""

    def __init__(self):
        self.now_s = 100.0
        self.line = Line(lambda: self.now_s)
        self.count = 0

    def come(self, path):
        self.count += 1
        ask = Ask(Tokenise(f"r{self.count}", ""), path, lambda *_: None, self.now_s)
        self.line.join(ask)
        return ask

    def runs(self, *asks):
        self.line.running.update({each.request: each for each in asks})


@pytest.fixture
def queue():
    return Queue()


def test_questions_for_the_loaded_model_go_at_once_and_together(queue):
    one, other, two = queue.come("a"), queue.come("b"), queue.come("a")
    assert queue.line.may_go("a", is_open=False) == [one, two]
    assert queue.line.waiting == [other]
    assert len(queue.line) == 1


def test_another_model_is_next_when_the_answers_under_way_have_ended(queue):
    one = queue.come("a")
    queue.come("b")
    queue.runs(*queue.line.may_go("a", is_open=False))
    assert queue.line.next_path("a") == ""
    del queue.line.running[one.request]
    assert queue.line.next_path("a") == "b"
    assert queue.line.next_path("b") == ""


def test_the_one_who_has_waited_longest_decides_which_model_is_next(queue):
    first = queue.come("b")
    queue.now_s += 1.0
    queue.come("c")
    queue.line.waiting.remove(first)
    queue.line.join(first)
    assert queue.line.next_path("") == "b"


def test_the_loaded_model_takes_nobody_after_its_turn_while_another_is_waited_for(queue):
    queue.come("b")
    queue.now_s += TURN_S
    late = queue.come("a")
    assert queue.line.may_go("a", is_open=False) == ()
    assert queue.line.may_go("a", is_open=True) == [late]


def test_a_model_that_has_just_been_loaded_has_a_turn_however_long_others_have_waited(queue):
    queue.come("a")
    queue.now_s += 5 * TURN_S
    first, second = queue.come("b"), queue.come("b")
    assert queue.line.is_ready("b") == [first, second]
    queue.now_s += TURN_S / 2
    third = queue.come("b")
    assert queue.line.may_go("b", is_open=False) == [third]
    queue.now_s += TURN_S / 2
    queue.come("b")
    assert queue.line.may_go("b", is_open=False) == ()
    assert queue.line.next_path("b") == "a"


def test_only_those_who_waited_for_a_load_are_told_that_it_failed(queue):
    tried, other = queue.come("a"), queue.come("b")
    queue.line.try_all("a")
    late = queue.come("a")
    assert queue.line.take_tried("a") == [tried]
    assert queue.line.waiting == [other, late]


def test_one_or_everybody_can_be_taken_out(queue):
    one, two, three = (queue.come("a") for _ in range(3))
    assert queue.line.take_one(two.request) is two
    assert queue.line.take_one(two.request) is None
    queue.line.waiting.remove(one)
    queue.runs(one)
    assert queue.line.take_all() == [one, three]
    assert not len(queue.line)
