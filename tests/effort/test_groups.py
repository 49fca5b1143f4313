"""Answers that are equal in value are one group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.answers import answer_in
from inglenook.effort.groups import grouped


def groups(*drafts):
    return grouped([answer_in(each) if each else None for each in drafts])


def test_the_same_number_in_other_words_is_one_answer():
    assert groups("12", "It is 12.0", "twelve", "7", "= 12") == [(0, 1, 2, 4), (3,)]
    assert groups("1/2", "0.5", "½", "half", "0,50") == [(0, 1, 2, 3, 4)]
    assert groups("1,000", "1000", "1 000", "1000.00") == [(0, 1, 2, 3)]


def test_a_unit_counts_only_where_drafts_disagree_on_it():
    assert groups("12 km", "12", "12 kilometers") == [(0, 1, 2)]
    assert groups("12 km", "12 miles", "12", "12 km") == [(0, 2, 3), (1,)]
    assert groups("$5", "5 dollars", "5") == [(0, 1, 2)]
    assert groups("5 apples", "5 pears") == [(0, 1)]


def test_of_units_that_are_as_frequent_the_first_by_name_takes_the_bare_number():
    assert groups("12 miles", "12 km", "12") == [(0,), (1, 2)]


def test_words_are_the_same_whatever_their_case_and_article():
    assert groups("Paris", "paris.", "The answer is Paris", "Rome") == [(0, 1, 2), (3,)]


def test_letters_and_words_and_numbers_are_apart():
    assert groups("(B)", "The answer is B", "2", "two", "b.") == [(0, 1), (2, 3), (4,)]


def test_drafts_without_an_answer_are_in_no_group():
    assert groups("", "12", "") == [(1,)]
    assert grouped([]) == []


@pytest.mark.parametrize("drafts", [("12", "7", "12 km", "12 mi", "twelve", "x")])
@given(order=st.permutations(range(6)))
def test_the_order_of_drafts_changes_no_group(drafts, order):
    usual = {frozenset(each) for each in groups(*drafts)}
    mixed = groups(*(drafts[at] for at in order))
    assert {frozenset(order[at] for at in each) for each in mixed} == usual
