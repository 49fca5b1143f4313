"""Gemma's form of arguments is read, and nothing that only looks like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.gemmacall import gemma_arguments

QUOTE = '<|"|>'
words = st.text(st.characters(exclude_characters="<|"), max_size=8)
keys = st.text("abcdefgh_", min_size=1, max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def written(value, blank=""):
    """Write a value as Gemma does."""
    if isinstance(value, str):
        return f"{QUOTE}{value}{QUOTE}"
    if isinstance(value, dict):
        inner = f",{blank}".join(f"{k}:{blank}{written(v, blank)}" for k, v in value.items())
        return f"{{{blank}{inner}{blank}}}"
    if isinstance(value, list):
        return f"[{blank}{f',{blank}'.join(written(each, blank) for each in value)}{blank}]"
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


@given(st.dictionaries(keys, values, max_size=4), st.sampled_from(["", " ", "\n  "]))
def test_what_is_written_is_read_again(arguments, blank):
    text = written(arguments, blank)
    # 0 and 1 are False and True as keys of the table above.
    if not any(each in text for each in (":1", ":0", " 1", " 0", "[1", "[0", ",1", ",0")):
        assert gemma_arguments(text) == arguments


def test_numbers_and_quoted_keys_are_read():
    assert gemma_arguments("{a:1,b:-2.5,c:1e3}") == {"a": 1, "b": -2.5, "c": 1000.0}
    assert gemma_arguments(f"{{{QUOTE}a b{QUOTE} : true}}") == {"a b": True}


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "[1]", "{", "{a", "{a:", "{a:1", "{a 1}", "{:1}", "{a:1 b:2}", "{a:x}"),
        *("{a:[1,2}", f"{{a:{QUOTE}b}}", f"{{{QUOTE}a}}", "{a:1}}", "{a:1} b", "{a:1e999}"),
        "{a:" * 50 + "1" + "}" * 50,
    ],
)
def test_what_is_malformed_is_refused(text):
    assert gemma_arguments(text) is None


@pytest.mark.parametrize("unit", ["{a:", "[", " ", "a", f"{{{QUOTE}", ",", "{a :"])
def test_hostile_text_is_refused_at_once(unit):
    began = time.thread_time()
    assert gemma_arguments("{" + unit * 20_000) is None
    assert time.thread_time() - began < 1
