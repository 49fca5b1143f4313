"""Two sources for one figure: the smaller counts, and a difference is told."""

import pytest

from inglenook.core.units import GIB, MIB
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.secondopinion import SecondOpinion, agreed

CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 * GIB, 6 * GIB, source="ggml")


def second(free_bytes, **more):
    return SecondOpinion("NVML", "570.1", 8 * GIB, free_bytes, **more)


def test_two_that_agree_are_one_fact_with_two_sources():
    found, note = agreed(CARD, second(6 * GIB))
    assert (found.free_bytes, found.driver, note) == (6 * GIB, "570.1", "")
    assert found.source == "ggml; NVML says 6.0 GB free, driver 570.1"


def test_the_smaller_figure_counts_without_a_word_if_they_are_close():
    found, note = agreed(CARD, second(6 * GIB - 200 * MIB))
    assert (found.free_bytes, note) == (6 * GIB - 200 * MIB, "")
    assert agreed(CARD, second(7 * GIB))[0].free_bytes == 6 * GIB


@pytest.mark.parametrize("free_bytes", [4 * GIB, 6 * GIB - 257 * MIB, 8 * GIB])
def test_a_difference_is_told(free_bytes):
    _, note = agreed(CARD, second(free_bytes))
    assert note.startswith("A card has 6.0 GB free as llama.cpp sees it, and ")
    assert note.endswith("as NVML does: the smaller counts.")


def test_on_a_small_card_five_percent_are_a_difference():
    small = DeviceFacts("CUDA0", "", DeviceKind.DISCRETE, GIB, 1000 * MIB)
    assert agreed(small, second(960 * MIB))[1] == ""
    assert agreed(small, second(940 * MIB))[1].startswith("CUDA0 has ")


def test_a_part_of_a_card_is_not_taken_for_the_whole():
    half = DeviceFacts("CUDA0", "", DeviceKind.DISCRETE, 4 * GIB, 3 * GIB)
    assert agreed(half, second(3 * GIB))[0].total_bytes == 4 * GIB


def test_what_other_programs_have_is_told_with_the_source():
    found, _ = agreed(CARD, second(6 * GIB, others_bytes=GIB))
    assert "1.0 GB used by other programs" in found.source
