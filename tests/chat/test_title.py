"""Titles: what a model says is taken only where it is a title."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.title import (
    LONGEST_EXCERPT,
    MOST_CHARACTERS,
    request_for_title,
    title_from,
    title_in,
)

QUESTION = "How do I bake bread in a cold kitchen?"
ANSWER = "Use more yeast, and let the dough rise overnight."


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why?", "Why?"),
        ("\n  first   line \nsecond", "first line"),
        ("", "New chat"),
        ("word " * 20, "word word word word word word word word word word word word…"),
        ("x" * 70, "x" * 60 + "…"),
        ("ab " + "y" * 70, "ab " + "y" * 57 + "…"),
    ],
)
def test_a_chat_is_called_by_its_first_question(question: str, title: str) -> None:
    assert title_from(question) == title


@pytest.mark.parametrize(
    "reply",
    [
        "Bread in a cold kitchen",
        '"Bread in a cold kitchen."',
        "**Title:** “Bread in a cold kitchen”\n\nIt says how.",
        "# Bread in a cold kitchen",
        "1. *Bread in a cold kitchen*",
        "Here is a name:\n- Bread in a `cold` kitchen",
        "\n\n  Bread in\ta cold\u202e kitchen。",
    ],
)
def test_a_title_is_taken_out_of_what_a_model_says(reply: str) -> None:
    assert title_in(reply, QUESTION, ANSWER) == "Bread in a cold kitchen"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "  \n\n",
        "?!",
        "I'm sorry, I cannot do that",
        "Sure! Let us talk about bread",
        "Name the conversation below",
        "Question: How do I bake bread",
        "how do I bake bread in a cold kitchen",
        "<think> the person wants",
        "Use more yeast",
        "No quotation marks, no full stop.",
        "Bread, and everything else that can be said of it in a kitchen without an oven",
        "厨房里的面包",
    ],
)
def test_what_is_no_title_is_not_taken(reply: str) -> None:
    assert title_in(reply, QUESTION, ANSWER) == ""


def test_a_title_is_in_the_script_of_the_chat() -> None:
    assert title_in("パンの作り方", "寒い台所でパンを焼くには", "") == "パンの作り方"
    assert title_in("Baking bread", "寒い台所でパンを焼くには", "") == ""
    assert title_in("About numbers", "1 + 1 = ?", "2") == "About numbers"


def test_underscores_inside_words_stay() -> None:
    assert (
        title_in("_Using_ `snake_case` in Python", QUESTION, ANSWER)
        == "Using snake_case in Python"
    )


def test_a_model_is_asked_with_bounded_excerpts() -> None:
    asked = request_for_title("why\n" * 100_000, "because")
    assert "Question: why why" in asked
    assert asked.endswith("Answer: because")
    assert len(asked) < LONGEST_EXCERPT + 300


@given(st.text(), st.text())
def test_whatever_a_model_says_is_one_short_visible_line_or_nothing(
    reply: str, question: str
) -> None:
    title = title_in(reply, question, question)
    assert len(title) <= MOST_CHARACTERS
    assert title == " ".join(title.split())
    assert title.isprintable()
