"""What is left of an answer is told from its own drafts as soon as some have ended."""

import pytest

from inglenook.effort.remaining import remaining_s


@pytest.mark.parametrize(
    ("ended", "running", "spent_s", "left_s"),
    [
        ([], [30, 30, 30], 3.0, 5.0),  # half of three drafts, and a fourth
        ([40, 40], [20], 5.0, 3.0),  # drafts are shorter than was foretold
        ([60, 60, 60, 60], [], 8.0, 0.0),
        ([60], [90], 5.0, 4.0),  # the longer one ends soon; two are to begin
        ([], [], 5.0, None),
        ([10], [], 0.0, None),
    ],
)
def test_what_is_left_follows_the_drafts(ended, running, spent_s, left_s):
    told = remaining_s(240, 60, ended, running, spent_s)
    assert told == (None if left_s is None else pytest.approx(left_s))


def test_without_a_foretold_length_nothing_is_told():
    assert remaining_s(240, 0, [10], [], 1.0) is None
