"""LFM2's form of calls is read, and nothing that only looks like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.pythoncall import python_calls

keys = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
calls = st.lists(st.tuples(keys, st.dictionaries(keys, values, max_size=3)), max_size=3)


@given(calls)
def test_what_python_would_write_is_read_again(calls):
    written = (
        f"{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})"
        for name, given in calls
    )
    assert python_calls(f"[{', '.join(written)}]") == calls


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("true", True), ("null", None), ("-2.5", -2.5), ("1e3", 1000.0), ("+7", 7)),
        (r"'it\'s'", "it's"),
        (r'"a\nb\"c\/d"', 'a\nb"c/d'),
        (r"'\d \x41 \ud83d\ude42 \ud83d'", "\\d A 🙂 �"),
        ("'two\\\nlines'", "twolines"),
        ('{"a": [1, {"b": "c"}], }', {"a": [1, {"b": "c"}]}),
    ],
)
def test_values_are_those_of_json_too(text, value):
    assert python_calls(f"files.open(it = {text})") == [("files.open", {"it": value})]


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "[", "[a", "[a(", "[a()", "a(5)", "a(b)", "a(b=)", "a(b=c)", "a(b=1 c=2)"),
        *("a(b='c)", "a(b=[1", "a(b={c: 1})", "a(b={'c' 1})", "a() b()", "[a()] b", "a(b=c())"),
        *("a(b=1.2.3)", "a(b=1x)", "[a() b()]", "a(**b)", "1a()", "a(b=1e999)"),
        f"a(b={'[' * 50}{']' * 50})",
    ],
)
def test_what_is_malformed_is_refused(text):
    assert python_calls(text) is None


@pytest.mark.parametrize("unit", ["a(b=", "[", " ", "a", "'", '"\\', ",", "a(),", "{'", "1"])
def test_hostile_text_is_refused_at_once(unit):
    began = time.thread_time()
    assert python_calls("[" + unit * (65_536 // len(unit))) is None
    assert time.thread_time() - began < 1
