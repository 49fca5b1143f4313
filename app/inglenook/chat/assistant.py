"""Assistants and saved prompts: what a model is told, and how it is asked."""

from dataclasses import asdict, dataclass, replace

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import BadArgumentError

PLAIN = "plain"
"""Id of the assistant that a chat has when nobody chose one."""

MOST_NAME_CHARS = 60
MOST_ABOUT_CHARS = 120
MOST_TEXT_CHARS = 20_000
"""Of instructions, or of a prompt: about 5,000 tokens, more than small models follow."""

ICONS = (
    "chat", "flame", "pencil", "letter", "globe", "keyboard", "bulb", "list", "person",
    "search", "file", "folder", "clock", "shield-check", "layers", "eye", "cpu", "sun",
)  # fmt: skip
"""What an assistant may wear."""


def _or(knob: float | None, usual: float) -> float:
    return usual if knob is None else knob


@dataclass(frozen=True, slots=True)
class Tuning:
    """What is asked of sampling in place of the usual; None leaves a knob as it is.

    Attributes:
        temperature: 0 to 2.
        top_p: 0 to 1.
        min_p: 0 to 1.
        repeat_penalty: 1 to 2.
        answer_limit_tokens: 1 or more.
    """

    temperature: float | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    answer_limit_tokens: int | None = None

    def __post_init__(self) -> None:
        self.over(Sampling())  # which knows the ranges
        if self.answer_limit_tokens is not None and self.answer_limit_tokens < 1:
            raise BadArgumentError("The answer limit is too small", "Use at least one token.")

    def over(self, usual: Sampling) -> Sampling:
        """Return the usual settings with what is asked for here.

        Raises:
            BadArgumentError: a knob is out of its range.
        """
        return replace(
            usual,
            temperature=_or(self.temperature, usual.temperature),
            top_p=_or(self.top_p, usual.top_p),
            min_p=_or(self.min_p, usual.min_p),
            repeat_penalty=_or(self.repeat_penalty, usual.repeat_penalty),
            answer_limit_tokens=self.answer_limit_tokens or usual.answer_limit_tokens,
        )

    def asked(self) -> dict[str, float]:
        """Return the knobs that are not left as they are."""
        return {name: knob for name, knob in asdict(self).items() if knob is not None}


AS_USUAL = Tuning()


@dataclass(frozen=True, slots=True)
class Assistant:
    """A named way to be answered.

    Attributes:
        name: Shown to people; never empty.
        icon: Name of one of our icons.
        about: What it is for, in a few words.
        instructions: Told to the model before the conversation; may hold variables.
        model: File name of the model it is made for; "" for whichever is loaded.
        tuning: What it changes of the usual sampling.
        effort: Name of a level; "" for the usual one.
        thinking: Name of how long the model thinks; "" for as long as usual.
    """

    id: str
    name: str
    icon: str = "chat"
    about: str = ""
    instructions: str = ""
    model: str = ""
    tuning: Tuning = AS_USUAL
    effort: str = ""
    thinking: str = ""

    def __post_init__(self) -> None:
        _check("name", self.name, MOST_NAME_CHARS)
        _check("description", self.about, MOST_ABOUT_CHARS)
        _check("text", self.instructions, MOST_TEXT_CHARS)
        _require_name(self.name)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that is often asked.

    Attributes:
        name: Typed after a slash; never empty.
        text: May hold variables and blanks.
    """

    id: str
    name: str
    text: str

    def __post_init__(self) -> None:
        _check("name", self.name, MOST_NAME_CHARS)
        _check("text", self.text, MOST_TEXT_CHARS)
        _require_name(self.name)


def known_icon(name: str) -> str:
    """Return the icon if there is one of this name, else the usual one."""
    return name if name in ICONS else ICONS[0]


def next_free(name: str, taken: frozenset[str]) -> str:
    """Return a name that is not taken: the same, or with a number behind it."""
    number, free = 1, name[:MOST_NAME_CHARS]
    while free in taken:
        number += 1
        tail = f" {number}"
        free = name[: MOST_NAME_CHARS - len(tail)] + tail
    return free


def _require_name(name: str) -> None:
    if not name.strip():
        raise BadArgumentError("A name is missing", "Give it a name.")


def _check(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadArgumentError(
            f"This {what} is too long",
            f"Use at most {most:,} characters.",
            characters=len(text),
        )
