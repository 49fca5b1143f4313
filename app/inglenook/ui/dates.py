"""Days and moments in words, the same everywhere: ``22 Nov 2026``, ``22 Nov 2026, 14:45``."""

import re

from PySide6.QtCore import QDate, QDateTime, QLocale

_DAY_OF_THE_WEEK = re.compile(r"^d{3,4}[^dMy']*|[\s,،]*d{3,4}$")


def day_in_words(day: QDate) -> str:
    """Return a day with the short name of its month, in the order of this language.

    The system's short form would be figures alone, which are read differently in different
    countries, and its long form names the day of the week.
    """
    locale = QLocale()
    long = locale.dateFormat(QLocale.FormatType.LongFormat)
    return locale.toString(day, _DAY_OF_THE_WEEK.sub("", long).replace("MMMM", "MMM"))


def moment_in_words(at_ms: int) -> str:
    """Return a day and the time of day, in local time.

    Args:
        at_ms: Milliseconds since 1970.
    """
    moment = QDateTime.fromMSecsSinceEpoch(at_ms)
    locale = QLocale()
    short = locale.timeFormat(QLocale.FormatType.ShortFormat).replace(":ss", "")
    return f"{day_in_words(moment.date())}, {locale.toString(moment.time(), short)}"
