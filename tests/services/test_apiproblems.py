"""What went wrong has a kind that programs can tell apart."""

import pytest

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.engine.protocol import Done, Failed
from inglenook.services.apiproblems import of_kind, told


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"tokens": "9", "budget": "8"}, "context_length_exceeded"),
        ({"code": "-3"}, "engine_stopped"),
        ({"exception": "KeyError"}, "engine_stopped"),
        ({}, "bad_request"),
        ({"kind": "busy", "budget": "8"}, "busy"),
    ],
)
def test_an_answer_that_failed_tells_whose_fault_it_is(facts, kind):
    event = told(Failed("r1", Problem("It failed", "Ask again.", facts)))
    assert event.problem.facts == {**facts, "kind": kind}


def test_an_engine_that_died_is_told_as_such():
    assert told(Problem("It died", "Ask again.")).facts == {"kind": "engine_stopped"}


def test_other_ends_are_told_as_they_are():
    done = Done("r1", "end", Timings())
    assert told(done) is done


def test_a_kind_that_is_known_stays():
    problem = Problem("Busy", "Wait.", {"kind": "busy"})
    assert of_kind(problem, "bad_request") is problem
