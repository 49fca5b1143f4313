"""Files of one model side by side."""

from dataclasses import replace

from inglenook.effort.ladder import Rung, best_within, rung_of
from inglenook.effort.report import report_on
from inglenook.effort.trials import Sample, Trial


def rung(name="Q4", right="5", pace=1.0):
    drafts = tuple(Sample(str(5 + at % 2), 10, -1.0) for at in range(8))
    trials = [Trial(str(at), right, Sample("5", 9), drafts) for at in range(4)]
    seconds = {count: count * pace for count in (1, 2, 4, 8)}
    found = report_on("sums", trials, parameters=10, seconds=seconds, greedy_s=1.0)
    return rung_of(name, found)


def test_a_file_is_told_with_one_four_and_eight_drafts():
    assert [each.drafts for each in rung().figures] == [1, 4, 8]
    assert [each.seconds for each in rung().figures] == [1, 4, 8]


def test_the_best_within_a_time_may_be_another_file():
    right, wrong = rung("Q8", pace=2.0), rung("Q2", right="9")
    assert best_within([right, wrong], 1.5) == (wrong, wrong.figures[0])
    found = best_within([right, wrong], 100.0)
    assert found is not None
    assert found[0] is right
    assert best_within([right, wrong], 0.1) is None


def test_of_equals_the_quicker_is_the_best():
    slow, quick = rung("slow", pace=3.0), rung("quick", pace=2.0)
    slow, quick = (replace(each, figures=each.figures[:1]) for each in (slow, quick))
    assert best_within([slow, quick], 10.0) == (quick, quick.figures[0])


def test_a_file_that_was_not_timed_is_in_no_time():
    untimed = Rung("Q4", tuple(replace(each, seconds=None) for each in rung().figures))
    assert best_within([untimed], 100.0) is None
