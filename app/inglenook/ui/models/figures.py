"""Figures of models in words: how large, how often fetched, when changed."""

from PySide6.QtCore import QDate, Qt

from inglenook.ui import dates
from inglenook.ui.units import count_in_words, rate_in_words
from inglenook.ui.words import tr


def day_in_words(day: str) -> str:
    """Return a day as people write it here.

    Args:
        day: ``"2026-10-01"``; anything else gives "".
    """
    date = QDate.fromString(day, Qt.DateFormat.ISODate)
    return dates.day_in_words(date) if date.isValid() else ""


def times_fetched(count: int) -> str:
    """Return how often a model was fetched, in short form; "" if unknown."""
    return tr("{count} downloads").format(count=count_in_words(count)) if count > 0 else ""


def joined(*parts: str) -> str:
    """Return what is known, with dots between."""
    return " · ".join(part for part in parts if part)


def about_as_fast_as(tokens_per_s: float) -> str:
    """Return an estimated speed; "" if nothing is known."""
    if tokens_per_s <= 0:
        return ""
    return tr("about {speed}").format(speed=rate_in_words(tokens_per_s))
