"""One list feeds page, search and tests: every choice has a row, a default and a way back."""

from dataclasses import fields, replace

import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.storage.settings import Settings, with_choice
from inglenook.ui.settings.controls import make_control
from inglenook.ui.settings.registry import Control, Section, Setting, all_settings, found
from inglenook.ui.style import Look

REMEMBERED = {
    "welcomed",
    "last_chat",
    "last_model",
    "first_run_step",
    "tray_explained",
    "side_bar",
}
"""What the application remembers by itself; nobody chooses it."""
ALL = all_settings()


def test_every_choice_has_exactly_one_row():
    keys = [one.key for one in ALL]
    assert len(keys) == len(set(keys))
    assert {field.name for field in fields(Settings)} - REMEMBERED == {
        one.key for one in ALL if one.is_kept
    }
    assert not REMEMBERED & set(keys)
    assert {one.section for one in ALL} == set(Section)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_every_row_says_what_it_is_and_can_be_found_by_it(one: Setting):
    assert one.title
    assert not one.title.endswith(".")
    assert one in found(one.title, ALL)
    assert one in found(one.words.split()[0], ALL)
    assert one.about.endswith(".") or not one.about


@pytest.mark.parametrize("one", [one for one in ALL if one.choices], ids=lambda one: one.key)
def test_every_choice_that_is_offered_can_be_taken(one: Setting):
    values = [value for value, _ in one.choices]
    assert one.default in values
    for value in values:
        assert one.read(with_choice(Settings(), one.key, value)) == value


def test_the_way_back_is_offered_only_where_something_was_chosen():
    theme = next(one for one in ALL if one.key == "theme")
    assert theme.is_usual(Settings())
    assert not theme.is_usual(replace(Settings(), theme="dark"))


def test_a_word_in_the_title_counts_most():
    assert [one.key for one in found("font", ALL)][:2] == ["font_family", "code_font"]
    assert found("high contrast", ALL)[0].key == "contrast"
    assert found("dark mode", ALL)[0].key == "theme"
    assert found("", ALL) == found("xylophone", ALL) == ()


def test_what_a_section_draws_has_no_control_of_its_own(look: Look):
    part = next(one for one in ALL if one.control is Control.PART)
    with pytest.raises(BadArgumentError):
        make_control(look, part)
