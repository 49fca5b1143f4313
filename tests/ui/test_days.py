from datetime import date, datetime, timedelta

import pytest

from inglenook.core.ids import ChatId
from inglenook.services.events import ChatSummary
from inglenook.ui.days import by_day, day_names

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12).astimezone()


def ms(days_ago: float) -> int:
    return int((NOON - timedelta(days=days_ago)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("days_ago", "name"),
    [
        (0, "Today"),
        (-3, "Today"),
        (1, "Yesterday"),
        (2, "Previous 7 days"),
        (7, "Previous 7 days"),
        (8, "February"),
        (45, "January"),
        (90, "December 2025"),
    ],
)
def test_a_chat_stands_under_the_name_of_its_day(qapp, days_ago: float, name: str):
    assert day_names(TODAY)(ms(days_ago)) == name


def test_chats_of_a_day_stay_together_in_their_order(qapp):
    chats = [ChatSummary(ChatId(str(days)), "", ms(days)) for days in (0, 0.1, 1, 40)]
    found = [(name, [each.id for each in group]) for name, group in by_day(chats, TODAY)]
    assert found == [("Today", ["0", "0.1"]), ("Yesterday", ["1"]), ("January", ["40"])]
