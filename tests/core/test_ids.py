"""Ids sort by time and tell when they were made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.ids import (
    RANDOM_BITS,
    is_program_chat,
    made_at_ms,
    program_chat,
    sortable_id,
)

moments = st.integers(0, 2**48 - 1)
dice = st.integers(0, 2**RANDOM_BITS - 1)


def test_an_id_of_a_known_moment_has_its_published_form() -> None:
    # The timestamp of the example in the ULID specification.
    assert sortable_id(1469918176385, 0).startswith("01ARYZ6S41")


@given(first=moments, second=moments, one=dice, other=dice)
def test_ids_sort_as_their_moments_do(first: int, second: int, one: int, other: int) -> None:
    assert (sortable_id(first, one) < sortable_id(second, other)) == (
        (first, one) < (second, other)
    )


@given(moment=moments, bits=st.integers(0, 2**100))
def test_an_id_has_26_characters_and_knows_its_moment(moment: int, bits: int) -> None:
    made = sortable_id(moment, bits)
    assert len(made) == 26
    assert made_at_ms(made) == moment


@pytest.mark.parametrize("text", ["", "short", "u" * 26, "I" * 26, "0" * 27])
def test_what_is_no_id_has_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"26 characters|substring"):
        made_at_ms(text)


def test_conversations_of_programs_are_told_from_chats():
    assert is_program_chat(program_chat("1"))
    assert program_chat("1") != program_chat("2")
    assert not is_program_chat(sortable_id(1, 2))
