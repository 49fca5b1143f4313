"""What Windows writes of its cores, read as bytes."""

import struct

import pytest

from inglenook.hardware.windows import count_fast, fast_cores, features


def core(kind, relation=0, size=48):
    return struct.pack("<IIBB", relation, size, 1, kind).ljust(48, b"\0")


def test_the_cores_of_the_highest_class_are_the_fast_ones():
    assert count_fast(core(1) * 6 + core(0) * 8) == 6


def test_where_all_are_of_one_class_all_are_fast():
    assert count_fast(core(0) * 4) == 4


def test_entries_about_anything_else_are_passed_over():
    assert count_fast(core(5, relation=2) + core(0)) == 1


@pytest.mark.parametrize("entries", [b"", b"\0" * 9, core(1, size=0), core(1, size=3) * 2])
def test_what_makes_no_sense_is_not_known(entries):
    assert count_fast(entries) == 0


def test_other_systems_are_not_asked():
    assert (fast_cores(), features()) == (0, "")
