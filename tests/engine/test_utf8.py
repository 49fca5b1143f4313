"""A set of characters becomes exactly the byte sequences that spell it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.utf8 import products, utf8_sequences

CODES = st.integers(0, 0x10FFFF).filter(lambda code: not 0xD800 <= code <= 0xDFFF)


def matches(sequences, data):
    return [
        sequence
        for sequence in sequences
        if len(sequence) == len(data)
        and all(low <= byte <= high for (low, high), byte in zip(sequence, data, strict=True))
    ]


@given(CODES, CODES, CODES)
def test_a_character_is_spelled_once_if_it_is_in_the_range_and_else_never(low, high, code):
    low, high = min(low, high), max(low, high)
    found = matches(utf8_sequences(((low, high),)), chr(code).encode())
    assert len(found) == (low <= code <= high)


def test_all_characters_are_valid_utf8_and_nothing_else():
    sequences = utf8_sequences(((0, 0x10FFFF),))
    for data in (b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80", b"\xff"):
        assert not matches(sequences, data)


def test_surrogates_have_no_spelling():
    assert utf8_sequences(((0xD800, 0xDFFF),)) == []


@given(st.integers(100, 999), st.integers(100, 999), st.integers(0, 999))
def test_numbers_between_bounds_are_products_of_digits(low, high, number):
    low, high = min(low, high), max(low, high)
    pattern = "|".join(
        "".join(f"[{chr(a)}-{chr(b)}]" for a, b in sequence)
        for sequence in products(str(low).encode(), str(high).encode(), (48, 57))
    )
    assert bool(re.fullmatch(pattern, f"{number:03}")) == (low <= number <= high)
