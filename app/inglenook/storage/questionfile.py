"""Question sets that a person brings: GSM8K- and MATH-shaped files, a JSON object a line."""

from pathlib import Path

import msgspec

from inglenook.core.errors import BadArgumentError
from inglenook.effort.answers import answer_in
from inglenook.effort.questions import MOST_QUESTIONS, Question, QuestionSet
from inglenook.storage.files import disk_errors, shown

MOST_BYTES = 256 * 1024**2
MOST_CHARACTERS = 20_000
"""Of one question; a longer one hardly fits a context."""

_TASK = 'Work it out step by step, and end with "The answer is" and the answer.'
_TOKENS = 512


class _Line(msgspec.Struct, frozen=True):
    """One question in either shape; other fields are ignored."""

    question: str = ""
    problem: str = ""
    answer: str = ""
    solution: str = ""


_decoder: msgspec.json.Decoder[_Line] = msgspec.json.Decoder(_Line)


def read_questions(path: Path) -> QuestionSet:
    """Read a set; questions whose answer cannot be compared are left out.

    GSM8K has ``question`` and ``answer``, whose last line is ``#### 18``. MATH has ``problem``
    and ``solution``, with the answer in its last box, and in some copies ``answer``.

    Raises:
        BadArgumentError: it is no such file, or has no question with an answer.
        StorageError: it cannot be read.
    """
    with disk_errors(path):
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _useless(path, "it is too large", size_bytes=size)
        lines = path.read_bytes().splitlines()
    if len(lines) > MOST_QUESTIONS:
        raise _useless(path, f"it has more than {MOST_QUESTIONS:,} lines")
    found = [_question(path, number, line) for number, line in enumerate(lines, 1)]
    questions = tuple(each for each in found if each is not None)
    if not questions:
        raise _useless(path, "it has no question with an answer that can be compared")
    return QuestionSet(path.stem, questions, task=_TASK, step_mark="\n", most_tokens=_TOKENS)


def _question(path: Path, number: int, line: bytes) -> Question | None:
    if not line.strip():
        return None
    try:
        one = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise _useless(path, f"line {number} is no question", line=number) from cause
    text = (one.question or one.problem).strip()
    right = answer_in(one.answer) or answer_in(one.solution)
    if not text or len(text) > MOST_CHARACTERS:
        raise _useless(path, f"line {number} has no question of a usual length", line=number)
    return Question(f"{path.stem}/{number}", text, right.text) if right else None


def _useless(path: Path, why: str, **facts: object) -> BadArgumentError:
    return BadArgumentError(
        "This file cannot be used as a question set",
        f"Choose a GSM8K- or MATH-shaped JSONL file: in {shown(path)}, {why}.",
        **facts,
    )
