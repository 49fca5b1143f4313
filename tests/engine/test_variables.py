"""Templates are told of wishes in every spelling, and of nothing that was not wished."""

from datetime import date

import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.engine.protocol import PromptOptions
from inglenook.engine.variables import day_of, variables_for

DAY = date(2026, 1, 31)


def told(**options):
    found = variables_for(PromptOptions(**options), DAY)
    return {key: value for key, value in found.items() if "date" not in key}


def test_without_wishes_only_the_date_is_told():
    assert told() == {}
    assert variables_for(PromptOptions(), DAY)["date_string"] == "31 Jan 2026"


def test_thinking_is_told_in_every_spelling():
    on = told(thinking=True, thinking_limit_tokens=500)
    assert on["enable_thinking"] is on["thinking"] is on["reasoning"] is True
    assert (on["thinking_mode"], on["thinking_budget"]) == ("enabled", 500)
    off = told(thinking=False, thinking_limit_tokens=500)
    assert off["enable_thinking"] is False
    assert (off["thinking_budget"], off["reasoning_effort"]) == (0, "low")


def test_effort_is_told():
    high = told(effort="high")
    assert {high["reasoning_effort"], high["thinking_effort"]} == {"high"}
    assert "thinking_effort" not in told(effort="medium")


def test_a_template_may_have_a_word_of_its_own_for_no_effort():
    def effort(**options):
        found = variables_for(PromptOptions(**options), DAY, "… == 'no_think' …")
        return found.get("reasoning_effort")

    assert [effort(), effort(thinking=True), effort(thinking=False)] == [
        None,
        "high",
        "no_think",
    ]
    assert effort(thinking=True, effort="low") == "low"


def test_an_unknown_effort_is_refused():
    with pytest.raises(BadArgumentError, match="effort"):
        told(effort="heroic")


def test_the_day_is_the_one_given_or_todays():
    assert day_of(PromptOptions(today="2026-01-31")) == DAY
    assert day_of(PromptOptions()) == date.today()  # noqa: DTZ011
    with pytest.raises(BadArgumentError, match="date"):
        day_of(PromptOptions(today="tomorrow"))
