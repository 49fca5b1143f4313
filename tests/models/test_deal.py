"""Layers dealt out over cards, and the search for the largest number of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.models.deal import deal
from inglenook.models.edge import largest


def test_cards_are_filled_alike():
    assert deal([10] * 30, [1000, 2000]) == (10, 20)
    assert deal([10] * 30, [1000, 1000, 1000]) == (10, 10, 10)
    assert deal([10, 10, 10, 60], [1000, 1000]) == (3, 1)


def test_a_full_card_gets_nothing():
    assert deal([10] * 4, [-5, 100]) == (0, 4)
    assert deal([10] * 4, [0, 0]) == (0, 4)
    assert deal([0, 0], [7]) == (2,)


def test_where_like_shares_do_not_fit_cards_are_filled_to_the_brim():
    assert deal([60, 60, 60], [130, 60]) == (2, 1)
    assert deal([90, 20, 90], [110, 90]) == (2, 1)


sizes = st.lists(st.integers(1, 100), min_size=1, max_size=40)


@given(sizes, st.lists(st.integers(0, 2000), min_size=1, max_size=4))
def test_every_layer_is_dealt_once(each, rooms):
    counts = deal(each, rooms)
    assert len(counts) == len(rooms)
    assert sum(counts) == len(each)


@given(sizes, st.lists(st.integers(0, 12), min_size=1, max_size=3))
def test_what_fits_in_some_order_of_neighbours_is_found(each, cuts):
    """Rooms cut to measure, with nothing to spare, are filled exactly."""
    rooms, at = [], 0
    for cut in cuts:
        rooms.append(sum(each[at : at + cut]))
        at += cut
    rooms.append(sum(each[at:]))
    counts = deal(each, rooms)
    at = 0
    for room, count in zip(rooms, counts, strict=True):
        assert sum(each[at : at + count]) <= room
        at += count


@given(st.integers(0, 60), st.data())
def test_the_largest_that_fits_is_found_from_any_guess(high, data):
    edge = data.draw(st.integers(0, high))
    asked = []

    def fits(number):
        assert 0 < number <= high
        asked.append(number)
        return number <= edge

    guess = data.draw(st.integers(-3, high + 3))
    assert largest(fits, 0, high, guess) == edge
    if abs(guess - edge) <= 1:
        assert len(asked) <= 4


@pytest.mark.parametrize("guess", [0, 1, 5])
def test_one_number_needs_no_question(guess):
    assert largest(lambda _number: pytest.fail("asked"), 3, 3, guess) == 3
