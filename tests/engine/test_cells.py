"""Cells are shared, given back, and never given out twice."""

import numpy as np
import pytest

from inglenook.engine.cells import Cells


@pytest.fixture
def cells():
    return Cells(10)


def test_no_cell_is_given_out_twice(cells):
    taken = [cells.take(), *cells.take_many(5).tolist(), *cells.take_many(4).tolist()]
    assert sorted(taken) == list(range(10))
    assert cells.free == 0


def test_more_than_are_free_are_refused_and_none_is_taken(cells):
    cells.take_many(7)
    with pytest.raises(ValueError, match="4 cells are wanted and 3 are free"):
        cells.take_many(4)
    assert cells.free == 3
    with pytest.raises(ValueError, match="are free"):
        Cells(0).take_many(1)


def test_a_shared_cell_is_free_when_its_last_user_gives_it_back(cells):
    places = cells.take_many(4)
    cells.share(places[:2])
    cells.give_back(places)
    assert cells.free == 8
    cells.give_back(places[:2])
    assert cells.free == 10


def test_what_was_given_back_can_be_had_again(cells):
    places = cells.take_many(10)
    cells.give_back(places[3:6])
    assert sorted(cells.take_many(3).tolist()) == sorted(places[3:6].tolist())


def test_nothing_is_a_number_of_cells_too(cells):
    nothing = cells.take_many(0)
    cells.share(nothing)
    cells.give_back(nothing)
    assert cells.free == 10
    assert nothing.dtype == np.int32
