"""One message of a conversation."""

from dataclasses import dataclass
from enum import StrEnum

from inglenook.chat.attachment import Attachment
from inglenook.chat.comparison import Comparison
from inglenook.chat.made import Made
from inglenook.core.ids import NodeId


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Status(StrEnum):
    """How a message ended, or that it has not ended yet."""

    COMPLETE = "complete"
    WRITING = "writing"
    STOPPED = "stopped"
    """The person pressed Stop."""
    CUT = "cut"
    """The length limit or the end of the context was reached."""
    INTERRUPTED = "interrupted"
    """The engine or the application ended in the middle."""
    FAILED = "failed"
    """No answer could be made; ``note`` says why."""


_SHORT_OF_THE_END = {Status.CUT, Status.STOPPED, Status.INTERRUPTED}


@dataclass(frozen=True, slots=True)
class Timings:
    """What an answer cost.

    Attributes:
        prompt_tokens: Tokens of the prompt, reused ones included.
        reused_tokens: Prompt tokens that were still in the engine's memory.
        answer_tokens: Tokens written.
        first_token_s: Seconds from the request to the first token.
        tokens_per_s: Answer tokens after the first, per second; 0 if there was only one, or if
            several drafts were written beside one another.
    """

    prompt_tokens: int = 0
    reused_tokens: int = 0
    answer_tokens: int = 0
    first_token_s: float = 0.0
    tokens_per_s: float = 0.0

    def then(self, later: "Timings") -> "Timings":
        """Return what an answer cost in all, after it was continued once more.

        What came before its first word is told by the first part, how fast it goes by the
        last one.
        """
        return Timings(
            self.prompt_tokens,
            self.reused_tokens,
            self.answer_tokens + later.answer_tokens,
            self.first_token_s,
            later.tokens_per_s or self.tokens_per_s,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One node of the conversation tree.

    Attributes:
        id: Sortable; siblings are ordered by it.
        parent: The message it follows; None for a first message.
        text: Markdown for answers, plain text for people.
        created_ms: Milliseconds since 1970.
        thinking: What a reasoning model wrote before its answer.
        model: Name of the model that answered; empty for people.
        note: One sentence on a status that needs explaining; else empty.
        left_out: So many messages, from the first on, did not fit the model's context when
            this answer was written.
        needs_tokens: The context this answer would have needed; 0 if that was not the trouble.
        comparison: Its drafts and why this one was chosen; None if there was only one.
        made: How it was made; None if nobody knows.
        attachments: What goes with the words of a person.
    """

    id: NodeId
    parent: NodeId | None
    role: Role
    text: str
    created_ms: int
    status: Status = Status.COMPLETE
    thinking: str = ""
    model: str = ""
    note: str = ""
    timings: Timings | None = None
    left_out: int = 0
    needs_tokens: int = 0
    comparison: Comparison | None = None
    made: Made | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def is_open_ended(self) -> bool:
        """Whether it stopped short of its end and can be gone on with."""
        has_begun = self.role is Role.ASSISTANT and bool(self.text or self.thinking)
        return has_begun and self.status in _SHORT_OF_THE_END

    def begins(self, longer: "Message") -> bool:
        """Tell whether another value of this message only adds to what it says.

        Where drafts are compared, the text of another draft may take the place of the one
        that was shown: that one is kept among the drafts.
        """
        if longer.comparison is not None and longer.comparison != self.comparison:
            return True
        return longer.text.startswith(self.text) and longer.thinking.startswith(self.thinking)
