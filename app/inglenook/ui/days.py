"""Chats sorted into days: Today, Yesterday, Previous 7 days, then months."""

import time
from collections.abc import Callable, Iterable, Iterator
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
    name_of = day_names(today)
    for name, group in groupby(chats, key=lambda each: name_of(each.updated_ms)):
        yield name, tuple(group)


def day_names(today: date) -> Callable[[int], str]:
    """Return what names a moment, in milliseconds since 1970, as seen from ``today``."""
    starts = [
        (_start_ms(today), tr("Today")),  # and later: a wrong clock must not look broken
        (_start_ms(today - timedelta(days=1)), tr("Yesterday")),
        (_start_ms(today - timedelta(days=7)), tr("Previous 7 days")),
    ]
    months: dict[tuple[int, int], str] = {}

    def name(moment_ms: int) -> str:
        for start_ms, day in starts:
            if moment_ms >= start_ms:
                return day
        local = time.localtime(moment_ms / 1000)
        month = (local.tm_year, local.tm_mon)
        if month not in months:
            months[month] = _month_name(*month, today)
        return months[month]

    return name


def _start_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000)


def _month_name(year: int, month: int, today: date) -> str:
    name = QLocale().standaloneMonthName(month)
    return name if year == today.year else f"{name} {year}"
