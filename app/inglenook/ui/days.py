"""Chats sorted into days: Today, Yesterday, Previous 7 days, then months."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from PySide6.QtCore import QLocale

from inglenook.services.events import ChatSummary
from inglenook.ui.words import tr


def by_day(
    chats: Iterable[ChatSummary], today: date
) -> Iterator[tuple[str, tuple[ChatSummary, ...]]]:
    """Return the chats in their order, under the name of their day.

    Args:
        chats: Newest first.
        today: The day it is now, in local time.
    """
    for name, group in groupby(chats, key=lambda each: day_name(each.updated_ms, today)):
        yield name, tuple(group)


def day_name(moment_ms: int, today: date) -> str:
    """Return the heading for a moment, in milliseconds since 1970, seen from ``today``."""
    day = datetime.fromtimestamp(moment_ms / 1000).astimezone().date()
    if day >= today:  # a clock that was wrong for a while must not look broken
        return tr("Today")
    if day == today - timedelta(days=1):
        return tr("Yesterday")
    if day >= today - timedelta(days=7):
        return tr("Previous 7 days")
    month = QLocale().standaloneMonthName(day.month)
    return month if day.year == today.year else f"{month} {day.year}"
