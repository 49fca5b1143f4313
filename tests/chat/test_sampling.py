"""Sampling settings have ranges, and say so."""

import pytest

from inglenook.chat.sampling import (
    BALANCED,
    EXACT,
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
    ],
)
def test_a_value_out_of_range_is_refused_with_its_name(values: dict[str, float]) -> None:
    with pytest.raises(BadArgumentError) as caught:
        Sampling(**values)  # type: ignore[arg-type]  # each value fits its own field
    assert caught.value.problem.facts


@pytest.mark.parametrize(
    "values", [{"temperature": 2.0, "top_k": 0, "top_p": 1.0}, {"answer_limit_tokens": 1}]
)
def test_the_ends_of_the_ranges_are_allowed(values: dict[str, float]) -> None:
    Sampling(**values)  # type: ignore[arg-type]  # each value fits its own field


@pytest.mark.parametrize(
    ("model_bytes", "usual"),
    [(0, BALANCED), (1, SMALL), (SMALL_MODEL_BYTES, BALANCED)],
)
def test_small_models_are_kept_from_going_round_in_circles(
    model_bytes: int, usual: Sampling
) -> None:
    assert usual_for(model_bytes) == usual
