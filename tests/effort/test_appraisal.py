"""Drafts chosen by what other models say of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.effort.appraisal import Written, choice_by, likeness
from inglenook.effort.strategy import Kind, Reason, Score, Strategy

BEST = Strategy(Kind.BEST_OF, 4, Score.REWARD)
VOTE = Strategy(Kind.VOTE, 4, Score.REWARD)
NEAREST = Strategy(Kind.BEST_OF, 4, Score.LIKENESS)
TEXTS = ("A hearth is warm.", "Fires are warm.", "Ice is cold.")


def drafts(*texts, cut=()):
    return [Written(at, each, at not in cut) for at, each in enumerate(texts)]


def test_the_draft_nearest_to_the_others_is_like_them():
    # Cosines: 0.8 between the first two, 0.6 and 0 to the third.
    vectors = [(1.0, 0.0), (0.8, 0.6), (0.0, 1.0)]
    assert likeness(vectors) == pytest.approx([0.4, 0.7, 0.3])
    choice = choice_by(NEAREST, drafts(*TEXTS), likeness(vectors))
    assert (choice.draft, choice.reason) == (1, Reason.LIKENESS)


def test_a_draft_alone_is_like_nothing_and_no_draft_has_no_likeness():
    assert likeness([(1.0, 0.0)]) == [0.0]
    assert likeness([]) == []
    assert likeness([(0.0, 0.0), (1.0, 0.0)]) == [0.0, 0.0]
    assert choice_by(NEAREST, drafts("Yes"), [0.0]).reason is Reason.ONLY


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=2, max_size=9))
def test_the_likest_draft_is_the_one_nearest_to_the_centroid(rows):
    units = []
    for row in rows:
        length = sum(x * x for x in row) ** 0.5
        units.append([x / length for x in row] if length > 1e-3 else [1.0, 0.0, 0.0])
    centre = [sum(column) / len(units) for column in zip(*units, strict=True)]
    found = likeness(units)
    nearest = [-sum((a - b) ** 2 for a, b in zip(each, centre, strict=True)) for each in units]
    assert nearest[found.index(max(found))] == pytest.approx(max(nearest), abs=1e-6)


def test_a_reward_model_chooses_among_texts_without_answers():
    choice = choice_by(BEST, drafts(*TEXTS), [-3.0, 0.5, -1.0])
    assert (choice.draft, choice.reason) == (1, Reason.REWARD)
    assert choice_by(VOTE, drafts(*TEXTS), [-3.0, 0.5, -1.0]).reason is Reason.REWARD


def test_answers_vote_with_their_rewards():
    texts = ("The answer is 12.", "The answer is 7.", "The answer is 7.")
    poor = choice_by(VOTE, drafts(*texts), [5.0, -4.0, -4.0])
    assert (poor.draft, poor.reason) == (0, Reason.REWARD)
    even = choice_by(VOTE, drafts(*texts), [0.5, 0.5, 0.6])
    assert (even.draft, even.reason) == (2, Reason.AGREEMENT)


def test_a_draft_that_was_cut_off_gives_no_answer_and_comes_last():
    texts = ("The answer is 7.", "The answer is 7.", "The answer is 12.")
    assert choice_by(BEST, drafts(*texts, cut=(2,)), [0.1, 0.2, 9.0]).draft == 1
