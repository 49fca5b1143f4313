"""What a chat template is told besides the turns, in every spelling that templates use."""

from datetime import date
from typing import Any

from inglenook.core.errors import BadArgumentError
from inglenook.engine.protocol import PromptOptions

EFFORTS = ("", "low", "medium", "high")


def variables_for(options: PromptOptions, today: date, source: str = "") -> dict[str, Any]:
    """Return the variables; a wish that was not made is left undefined, for the model's habit.

    Args:
        options: The wishes.
        today: The date the prompt speaks of.
        source: The template, which may have words of its own for a wish.

    Raises:
        BadArgumentError: there is no such effort.
    """
    if options.effort not in EFFORTS:
        raise BadArgumentError(
            "There is no such effort", "Choose low, medium or high.", effort=options.effort
        )
    dates = {  # for Llama 3 and Firefunction, as llama.cpp gives them
        "date_string": today.strftime("%d %b %Y"),
        "datetime": today.strftime("%b %d %Y"),
    }
    return dates | _thinking(options) | _effort(options, source)


def day_of(options: PromptOptions) -> date:
    """Return the date a prompt speaks of.

    Raises:
        BadArgumentError: the date given is none.
    """
    if not options.today:
        return date.today()  # noqa: DTZ011 (the person's day, not Greenwich's)
    try:
        return date.fromisoformat(options.today)
    except ValueError as cause:
        raise BadArgumentError(
            "This is not a date", "Write it as 2026-01-31.", today=options.today
        ) from cause


def _thinking(options: PromptOptions) -> dict[str, Any]:
    """Return whether and how long to think."""
    told: dict[str, Any] = {}
    if options.thinking is not None:
        told = {
            "enable_thinking": options.thinking,  # Qwen, GLM, Gemma, most others
            "thinking": options.thinking,  # DeepSeek, Granite, Kimi
            "reasoning": options.thinking,  # Cohere
            "thinking_mode": "enabled" if options.thinking else "disabled",  # MiniMax
        }
    if options.thinking is False:
        told["thinking_budget"] = 0  # Seed
    elif options.thinking_limit_tokens is not None:
        told["thinking_budget"] = options.thinking_limit_tokens
    return told


def _effort(options: PromptOptions, source: str) -> dict[str, Any]:
    """Return how hard to think; models that cannot leave it do so as little as they can."""
    effort = options.effort
    if not effort and options.thinking is not None:
        if "'no_think'" in source:  # Hunyuan, which thinks only if it is told how hard
            return {"reasoning_effort": "high" if options.thinking else "no_think"}
        effort = "" if options.thinking else "low"
    if not effort:
        return {}
    told = {"reasoning_effort": effort, "reasoning_strength": effort}
    # Kimi K3 refuses "medium", though its prompt lists it.
    return told if effort == "medium" else told | {"thinking_effort": effort}
