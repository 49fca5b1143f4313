"""Sampling settings have ranges, and say so."""

import pytest

from inglenook.chat.sampling import (
    BALANCED,
    EXACT,
    MOST_GRAMMAR_CHARS,
    SMALL,
    SMALL_MODEL_BYTES,
    Sampling,
    usual_for,
)
from inglenook.core.errors import BadArgumentError


def test_the_presets_differ_in_temperature_only() -> None:
    assert EXACT.temperature == 0.0
    assert Sampling() == BALANCED


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": -0.1},
        {"temperature": 2.1},
        {"temperature": float("nan")},
        {"top_k": -1},
        {"top_p": 1.01},
        {"min_p": -1.0},
        {"repeat_penalty": 0.9},
        {"repeat_window_tokens": 4097},
        {"answer_limit_tokens": 0},
        {"temperature_exponent": 0.0},
        {"typical_p": 1.5},
        {"xtc_threshold": 0.6},
        {"presence_penalty": -3.0},
        {"dry_base": 0.5},
        {"mirostat": 3},
        {"mirostat_tau": 0.0},
        {"odds": 21},
        {"logit_bias": ((-1, 1.0),)},
        {"logit_bias": ((1, float("inf")),)},
        {"logit_bias": ((1, 0.0),) * 1025},
        {"dry_breakers": ("",)},
        {"dry_breakers": ("é" * 21,)},
        {"dry_breakers": ("\n",) * 17},
        {"stop": ("a",) * 65},
        {"grammar": "#" * (MOST_GRAMMAR_CHARS + 1)},
    ],
)
def test_a_value_out_of_range_is_refused_with_its_name(values: dict[str, float]) -> None:
    with pytest.raises(BadArgumentError) as caught:
        Sampling(**values)  # type: ignore[arg-type]  # each value fits its own field
    assert caught.value.problem.facts


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": 2.0, "top_k": 0, "top_p": 1.0},
        {"answer_limit_tokens": 1},
        {"logit_bias": ((0, -100.0), (1, 100.0)), "odds": 20, "mirostat": 2},
        {"dry_breakers": ("é" * 20,)},
        {"dry_breakers": ()},
        {"json_schema": " " * MOST_GRAMMAR_CHARS},
    ],
)
def test_the_ends_of_the_ranges_are_allowed(values: dict[str, float]) -> None:
    Sampling(**values)  # type: ignore[arg-type]  # each value fits its own field


@pytest.mark.parametrize(
    "values",
    [{"grammar": 'root ::= "a"', "json_schema": "{}"}, {"dry_breakers": ("a\0",)}],
)
def test_what_cannot_be_done_is_refused_in_words(values: dict[str, str]) -> None:
    with pytest.raises(BadArgumentError) as caught:
        Sampling(**values)  # type: ignore[arg-type]  # each value fits its own field
    assert caught.value.problem.advice


@pytest.mark.parametrize(
    ("values", "penalises", "is_dry"),
    [
        ({}, False, False),
        ({"repeat_penalty": 1.1}, True, False),
        ({"frequency_penalty": -0.1}, True, False),
        ({"presence_penalty": 0.1, "repeat_window_tokens": 0}, False, False),
        ({"dry_multiplier": 0.8}, False, True),
        ({"dry_multiplier": 0.8, "dry_window_tokens": 0}, False, False),
    ],
)
def test_neutral_penalties_are_none(
    values: dict[str, float], penalises: bool, is_dry: bool
) -> None:
    sampling = Sampling(**values)  # type: ignore[arg-type]  # each value fits its own field
    assert (sampling.penalises, sampling.is_dry) == (penalises, is_dry)


@pytest.mark.parametrize(
    ("model_bytes", "usual"),
    [(0, BALANCED), (1, SMALL), (SMALL_MODEL_BYTES, BALANCED)],
)
def test_small_models_are_kept_from_going_round_in_circles(
    model_bytes: int, usual: Sampling
) -> None:
    assert usual_for(model_bytes) == usual
