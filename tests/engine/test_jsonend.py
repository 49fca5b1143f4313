"""The end of JSON is found where it is, however the text is cut."""

import json

from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.jsonend import JsonEnd

values = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
).filter(lambda value: isinstance(value, (dict, list)))


@given(
    values,
    st.text(max_size=10),
    st.sampled_from(["", "  ", "name ", "name[ARGS]", "a[CALL_ID]b"]),
)
def test_the_end_is_found_and_nothing_after_it_matters(value, after, before):
    text = before + json.dumps(value)
    assert JsonEnd().find(text + after) == len(text)
    growing = JsonEnd()
    found = [growing.find(text[:at]) for at in range(len(text) + 1)]
    assert found[:-1] == [None] * len(text)
    assert found[-1] == len(text)


def test_it_is_known_how_late_it_begins():
    end = JsonEnd()
    assert end.find("some words ") is None
    assert end.begins_after(100) < 100
    assert end.find('some words {"a": "') is None
    assert end.begins_after(100) == 11
    assert end.is_in_text


def test_a_word_in_brackets_may_still_come_to_be():
    end = JsonEnd()
    assert end.find("name[AR") is None
    assert end.find("name[AR]") == len("name[AR]")
