"""How hard a passphrase is to guess, and the recovery code that takes its place."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from inglenook.core.errors import BadArgumentError

SHORTEST = 8
LONGEST = 1000

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not taken for each other: Crockford's base 32, 5 bits each."""
CODE_SECRET = 30
"""Random signs of a code: 150 bits, which nobody tries through."""
CODE_CHECK = 2
"""Signs that tell a slip of the pen: one in 1,024 goes unnoticed."""
CODE_GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})

_WORD_BITS, _WORD_LETTERS = 11.0, 7
"""A common word is one of about 2,000; longer ones add a little for each letter."""
_LATER_LETTER_BITS = 1.5
_LETTER_BITS, _DIGIT_BITS = 4.7, 3.3
"""log2 of 26 and of 10; a sign between words counts as a letter."""
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_WEAK_BITS, _FAIR_BITS = 30.0, 50.0


class Strength(StrEnum):
    """How long a passphrase holds out against somebody who has the files.

    One guess reads and writes 128 MiB (scrypt, N = 2**17, r = 8), so a graphics card of
    3 TB/s tries 12,000 a second at the very most.
    """

    SHORT = "short"
    """Too short to be taken."""
    WEAK = "weak"
    """Below 2**30 guesses: one card has tried them all within a day."""
    FAIR = "fair"
    """Below 2**50: one card needs years, a thousand need days or weeks."""
    STRONG = "strong"
    """A thousand cards need years."""


def strength(passphrase: str) -> Strength:
    """Tell how strong a passphrase is at least; what looks like words is counted as words."""
    text = normal(passphrase)
    if len(text) < SHORTEST:
        return Strength.SHORT
    found = bits(text)
    if found < _WEAK_BITS:
        return Strength.WEAK
    return Strength.FAIR if found < _FAIR_BITS else Strength.STRONG


def bits(passphrase: str) -> float:
    """Estimate from below: log2 of the guesses that a good guesser needs.

    Parts that were there already, and runs like "1234" or "qwerty", count as one sign.
    """
    seen: set[str] = set()
    total = 0.0
    for part in re.findall(r"[^\W\d_]+|\d+|[^\w\s]|_", passphrase.lower()):
        total += 1.0 if part in seen else _part_bits(part)
        seen.add(part)
    return total


def _part_bits(part: str) -> float:
    varied = len(set(part))
    if _is_run(part) or varied <= 2:
        return _LETTER_BITS
    if part.isdigit():
        return _DIGIT_BITS * min(len(part), 2 * varied)
    each = _LETTER_BITS * min(len(part), 2 * varied)
    if not _is_like_a_word(part):
        return each
    return min(each, _WORD_BITS + _LATER_LETTER_BITS * max(0, len(part) - _WORD_LETTERS))


def _is_run(part: str) -> bool:
    return len(part) > 2 and any(part in run or part in run[::-1] for run in _RUNS)


def _is_like_a_word(part: str) -> bool:
    """Random letters have few vowels or long rows without one; words of any script have not."""
    if not part.isascii():
        return True
    vowels = len(re.findall("[aeiouy]", part))
    return vowels * 5 >= len(part) and not re.search("[^aeiouy]{5}", part)


def normal(passphrase: str) -> str:
    """Return a passphrase as every keyboard gives it: composed, as RFC 8265 asks for."""
    return unicodedata.normalize("NFC", passphrase)


def checked_passphrase(passphrase: str) -> str:
    """Return a new passphrase in its normal form.

    Raises:
        BadArgumentError: it is too short or too long, or cannot be written down.
    """
    text = normal(passphrase)
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadArgumentError(
            "The passphrase has too few signs or too many",
            f"Choose from {SHORTEST} to {LONGEST}; four or five words are easy to remember.",
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise BadArgumentError(
            "The passphrase has a sign that cannot be typed", "Choose letters and signs."
        )
    return text


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A passphrase made by chance, to be printed: eight groups of four signs.

    Attributes:
        signs: All of them, without spaces.
    """

    signs: str

    @classmethod
    def of(cls, random: bytes) -> "RecoveryCode":
        """Make a code.

        Args:
            random: At least 19 random bytes.
        """
        number = int.from_bytes(random) % 32**CODE_SECRET
        secret = "".join(
            CODE_ALPHABET[number >> 5 * place & 31] for place in range(CODE_SECRET)
        )
        return cls(secret + _check(secret))

    @classmethod
    def read(cls, text: str) -> "RecoveryCode | None":
        """Read a code as somebody typed it; None if it is none or has a slip."""
        signs = re.sub(r"[\s\-\u2010-\u2015]", "", normal(text)).upper().translate(_READ_AS)
        secret = signs[:CODE_SECRET]
        is_code = len(signs) == CODE_SECRET + CODE_CHECK and set(signs) <= set(CODE_ALPHABET)
        return cls(signs) if is_code and signs == secret + _check(secret) else None

    def in_groups(self) -> str:
        """Return it as it is shown and printed."""
        starts = range(0, len(self.signs), CODE_GROUP)
        return "-".join(self.signs[start : start + CODE_GROUP] for start in starts)


def _check(secret: str) -> str:
    digest = int.from_bytes(hashlib.sha256(secret.encode()).digest()[:2])
    return CODE_ALPHABET[digest & 31] + CODE_ALPHABET[digest >> 5 & 31]
