"""Bytes of tokens become text, however they are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.marks import COHERE, GEMMA, HARMONY, MISTRAL, THINK, marks_for
from inglenook.engine.search import Search
from inglenook.engine.textstream import TextStream


def run(parts, stop=(), marks=THINK, **options):
    """Return (thinking, answer, has_stopped) of a stream fed with these parts."""
    stream = TextStream(stop, marks, **options)
    pieces = [piece for part in parts for piece in stream.feed(part)] + stream.flush()
    assert all(piece.text for piece in pieces)
    thinking = "".join(piece.text for piece in pieces if piece.thinking)
    answer = "".join(piece.text for piece in pieces if not piece.thinking)
    return thinking, answer, stream.has_stopped


def cut(data, places):
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


cuts = st.lists(st.integers(0, 400), max_size=40)
bits = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "<",
            "think",
            ">",
            " ",
            "\n",
            "a",
            "é",
            "日本",
            "🧡",
            "END",
            "E",
            "N",
        ]
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(max_size=80), bits), cuts, st.booleans())
def test_the_way_bytes_are_cut_changes_nothing(text, places, starts_thinking):
    data = text.encode("utf-8", "replace")
    options = {"stop": ("END", "NE", "é日"), "starts_thinking": starts_thinking}
    whole = run([data], **options)
    assert run(cut(data, places), **options) == whole
    assert run([data[at : at + 1] for at in range(len(data))], **options) == whole


@given(st.text(max_size=80), cuts)
def test_without_marks_and_stop_strings_no_character_is_lost(text, places):
    text = "." + text
    data = text.encode("utf-8", "replace")
    assert run(cut(data, places)) == ("", data.decode(), False)


@given(st.binary(max_size=60), cuts)
def test_bytes_that_are_no_text_become_replacement_characters(data, places):
    data = b"." + data
    assert run(cut(data, places)) == ("", data.decode("utf-8", "replace"), False)


@given(bits, cuts)
def test_a_stop_string_never_shows_and_nothing_before_it_is_lost(text, places):
    stops = ("END", "日本a", "E<")
    _, answer, has_stopped = run(cut(("." + text).encode(), places), stop=stops)
    assert not any(stop in answer for stop in stops)
    assert ("." + text).startswith(answer)
    if not has_stopped:
        assert answer == "." + text


def test_only_what_could_become_a_stop_string_is_held_back():
    stream = TextStream(["STOP"])
    assert [piece.text for piece in stream.feed(b"go ST")] == ["go "]
    assert [piece.text for piece in stream.feed(b"AND")] == ["STAND"]


def test_text_after_a_stop_string_is_ignored():
    assert run([b"one. STO", b"P two", b"three"], stop=["STOP"]) == ("", "one. ", True)


def test_a_stop_string_in_the_thinking_does_not_end_the_answer():
    assert run([b"<think>STOP</think>yes"], stop=["STOP"]) == ("STOP", "yes", False)


def test_a_held_beginning_is_given_out_at_the_end():
    assert run([b"maybe ST"], stop=["STOP"]) == ("", "maybe ST", False)


def test_half_a_character_at_the_end_is_replaced():
    assert run(["é".encode()[:1]]) == ("", "\ufffd", False)


def test_thinking_is_told_from_the_answer():
    text = b"<think>\nHm, let me see.\n</think>\n\nFour."
    assert run([text]) == ("Hm, let me see.\n", "Four.", False)


def test_a_template_may_have_opened_the_thinking_already():
    assert run([b"Hm.</think>Four."], starts_thinking=True) == ("Hm.", "Four.", False)


def test_thinking_that_never_ends_stays_thinking():
    assert run([b"<think>Hm, and so on </thi"]) == ("Hm, and so on </thi", "", False)


def test_empty_thinking_leaves_no_trace():
    assert run([b"<think>\n\n</think>\n\nFour."]) == ("", "Four.", False)


def test_a_mark_in_the_middle_of_an_answer_is_text():
    assert run([b"Write <think> to begin."]) == ("", "Write <think> to begin.", False)


def test_an_unfinished_mark_is_text():
    assert run([b"<thin"]) == ("", "<thin", False)


def test_the_indent_of_an_answer_without_thinking_stays():
    assert run([b"    return 1"]) == ("", "    return 1", False)


def test_endless_blank_space_is_not_held_back():
    stream = TextStream()
    given = "".join(piece.text for _ in range(400) for piece in stream.feed(b"\n"))
    assert len(given) > 100


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        (MISTRAL, "[THINK]Hm.[/THINK]Four."),
        (COHERE, "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Four."),
        (
            HARMONY,
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
            "<|channel|>final<|message|>Four.",
        ),
        (GEMMA, "<|channel>thought\nHm.<channel|>Four."),
    ],
)
def test_each_family_has_its_own_marks(marks, text):
    assert run([text.encode()], marks=marks) == ("Hm.", "Four.", False)


@pytest.mark.parametrize("marks", [THINK, MISTRAL, COHERE, HARMONY, GEMMA])
def test_no_opening_mark_begins_another(marks):
    openers = (*marks.starts, *marks.silent)
    assert not [(a, b) for a in openers for b in openers if a != b and b.startswith(a)]


def test_the_template_says_which_marks_a_model_uses():
    assert marks_for("… <|channel|> …") is HARMONY
    assert marks_for("… [THINK] …") is MISTRAL
    assert marks_for("… plain …") is THINK


def test_the_match_that_ends_first_wins():
    assert Search(["abc", "b"]).first("abc") == (1, 2)


def test_what_is_held_back_does_not_grow_with_the_answer():
    stream = TextStream(["<<<<<<<<"])
    for _ in range(2000):
        stream.feed(b"word < ")
    assert len(stream._held) < 8
