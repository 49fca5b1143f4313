import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError
from inglenook.engine.echoscript import (
    WAYS_TO_DIE,
    Script,
    answer_to,
    load_script_from,
    script_from,
    tokens_of,
)


def test_ordinary_turns_have_no_script():
    for turn in ("hello", "", "tell me about /echo", "/echoes", " /echo fail"):
        assert script_from(turn) is None


def test_directives_are_read_from_the_first_line():
    assert script_from("/echo tokens=200 rate=12.5 at=3 fail\nrate=1") == Script(
        tokens=200, rate=12.5, at=3, fail=True
    )
    assert script_from("/echo") == Script()


def test_text_goes_to_the_end_of_the_turn():
    assert script_from("/echo think=2 text=Good\nmorning die=abort") == Script(
        think=2, text="Good\nmorning die=abort"
    )


@pytest.mark.parametrize("way", WAYS_TO_DIE)
def test_every_way_to_die_can_be_asked_for(way):
    assert script_from(f"/echo die={way}").die == way


@pytest.mark.parametrize(
    "line", ["dance", "tokens=many", "tokens=-1", "rate=nan", "die=laughing", "fail=yes", "die"]
)
def test_an_unknown_directive_is_refused(line):
    with pytest.raises(BadArgumentError):
        script_from(f"/echo {line}")


def test_directives_for_loading_are_in_the_file_name():
    assert load_script_from("/models/echo wait=2 die=abort.gguf") == Script(wait=2, die="abort")
    assert load_script_from("/models/echo.gguf") == Script()
    assert load_script_from("/models/SmolLM2.gguf") == Script()


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    try:
        script_from(f"/echo {text}")
        load_script_from(f"echo {text}")
    except BadArgumentError:
        return


@given(st.text(max_size=200))
def test_tokens_joined_are_the_text(text):
    assert b"".join(tokens_of(text)) == text.encode("utf-8", "replace")


def test_characters_beyond_ascii_come_in_parts():
    assert tokens_of("aé👋") == [b"a", b"\xc3", b"\xa9", b"\xf0", b"\x9f", b"\x91", b"\x8b"]


def test_the_answer_shows_every_kind_of_block():
    answer = answer_to("one\ntwo", None)
    for sign in ("## ", "> one\n> two", "- ", "```python", "| Part |", "*no model*", "**echo"):
        assert sign in answer


def test_a_counted_answer_has_so_many_tokens():
    for count in (1, 2, 500):
        assert len(tokens_of(answer_to("x", Script(tokens=count)))) == count
