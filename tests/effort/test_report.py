"""A report has every strategy with its accuracy, its tokens and what they cost."""

import pytest

from inglenook.effort.report import GREEDY, ORACLE, STOPS, Live, flops, report_on
from inglenook.effort.trials import Sample, Trial


def trial(name, answers, greedy="5"):
    drafts = tuple(Sample(each, 10, -1.0) for each in answers)
    return Trial(name, "5", Sample(greedy, 8), drafts)


TRIALS = [trial("a", ["5"] * 16), trial("b", ["5"] * 10 + ["7"] * 6, "7")]


def made(trials=TRIALS, live=()):
    return report_on(
        "sums", trials, live, parameters=1000, seconds={8: 2.0, 16: 3.0}, greedy_s=0.5
    )


def test_a_token_takes_two_operations_a_parameter():
    assert flops(100, 135_000_000) == 2.7e10


def test_every_line_has_its_cost():
    (figure,) = made().line(GREEDY).figures
    assert (figure.drafts, figure.tokens, figure.flops) == (1, 8, 16_000)
    assert (figure.seconds, figure.questions, figure.accuracy.value) == (0.5, 2, 0.5)
    majority = made().line("Majority").figures
    assert [each.drafts for each in majority] == [1, 2, 4, 8, 16]
    assert [each.seconds for each in majority] == [None, None, None, 2.0, 3.0]
    assert majority[-1].accuracy.value == 1.0


def test_stopping_rules_and_the_oracle_are_there():
    names = [each.strategy for each in made().lines]
    assert names[0] == GREEDY
    assert set(STOPS) < set(names)
    assert names[-1] == ORACLE
    assert made().line("Stops when sure").figures[0].tokens < 160


def test_rules_for_more_drafts_than_there_are_are_left_out():
    few = made([trial("a", ["5"] * 4)])
    assert not set(STOPS) & {each.strategy for each in few.lines}
    assert few.line(ORACLE).figures[-1].drafts == 4


def test_what_was_run_as_it_is_counts_what_the_judge_read():
    live = [
        Live("Search", "a", 100, 20, 2.0, is_right=True),
        Live("Search", "b", 60, 0, 4.0, is_right=False),
    ]
    (figure,) = made(live=live).line("Search").figures
    assert (figure.tokens, figure.seconds, figure.each) == (90, 3.0, (1.0, 0.0))
    assert figure.flops == 180_000


def test_a_set_of_which_nothing_was_answered_has_no_lines():
    assert made([]).lines == ()
    with pytest.raises(KeyError):
        made([]).line(GREEDY)
