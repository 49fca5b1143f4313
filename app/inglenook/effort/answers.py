"""What a draft answers: the number, letter or few words in it that can be compared."""

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from inglenook.effort.code.behaviour import KEY_LETTERS, behaviour_of
from inglenook.effort.code.blocks import code_in
from inglenook.effort.numbers import Number, number_in_words, numbers_in, plain

MOST_LOOKED_AT = 20_000
"""Characters at the end of a draft in which its answer is looked for."""

MOST_TEXT = 60
"""An answer in words that is longer is a text of its own: two are never the same."""

_MOST_SHOWN = 80
_MOST_AFTER = 2_000
_MOST_BOXED = 1_000
_MOST_UNMARKED = 600
"""In a longer text the last number is any number, unless a mark says that it is the answer."""

_MARK = re.compile(
    r"(?:\banswer(?:\s{1,2}(?:is|was|equals)\b|\s?[:=])"
    r"|\bantwort(?:\s{1,2}(?:ist|lautet)\b|\s?:)|\bergebnis(?:\s{1,2}ist\b|\s?:)"
    r"|\br[ée]ponse(?:\s{1,2}est\b|\s?:)|\brespuesta(?:\s{1,2}es\b|\s?:)"
    r"|\brisposta(?:\s{1,2}è|\s?:)|\bresposta(?:\s{1,2}é|\s?:)"
    r"|\bответ\s?[::—-]|答案(?:是|为|為|:|:)|答えは|정답은)",
    re.IGNORECASE,
)
_HASHES = re.compile(r"####+")
_BOXED = "\\boxed"
_LEAD = re.compile(
    r"(?:[\s:=*_`~≈\"'“”„«»>→]|-(?!\s?[\d.$])){0,8}(?:therefore|thus|simply|about|option|choice)?\s?",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"[\s*_(\[{\"]{0,4}([A-J])(?:[\s*_)\]}\".:,]{0,4}$|[)\].:]\s|\*\*)")
_SMALL_CHOICE = re.compile(r"\s{0,2}\(([a-j])\)")
_SENTENCE_END = re.compile(r"[.!?。!?](?=\s|$)|(?<=[。])|\n")
_FENCED = re.compile(r"```[a-z]{0,8}\n(.*?)```", re.DOTALL)
_CALCULATES = re.compile(r"[=+×÷√]|\d\s?[*/^-]\s?\d")
_ARTICLE = re.compile(
    r"^(?:the|an?|der|die|das|le|la|les|el|los|las|il|lo|gli)\s", re.IGNORECASE
)
_CODE_MARK = "code "
_KEPT_CODE = re.compile(f"{_CODE_MARK}([0-9a-f]{{{KEY_LETTERS}}})")
_FIELDS = ("answer", "final_answer", "result", "solution", "value")


