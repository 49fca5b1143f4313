"""What can be asked of a model besides answers: tokens, vectors and scores of texts."""

from collections.abc import Sequence

from inglenook.core.errors import (
    BadArgumentError,
    ModelLoadError,
    Problem,
    PromptTooLongError,
)
from inglenook.core.ids import is_program_chat
from inglenook.core.units import count_in_words
from inglenook.engine.tagged import Tagged

MOST_CHARACTERS = 8_000_000
"""Of all texts that are asked about at once: reading more would keep answers waiting."""

MOST_TOKENS = 100_000
"""The same for tokens whose text is asked for: 0.1 s if all differ (measured 2026-11)."""

# --- commands: window to engine ---


class Tokenise(Tagged, frozen=True):
    """Tell the tokens of a text; Tokenised follows.

    Attributes:
        special: What it spells of control tokens becomes them. None is added at its ends.
    """

    request: str
    text: str
    special: bool = True


class Detokenise(Tagged, frozen=True):
    """Tell the text of tokens, control tokens spelled out; Detokenised follows."""

    request: str
    tokens: tuple[int, ...]


class Embed(Tagged, frozen=True):
    """Tell the vector of each text; Embedded…, and Done or Failed follow.

    It can be cancelled. If one text cannot be read, none is.
    """

    request: str
    texts: tuple[str, ...]


class Rank(Tagged, frozen=True):
    """Score texts by how well they answer a question; Ranked and Done, or Failed, follow.

    It can be cancelled. If one text cannot be read, none is.
    """

    request: str
    question: str
    texts: tuple[str, ...]


# --- events: engine to window ---


class Tokenised(Tagged, frozen=True):
    """The tokens of a text, or why there are none."""

    request: str
    tokens: tuple[int, ...] = ()
    problem: Problem | None = None


class Detokenised(Tagged, frozen=True):
    """The text of tokens, or why there is none.

    Attributes:
        text: Bytes that are no characters are replaced.
    """

    request: str
    text: str = ""
    problem: Problem | None = None


class Embedded(Tagged, frozen=True):
    """The vector of one text.

    Attributes:
        place: Which text, from 0; in ascending order.
        vector: Its numbers as float32, little endian, of length 1 altogether.
        tokens: So many were read, those that the model puts around a text included.
    """

    request: str
    place: int
    vector: bytes
    tokens: int


class Ranked(Tagged, frozen=True):
    """How well each text answers the question.

    Attributes:
        scores: As the model's head tells them, in the order of the texts: higher is better,
            and the scale is the model's own.
        tokens: So many were read altogether.
    """

    request: str
    scores: tuple[float, ...]
    tokens: int


# --- what cannot be asked ---


def check_texts(texts: Sequence[str], *, beside_each: int = 0) -> None:
    """Refuse no text at all, and more than may be asked about at once.

    Args:
        texts: What is to be read.
        beside_each: So many characters are read with each of them.

    Raises:
        BadArgumentError: it is so.
    """
    characters = sum(map(len, texts)) + beside_each * len(texts)
    if not texts:
        raise BadArgumentError("There is no text to read", "Give at least one.")
    if characters > MOST_CHARACTERS:
        raise BadArgumentError(
            "This is too much text at once",
            "Send it in several parts.",
            characters=characters,
            most=MOST_CHARACTERS,
        )


def check_tokens(tokens: Sequence[int], vocab_size: int) -> None:
    """Refuse numbers that are no tokens, and more than may be asked about at once.

    Raises:
        BadArgumentError: it is so.
    """
    if len(tokens) > MOST_TOKENS:
        raise BadArgumentError(
            "These are too many tokens at once",
            "Send them in several parts.",
            tokens=len(tokens),
            most=MOST_TOKENS,
        )
    check_range(tokens, vocab_size)


def check_range(tokens: Sequence[int], vocab_size: int) -> None:
    """Refuse numbers that are no tokens.

    Raises:
        BadArgumentError: there is one.
    """
    wrong = next((each for each in tokens if not 0 <= each < vocab_size), None)
    if wrong is not None:
        raise BadArgumentError(
            "This is not a token of the model",
            f"Its tokens are numbered from 0 to {vocab_size - 1}.",
            token=wrong,
            vocabulary=vocab_size,
        )


def too_long(tokens: int, budget: int) -> PromptTooLongError:
    """Return the refusal of a text that a model cannot read in one go."""
    return PromptTooLongError(
        "This text is too long for the model",
        f"It takes {count_in_words(tokens)} tokens and the model reads "
        f"{count_in_words(budget)} at once: send it in shorter parts.",
        tokens=tokens,
        budget=budget,
    )


def require_whole(chat: str, left_out: int, budget: int) -> None:
    """Refuse to leave out turns of a program's conversation: it must choose them itself.

    Args:
        chat: Whose conversation it is.
        left_out: So many of its oldest turns do not fit.
        budget: Tokens there is room for.

    Raises:
        PromptTooLongError: it is a program's, and some do not fit.
    """
    if left_out and is_program_chat(chat):
        raise PromptTooLongError(
            "This conversation is too long for the model",
            f"There is room for {count_in_words(budget)} tokens: send fewer of its oldest "
            "messages, or load the model with a longer context.",
            left_out=left_out,
            budget=budget,
        )


def wrong_work(*, embeds: bool) -> ModelLoadError:
    """Return the refusal of what a model was not loaded for.

    Args:
        embeds: It was loaded to make vectors or scores.
    """
    if embeds:
        return ModelLoadError(
            "This model compares texts but cannot chat", "Load a chat model to ask it."
        )
    return ModelLoadError(
        "This model is loaded to chat", "Load it to compare texts, or choose another one."
    )
