"""Sizes, rates and counts as the person's language writes them."""

from PySide6.QtCore import QLocale, Qt

from inglenook.core import units
from inglenook.ui.words import Words, tr

_UNITS: tuple[Words, ...] = (
    "B", "KB", "MB", "GB", "TB", "ms", "s", "min", "h", "tokens/s", "Wh", "mWh",
)  # fmt: skip
_ISOLATED, _END = "\u2068", "\u2069"
"""First strong isolate and its end (UAX 9): a number and its unit keep their order among
words that are read from the right."""


def bytes_in_words(count: int) -> str:
    """Return a size: ``"4.6 GB"``."""
    return _local(units.bytes_in_words(count))


def seconds_in_words(duration_s: float) -> str:
    """Return a duration: ``"2 min 5 s"``."""
    return _local(units.seconds_in_words(duration_s))


def energy_in_words(joules: float) -> str:
    """Return an energy: ``"0.3 Wh"``."""
    return _local(units.energy_in_words(joules))


def rate_in_words(tokens_per_s: float) -> str:
    """Return a speed: ``"41 tokens/s"``."""
    return _local(units.rate_in_words(tokens_per_s))


def count_in_words(count: int) -> str:
    """Return a count in short: ``"3.1k"``."""
    return _local(units.count_in_words(count))


def parameters_in_words(count: int) -> str:
    """Return how large a model is: ``"8.2B"``; "" if unknown."""
    return _local(units.parameters_in_words(count))


def grouped(count: int) -> str:
    """Return a whole number with its thousands apart: ``"12,345"``."""
    return f"{count:,}".replace(",", QLocale().groupSeparator())


def _local(text: str) -> str:
    """Return a figure with the point and the units of the language."""
    locale = QLocale()
    point = locale.decimalPoint()
    said = " ".join(
        tr(word) if word in _UNITS else word.replace(".", point) for word in text.split(" ")
    )
    is_rtl = locale.textDirection() is Qt.LayoutDirection.RightToLeft
    return f"{_ISOLATED}{said}{_END}" if is_rtl and said else said
