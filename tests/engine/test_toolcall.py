"""What a model writes between the marks of a call is read at once, however odd it is."""

import time

import pytest

from inglenook.engine.toolcall import after_marker, in_python

LONG = 65_536


@pytest.mark.parametrize("read", [in_python, after_marker])
@pytest.mark.parametrize(
    "body",
    [
        " " * LONG,
        "a" * LONG,
        "a" + " " * LONG + "b",
        "[" + " " * LONG + "b",
        "a [CALL_ID]" + "b" * LONG + " " * LONG,
    ],
    ids=["blanks", "a name", "blanks in it", "blanks in a list", "a long name of a call"],
)
def test_a_long_body_without_a_call_is_none_at_once(read, body):
    began = time.thread_time()
    assert read(body, {}) == ()
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    "body",
    [
        'now{"a": 1}',
        'now \n {"a": 1}',
        'now[ARGS]{"a": 1}',
        'now [CALL_ID]x-1 [ARGS] {"a": 1}',
        '[{"name": "now", "arguments": {"a": 1}}]',
    ],
)
def test_blanks_between_the_parts_of_a_call_are_passed_over(body):
    (call,) = after_marker(body, {})
    assert (call.name, call.arguments) == ("now", '{"a": 1}')


@pytest.mark.parametrize("before", ["", "\n", " [ ", "["])
def test_a_list_of_json_is_told_from_python(before):
    after = "]" if "[" in before else ""
    (call,) = in_python(f'{before}{{"name": "now", "arguments": {{}}}}{after}', {})
    assert call.name == "now"
