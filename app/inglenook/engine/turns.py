"""What a chat template is given: the turns of a branch, and what it is told besides."""

import msgspec

from inglenook.chat.message import Role


class Turn(msgspec.Struct, frozen=True):
    """One message as the chat template sees it.

    Attributes:
        thinking: What came before the text of an answer; ``""`` if it is not to be shown to
            the model again. The answer that is gone on with needs it.
        pictures: What is shown before the text, each a PNG or JPEG file.
    """

    role: Role
    text: str
    thinking: str = ""
    pictures: tuple[bytes, ...] = ()


class PromptOptions(msgspec.Struct, frozen=True):
    """What a chat template may be told besides the turns; a template ignores what it lacks.

    Attributes:
        thinking: Whether to think before the answer; None for the model's own habit.
        thinking_limit_tokens: End the thinking after so many tokens; None for no limit.
        thinking_least_tokens: Once it thinks, it goes on for so many tokens at least, as far
            as the limit above allows: until then what would end the thinking is not picked.
            0 to let it end when it will.
        effort: ``"low"``, ``"medium"`` or ``"high"`` for models that know it; ``""`` for none.
        tools: JSON schemas of the functions the model may call, one text each.
        today: The date the prompt speaks of, ``YYYY-MM-DD``; ``""`` for the clock's.
    """

    thinking: bool | None = None
    thinking_limit_tokens: int | None = None
    thinking_least_tokens: int = 0
    effort: str = ""
    tools: tuple[str, ...] = ()
    today: str = ""
