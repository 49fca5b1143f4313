"""Planned and taken, part by part."""

import pytest

from inglenook.core.units import MIB
from inglenook.models.comparison import Compared, compare, learned
from inglenook.models.memory import MemoryPart

PLANNED = (MemoryPart("CUDA0", 400, 100, 50, 9, 0), MemoryPart("CPU", 80, 0, 20, 9))
TAKEN = (MemoryPart("CUDA0", 400, 100, 55, 0, 45), MemoryPart("CPU", 80, 0, 20, 0))


def test_every_part_is_set_beside_what_was_planned():
    found = {(each.device, each.part): each for each in compare(PLANNED, TAKEN)}
    assert found["CUDA0", "compute"] == Compared("CUDA0", "compute", 50, 55)
    assert found["CUDA0", "compute"].off_percent == pytest.approx(10)
    assert found["CUDA0", "together"] == Compared("CUDA0", "together", 550, 600)
    assert found["CPU", "together"].off_percent == 0
    assert ("CPU", "kv") not in found


def test_without_a_plan_or_figures_there_is_nothing_to_compare():
    assert compare((), TAKEN) == compare(PLANNED, ()) == ()


def test_a_device_that_was_not_planned_is_told_too():
    assert compare(PLANNED[1:], TAKEN)[-1] == Compared("CUDA0", "together", 0, 600)


def test_less_than_planned_is_told_with_its_sign():
    assert Compared("CPU", "kv", 100, 90).off_percent == pytest.approx(-10)


def test_what_a_driver_takes_is_told_once_it_is_news():
    dear = (MemoryPart("CUDA0", 1, 1, 1, 0, 254 * MIB), MemoryPart("CPU", 1, 1, 1, 0))
    assert learned(PLANNED, dear) == (
        "The driver took 254 MB of CUDA0 for itself; counted from now on.",
    )
    assert learned(dear, dear) == ()
    assert learned((), dear[1:]) == ()
