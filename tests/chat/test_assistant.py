"""Assistants and prompts know what they may be; a tuning changes only what it names."""

import pytest

from inglenook.chat.assistant import (
    MOST_NAME_CHARS,
    MOST_TEXT_CHARS,
    Assistant,
    Prompt,
    Tuning,
    known_icon,
    next_free,
)
from inglenook.chat.sampling import BALANCED, SMALL
from inglenook.core.errors import BadArgumentError


def test_a_tuning_changes_only_what_it_names():
    tuned = Tuning(temperature=1.0, answer_limit_tokens=256).over(SMALL)
    assert (tuned.temperature, tuned.answer_limit_tokens) == (1.0, 256)
    assert tuned.repeat_penalty == SMALL.repeat_penalty
    assert Tuning().over(BALANCED) == BALANCED
    assert Tuning(top_p=0.5).asked() == {"top_p": 0.5}


@pytest.mark.parametrize("knobs", [{"temperature": 3.0}, {"answer_limit_tokens": 0}])
def test_a_tuning_out_of_range_is_refused(knobs: dict[str, float]):
    with pytest.raises(BadArgumentError):
        Tuning(**knobs)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "  "},
        {"name": "a" * (MOST_NAME_CHARS + 1)},
        {"name": "A", "about": "b" * 121},
        {"name": "A", "instructions": "c" * (MOST_TEXT_CHARS + 1)},
    ],
)
def test_an_assistant_without_a_name_or_too_long_is_refused(fields: dict[str, str]):
    with pytest.raises(BadArgumentError):
        Assistant("id", **fields)


def test_a_prompt_has_a_name_and_a_text_of_a_length():
    with pytest.raises(BadArgumentError):
        Prompt("id", "", "text")
    with pytest.raises(BadArgumentError):
        Prompt("id", "name", "t" * (MOST_TEXT_CHARS + 1))


def test_names_are_kept_apart_by_a_number_and_never_grow_too_long():
    assert next_free("Coach", frozenset()) == "Coach"
    assert next_free("Coach", frozenset({"Coach", "Coach 2"})) == "Coach 3"
    long = "a" * MOST_NAME_CHARS
    assert len(next_free(long, frozenset({long}))) == MOST_NAME_CHARS


def test_only_our_own_icons_are_worn():
    assert known_icon("globe") == "globe"
    assert known_icon("../../secret") == "chat"
