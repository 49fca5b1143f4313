"""Files of one model side by side."""

from dataclasses import replace

import pytest

from inglenook.effort.ladder import (
    Rung,
    best_within,
    ladder_of,
    rung_of,
    short_names,
)
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


def test_a_ladder_has_the_files_in_the_order_they_were_named():
    drafts = tuple(Sample("5", 10, -1.0) for _ in range(8))
    found = report_on(
        "sums",
        [Trial("0", "5", Sample("5", 9), drafts)],
        parameters=10,
        seconds={},
        greedy_s=1.0,
    )
    made = ladder_of({"b": found, "a": found})
    assert (made.set, made.questions) == ("sums", 1)
    assert [each.name for each in made.rungs] == ["b", "a"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["Qwen3-8B-Q4_0", "Qwen3-8B-Q8_0"], ["Q4_0", "Q8_0"]),
        (["m.Q4_1", "twin"], ["m.Q4_1", "twin"]),
        (["a-b", "a-b-c"], ["b", "b-c"]),
        (["only-one"], ["one"]),
        ([], []),
    ],
)
def test_names_are_told_apart_without_what_they_share(names, short):
    assert short_names(names) == short


def test_a_single_draft_stands_for_itself():
    trial = Trial("0", "5", Sample("5", 9), (Sample("5", 10),))
    found = report_on("sums", [trial], parameters=10, seconds={1: 2.0}, greedy_s=1.0)
    assert [each.drafts for each in rung_of("a", found).figures] == [1]
