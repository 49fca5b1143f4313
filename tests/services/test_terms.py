"""How much thinking an answer is asked for with."""

import pytest

from inglenook.effort.thinking import LONG_TOKENS, SHORT_TOKENS, Thinking
from inglenook.engine.turns import PromptOptions
from inglenook.services.terms import thinking_options

LONG = PromptOptions(thinking=True, thinking_least_tokens=LONG_TOKENS)
SHORT = PromptOptions(thinking_limit_tokens=SHORT_TOKENS)


@pytest.mark.parametrize(
    ("wanted", "thinks", "told"),
    [
        (Thinking.FREE, "always", PromptOptions()),
        (Thinking.SHORT, "always", SHORT),
        (Thinking.SHORT, "", PromptOptions()),
        (Thinking.LONG, "choice", LONG),
        (Thinking.OFF, "choice", PromptOptions(thinking=False)),
        (Thinking.OFF, "always", SHORT),  # it cannot leave it
    ],
)
def test_the_engine_is_told_what_the_model_can_do(wanted, thinks, told):
    assert thinking_options(wanted, thinks) == told
