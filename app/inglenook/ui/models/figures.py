"""Figures of models in words: how many parameters, when, how long still."""

from PySide6.QtCore import QDate, QLocale, Qt

from inglenook.core.units import bytes_in_words, count_in_words, seconds_in_words
from inglenook.services.events import Download
from inglenook.ui.words import tr


def parameters_in_words(count: int) -> str:
    """Return how large a model is: ``"135M"``, ``"8.2B"``, ``"70B"``; "" if unknown."""
    if count <= 0:
        return ""
    if count < 999_500_000:
        return f"{max(1, round(count / 1_000_000))}M"
    billions = count / 1_000_000_000
    return (
        f"{billions:.0f}B" if billions >= 99.5 else f"{billions:.1f}".removesuffix(".0") + "B"
    )


def day_in_words(day: str) -> str:
    """Return a day as people write it here.

    Args:
        day: ``"2026-10-01"``; anything else gives "".
    """
    date = QDate.fromString(day, Qt.DateFormat.ISODate)
    return QLocale().toString(date, "d MMM yyyy") if date.isValid() else ""


def times_fetched(count: int) -> str:
    """Return how often a model was fetched, in short form; "" if unknown."""
    return tr("{count} downloads").format(count=count_in_words(count)) if count > 0 else ""


def joined(*parts: str) -> str:
    """Return what is known, with dots between."""
    return " · ".join(part for part in parts if part)


def share_done(row: Download) -> float:
    """Return how much of a download has come, 0 to 1."""
    return min(1.0, row.done_bytes / row.size_bytes) if row.size_bytes > 0 else 0.0


def left_in_words(row: Download) -> str:
    """Return how long a download will take still; "" if nobody can tell."""
    if row.bytes_per_s < 1:
        return ""
    left = seconds_in_words((row.size_bytes - row.done_bytes) / row.bytes_per_s)
    return tr("{time} left").format(time=left)


def speed_in_words(row: Download) -> str:
    """Return how fast a download comes; "" if nothing does."""
    if row.bytes_per_s < 1:
        return ""
    return tr("{size}/s").format(size=bytes_in_words(round(row.bytes_per_s)))
