"""Numbers as people and models write them, read exactly."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from inglenook.effort.units import unit_in

MOST_DIGITS = 300
"""A longer number is compared as text: nothing is computed with it."""

MOST_CHARACTERS = 400
"""So much of a text is looked at; an answer that needs more is none to be compared."""

_NUMBER = re.compile(
    r"(?P<sign>[-+]\s?)?"
    r"(?P<money>[$€£¥₹]\s?)?"
    r"(?P<body>\d+(?:[.,'’_]\d+|\ \d{3}(?!\d))*|\.\d+)"
    r"(?:[eE](?P<power>[-+]?\d{1,3})(?!\w))?"
    r"(?:\s?/\s?(?P<under>\d+(?:\.\d+)?)|\s(?P<part>\d+)/(?P<parts>\d+))?"
)
_FRACTION = re.compile(r"\\[dt]?frac\s?\{([^{}]{1,40})\}\s?\{([^{}]{1,40})\}")
_LATEX = re.compile(r"\\(?:text|mathrm|mathbf|textbf)\s?\{([^{}]{0,80})\}")
_BLANKS = re.compile(r"[ '’_]")
_DASHES = dict.fromkeys(map(ord, "−–—‒﹣－"), "-")
_NOISE = re.compile(
    r"\\[,;:! ]|\\(?:left|right|quad|displaystyle)\b|[*`]|\$(?!\s?\d)|\\(?=[$%])"
)
_POWER_OF_TEN = re.compile(
    r"(\d)\s?(?:×|x|\*|\\times|\\cdot|·)\s?10\s?\^\s?\{?([-+]?\d{1,3})\}?"
)

_UP_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: at for at, word in enumerate(_UP_TO_NINETEEN.split())}
_SMALL |= {word: 10 * at for at, word in enumerate(_TENS.split(), 2)}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_PARTS = {
    "half": Fraction(1, 2),
    "one half": Fraction(1, 2),
    "a half": Fraction(1, 2),
    "one third": Fraction(1, 3),
    "a third": Fraction(1, 3),
    "two thirds": Fraction(2, 3),
    "one quarter": Fraction(1, 4),
    "a quarter": Fraction(1, 4),
    "three quarters": Fraction(3, 4),
}
_MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    Attributes:
        value: Exactly; None if it is too long to be computed with.
        written: In ASCII digits, without a currency before it.
        unit: Its unit in one spelling; ``""`` if there is none that is known.
        start: Where it stands in the text that ``plain`` returns.
    """

    value: Fraction | None
    written: str
    unit: str
    start: int


def plain(text: str) -> str:
    """Return a text with ASCII digits, ASCII signs and no markup around numbers."""
    text = "".join(map(_plain_character, text[:MOST_CHARACTERS]))
    text = _LATEX.sub(r" \1 ", text.translate(_DASHES))
    text = _FRACTION.sub(r" \1/\2 ", text)
    text = _NOISE.sub("", text)
    return _POWER_OF_TEN.sub(r"\1e\2", text)


def _plain_character(character: str) -> str:
    if character < "\x80":
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "No":
        # One half, and not a raised two: that one is a part of a unit or a power.
        spelled = unicodedata.normalize("NFKC", character)
        return f" {spelled.replace('⁄', '/')} " if "⁄" in spelled else character
    if unicodedata.category(character) == "Zs":
        return " "
    wide = unicodedata.normalize("NFKC", character)
    return wide if len(wide) == 1 else character


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of a text that is ``plain`` already, in their order."""
    return [_number(text, match) for match in _NUMBER.finditer(text)]


def number_in_words(text: str) -> Fraction | None:
    """Return what an English number word is worth, or None if the text is anything else."""
    text = " ".join(text.casefold().replace("-", " ").split())
    if text in _PARTS:
        return _PARTS[text]
    words = [each for each in text.split(" ") if each != "and"]
    if not words or len(words) > _MOST_WORDS:
        return None
    total = group = 0
    for word in words:
        if word in _SMALL:
            group += _SMALL[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _LARGE:
            total, group = total + max(group, 1) * _LARGE[word], 0
        else:
            return None
    return Fraction(total + group)


def _number(text: str, match: re.Match[str]) -> Number:
    unit = unit_in((match["money"] or "").strip() or text[match.end() : match.end() + 40])
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    # In "8-3" and in "x-3" the dash joins; it is no sign of the number after it.
    is_negative = (match["sign"] or "").startswith("-") and not before.isalnum()
    written = text[match.start("body") : match.end()]
    value = _value(match)
    if value is None or not is_negative:
        return Number(value, "-" * is_negative + written, unit, match.start())
    return Number(-value, f"-{written}", unit, match.start())


def _value(match: re.Match[str]) -> Fraction | None:
    body, under = match["body"], match["under"]
    if len(match[0]) > MOST_DIGITS:
        return None
    value = Fraction(_without_separators(body))
    if match["power"]:
        value *= Fraction(10) ** int(match["power"])
    if under:
        return value / Fraction(under) if Fraction(under) else None
    if match["part"]:
        parts = int(match["parts"])
        return value + Fraction(int(match["part"]), parts) if parts else None
    return value


def _without_separators(body: str) -> str:
    """Return digits with a point for the decimal mark.

    Where both a comma and a point stand, the later one is the decimal mark. A comma alone
    separates thousands if three digits follow it each time, and is a decimal mark otherwise;
    a point alone is a decimal mark if there is only one.
    """
    body = _BLANKS.sub("", body)
    comma, point = body.rfind(","), body.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "," if point > comma else "."
        return body.replace(thousands, "").replace(",", ".")
    if comma >= 0:
        head, *groups = body.split(",")
        is_grouped = all(len(each) == 3 for each in groups) and 0 < len(head) <= 3
        if is_grouped and (head != "0" or len(groups) > 1):
            return body.replace(",", "")
        return body.replace(",", ".", 1) if len(groups) == 1 else "".join([head, *groups])
    return body if body.count(".") < 2 else body.replace(".", "")
