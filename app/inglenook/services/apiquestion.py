"""What another program asks, as the server has understood it."""

from dataclasses import dataclass

from inglenook.chat.sampling import BALANCED, Sampling
from inglenook.effort.level import Level
from inglenook.engine.turns import PromptOptions, Turn

_USUAL = PromptOptions()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a program.

    Attributes:
        model: As the program names it; ``""`` or ``"default"`` for the one that is loaded, or
            else the one used last.
        turns: The whole conversation, oldest first; the last turn is the one to answer.
        prompt: Text to go on with as it stands, without a template; then there are no turns.
        tokens: The same as tokens of the model, in place of the text.
        suffix: What follows a gap behind them that the answer is to fill; ``""`` for no gap.
        sampling: How to pick words.
        options: What the chat template is told besides the turns.
        effort: How many drafts there are, chosen as in the window; None for one.
        continues: The last turn is the beginning of the answer, to be gone on with.
        conversation: Questions with the same text share what the model has read; ``""`` to
            find the conversation by its turns.
    """

    model: str = ""
    turns: tuple[Turn, ...] = ()
    prompt: str = ""
    tokens: tuple[int, ...] = ()
    suffix: str = ""
    sampling: Sampling = BALANCED
    options: PromptOptions = _USUAL
    effort: Level | None = None
    continues: bool = False
    conversation: str = ""
