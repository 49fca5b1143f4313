"""What the tiny model reads and writes: a vocabulary of pieces, and conversations as tokens."""

import random
import re
from dataclasses import dataclass

from inglenook.effort.families.runs import make
from inglenook.effort.questions import Difficulty, Example

CONTROLS = ("<|im_start|>", "<|im_end|>")
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
DIFFICULTY = Difficulty(6, 9)
"""Of all questions it learns from, and is asked: at a place of the text it has not seen, and
with the larger numbers there, so small a model is lost (0.06 right of 8 numbers up to 20)."""
LENGTH = 72
"""Room for the tokens of the longest conversation about one of them."""
WORDS = (
    "Start with ",
    "Add ",
    "Take away ",
    "What is the result?",
    "The answer is ",
    "assistant",
    "user",
    " + ",
    " - ",
    " = ",
    ". ",
)
"""Pieces of several characters, none of which overlap; the rest is spelled in characters."""

_SPECIAL = ("<unk>", "<s>", "</s>")
_PIECE = re.compile("|".join(map(re.escape, (*CONTROLS, *WORDS))) + "|.", re.DOTALL)


def vocabulary() -> list[str]:
    """Return all pieces in the order of their numbers."""
    characters = [chr(code) for code in range(33, 127)] + [" ", "\n"]
    single_bytes = [f"<0x{byte:02X}>" for byte in range(256)]  # llama.cpp wants them
    return [*_SPECIAL, *CONTROLS, *WORDS, *characters, *single_bytes]


_NUMBER = {piece: at for at, piece in enumerate(vocabulary())}


def pieces(text: str) -> list[int]:
    """Return a text as numbers of pieces."""
    return [_NUMBER[each] for each in _PIECE.findall(text)]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One conversation to learn from.

    Attributes:
        ids: All of it.
        learned_from: From this place on the model is to say what comes.
    """

    ids: list[int]
    learned_from: int


def lesson(dice: random.Random) -> Lesson:
    """Make a question and its working, as a model is shown them in a chat."""
    example = make(dice, DIFFICULTY)
    before = pieces(before_answer(example))
    return Lesson([*before, *pieces(f"{example.working}<|im_end|>")], len(before))


def before_answer(example: Example) -> str:
    """Return what stands before the answer to a question, as the template writes it."""
    return f"<|im_start|>user\n{example.text}<|im_end|>\n<|im_start|>assistant\n"
