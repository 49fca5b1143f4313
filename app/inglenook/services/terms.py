"""On which terms an answer is asked for: how long a context, how warm, how much thinking."""

from dataclasses import replace

from inglenook.chat.sampling import Sampling
from inglenook.effort.strategy import Strategy
from inglenook.effort.thinking import LONG_TOKENS, SHORT_TOKENS, Thinking
from inglenook.engine.turns import PromptOptions

DRAFT_TEMPERATURE = 0.7


def context_for(needed_tokens: int, longest_tokens: int) -> int:
    """Return how long a context to load, in tokens: the next power of two, if it fits."""
    comfortable = 1 << max(0, needed_tokens - 1).bit_length()
    return max(min(comfortable, longest_tokens), 1)


def for_drafts(usual: Sampling, strategy: Strategy) -> Sampling:
    """Return settings with which several drafts differ from one another.

    Votes and selection were measured at temperatures from 0.6 to 0.7 (2026-11).
    """
    if strategy.is_plain:
        return usual
    return replace(usual, temperature=max(usual.temperature, DRAFT_TEMPERATURE))


def thinking_options(wanted: Thinking, thinks: str) -> PromptOptions:
    """Return what the engine is told of thinking.

    Args:
        wanted: By the person.
        thinks: Whether the model does, as in EngineState; a model that does not is told
            nothing.
    """
    if not thinks or wanted is Thinking.FREE:
        return PromptOptions()
    if wanted is Thinking.LONG:
        return PromptOptions(thinking=True, thinking_least_tokens=LONG_TOKENS)
    if wanted is Thinking.OFF and thinks == "choice":
        return PromptOptions(thinking=False)
    return PromptOptions(thinking_limit_tokens=SHORT_TOKENS)
