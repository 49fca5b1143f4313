"""Saved prompts keep their order, and no two have the same name."""

import pytest

from inglenook.chat.assistant import MOST_NAME_CHARS, Prompt
from inglenook.core.errors import StorageError
from inglenook.storage.database import Database
from inglenook.storage.prompts import Prompts

FIRST, SECOND = Prompt("1", "Explain", "Explain {{topic}}"), Prompt("2", "Reply", "Reply")


def test_prompts_come_back_in_their_order_and_may_change_names(database: Database):
    kept = Prompts(database)
    kept.put([SECOND, FIRST], 1)
    assert kept.all() == (SECOND, FIRST)
    swapped = [Prompt("1", "Reply", "a"), Prompt("2", "Explain", "b")]
    kept.put(swapped, 2)
    assert list(kept.all()) == swapped


def test_two_of_one_name_are_refused_and_nothing_is_lost(database: Database):
    kept = Prompts(database)
    kept.put([FIRST], 1)
    with pytest.raises(StorageError):
        kept.put([SECOND, Prompt("3", "Reply", "x")], 2)
    assert kept.all() == (FIRST,)


def test_what_another_hand_wrote_is_cut_to_what_we_allow(database: Database):
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO prompt(id, name, text, changed_ms) VALUES ('X', ?, 't', 0)",
            ("n" * 99,),
        )
        connection.execute(
            "INSERT INTO prompt(id, name, text, changed_ms) VALUES ('Y', ' ', 't', 0)"
        )
    assert [each.name for each in Prompts(database).all()] == ["n" * MOST_NAME_CHARS, "…"]
