"""Text that can be stored."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.storage.text import storable


@given(st.text())
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert storable(text) == text


@given(st.text(st.characters()))
def test_any_text_becomes_storable(text: str) -> None:
    assert storable(storable(text)) == storable(text)
    storable(text).encode()


def test_halves_of_characters_are_joined_or_replaced() -> None:
    assert storable("a\ud83d\ude00b\ud83d") == "a\N{GRINNING FACE}b\N{REPLACEMENT CHARACTER}"
