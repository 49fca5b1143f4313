"""What a chat template is given: the turns of a branch, and what it is told besides."""

import msgspec

from inglenook.chat.message import Role


class Call(msgspec.Struct, frozen=True):
    """A function that an earlier answer called.

    Attributes:
        arguments: A JSON object, as text, as far as the model wrote one.
        id: What its result names it by; ``""`` for none.
    """

    name: str
    arguments: str
    id: str = ""


class ResultOf(msgspec.Struct, frozen=True):
    """Which call a result belongs to.

    Attributes:
        id: Of the call; ``""`` for the first one that has no result yet.
        name: Of the function; ``""`` for that of the call.
    """

    id: str = ""
    name: str = ""


class Turn(msgspec.Struct, frozen=True):
    """One message as the chat template sees it.

    Attributes:
        role: Who speaks; the result of a call comes from the user's side.
        thinking: What came before the text of an answer; ``""`` if it is not to be shown to
            the model again. The answer that is gone on with needs it.
        pictures: What is shown before the text, each a PNG or JPEG file.
        calls: What an answer called, after its text.
        result_of: The text is what a function has returned; None for what was said.
    """

    role: Role
    text: str
    thinking: str = ""
    pictures: tuple[bytes, ...] = ()
    calls: tuple[Call, ...] = ()
    result_of: ResultOf | None = None

    @property
    def characters(self) -> int:
        """How long its text and its calls are."""
        return len(self.text) + sum(len(each.name) + len(each.arguments) for each in self.calls)

    @property
    def is_said(self) -> bool:
        """Whether it is neither a call nor a result."""
        return not self.calls and self.result_of is None


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