class Form(StrEnum):
    """What kind of answer was found."""

    NUMBER = "number"
    CHOICE = "choice"
    JSON = "json"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that can be compared.

    Attributes:
        text: As the draft writes it, at most 80 characters.
        form: What it is.
        key: Equal for equal answers of a form.
        value: Of a number; None if it is too long to be computed with.
        unit: Of a number; ``""`` if none is known.
    """

    text: str
    form: Form
    key: str
    value: Fraction | None = None
    unit: str = ""

    @property
    def kept(self) -> str:
        """What ``answer_in`` finds it in again: its text, or of code what stands for it."""
        return f"{_CODE_MARK}{self.key}" if self.form is Form.CODE else self.text


def answer_in(text: str, question: str = "") -> Found | None:
    r"""Return the answer of a draft, or None where there is none to compare.

    It looks for, in this order: the last ``\boxed{}``; the last line after ``####``; what
    follows the last "answer is" in one of ten languages; a field of JSON; Python code that
    defines something; a bare letter; the last number, if the draft is short or calculates;
    the draft itself if it is a few words. Whatever the text, the time is bounded: only its end
    is looked at, each step is linear, and code is run in steps that are counted.

    Args:
        text: Of the draft.
        question: That it answers; its examples tell what code is tried on.
    """
    text = text[-MOST_LOOKED_AT:].strip()
    for marked in (_boxed(text), _after(_HASHES, text), _after(_MARK, text)):
        found = _answer(marked) if marked and not marked.startswith("```") else None
        if found is not None:
            return found
    return _in_json(text) or _in_code(text, question) or _bare(text)


# --- where it stands ---


def _boxed(text: str) -> str:
    """Return what stands in the last box, whose braces must balance."""
    at = text.rfind(_BOXED)
    rest = text[at + len(_BOXED) :].lstrip() if at >= 0 else ""
    if not rest.startswith("{"):
        return ""
    depth = 0
    for end, character in enumerate(rest[:_MOST_BOXED]):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return rest[1:end]
    return ""


def _after(mark: re.Pattern[str], text: str) -> str:
    """Return the line after the last mark; the next one if nothing follows on its line."""
    ends = [each.end() for each in mark.finditer(text)]
    if not ends:
        return ""
    after = text[ends[-1] : ends[-1] + _MOST_AFTER]
    lines = (line.strip(" \t*_:") for line in after.splitlines())
    return next((line for line in lines if line), "")


def _bare(text: str) -> Found | None:
    """Return the answer of a draft without a mark."""
    if len(text) <= MOST_TEXT and "\n" not in text:
        found = _answer(text)
        return None if found and found.form is Form.TEXT and _is_marked(text) else found
    if len(text) > _MOST_UNMARKED and not _CALCULATES.search(text[-_MOST_UNMARKED:]):
        return None
    last_line = text.rsplit("\n", 1)[-1].strip()
    choice = _choice(last_line)
    if choice is not None:
        return choice
    sentences = [each for each in _SENTENCE_END.split(last_line[-400:]) if each.strip()]
    return _last_number(sentences[-1]) if sentences else None


def _is_marked(text: str) -> bool:
    """Whether a text announces an answer, after which nothing could be read."""
    return _BOXED in text or bool(_HASHES.search(text) or _MARK.search(text + " "))


def _in_json(text: str) -> Found | None:
    fenced = _FENCED.findall(text)
    source = (fenced[-1] if fenced else text).strip()
    if not source.startswith("{"):
        return None
    try:
        value = json.loads(source)
    except (ValueError, RecursionError):
        return None
    for name in _FIELDS:
        if isinstance(value, dict) and name in value:
            return _json_value(value[name])
    return _json_value(value)


def _in_code(text: str, question: str) -> Found | None:
    kept = _KEPT_CODE.fullmatch(text)
    if kept is not None:
        return Found(text, Form.CODE, kept[1])
    source = code_in(text, question)
    found = behaviour_of(source, question) if source else None
    return Found(_shown(found.shown), Form.CODE, found.key) if found else None


def _json_value(value: object) -> Found | None:
    if isinstance(value, str):
        return _answer(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _answer(json.dumps(value))
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Found(_shown(text), Form.JSON, text)


# --- what it is ---


def _answer(text: str) -> Found | None:
    """Return what a text says that is nothing but an answer, and perhaps a sentence more."""
    choice = _choice(text)
    if choice is not None:
        return choice
    line = plain(text)
    sentence = _SENTENCE_END.split(line, maxsplit=1)[0]
    sentence = sentence[_lead_of(sentence) :]
    if "=" in sentence:
        sentence = sentence.rsplit("=", 1)[-1]
    words = number_in_words(sentence.strip(" .,!"))
    if words is not None:
        return Found(_shown(sentence), Form.NUMBER, str(words), words)
    numbers = numbers_in(sentence)
    return _number(numbers[0]) if numbers else _words(sentence)


def _choice(text: str) -> Found | None:
    match = _CHOICE.match(text[_lead_of(text) :]) or _SMALL_CHOICE.match(text)
    if match is None:
        return None
    letter = match[1].upper()
    return Found(letter, Form.CHOICE, letter)


def _lead_of(text: str) -> int:
    match = _LEAD.match(text)
    return match.end() if match else 0


def _last_number(sentence: str) -> Found | None:
    numbers = numbers_in(plain(sentence))
    return _number(numbers[-1]) if numbers else None


def _number(number: Number) -> Found:
    key = number.written if number.value is None else str(number.value)
    return Found(_shown(number.written), Form.NUMBER, key, number.value, number.unit)


def _words(text: str) -> Found | None:
    shown = " ".join(text.split()).strip(" .,;:!?*_`\"'“”„«»()[]{}$\\")
    key = _ARTICLE.sub("", unicodedata.normalize("NFKC", shown).casefold())
    return Found(_shown(shown), Form.TEXT, key) if key and len(shown) <= MOST_TEXT else None


def _shown(text: str) -> str:
    text = " ".join(text[: 2 * _MOST_SHOWN].split())
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
