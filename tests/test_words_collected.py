"""Every text that a person reads is collected, and its translations fit it."""

import re
import sys
from pathlib import Path

import pytest

from inglenook.ui.plurals import forms

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "packaging"))
import words  # noqa: E402

FOUND = words.collect()
HOLES = re.compile(r"\{[^{}]*\}")
MARKUP = re.compile(r"<[^<>]+>|^ +| +$|\{\{|\}\}")


def pairs(language: str):
    """Yield every sentence with each of its forms."""
    for text, ours in words.read(language).items():
        for form in ours.values() if isinstance(ours, dict) else (ours,):
            yield text, form


def test_every_text_that_is_translated_can_be_collected():
    assert FOUND.unmarked == []


def test_no_control_is_given_a_text_that_is_not_translated():
    assert FOUND.bare == []


@pytest.mark.parametrize("language", words.languages())
def test_placeholders_and_markup_survive_translation(language: str):
    for text, ours in pairs(language):
        assert sorted(HOLES.findall(ours)) == sorted(HOLES.findall(text)) or (
            text in FOUND.counted and set(HOLES.findall(ours)) <= set(HOLES.findall(text))
        ), text
        assert MARKUP.findall(ours) == MARKUP.findall(text), text
        assert ours.count("\n") == text.count("\n"), text


@pytest.mark.parametrize("language", words.languages())
def test_what_is_counted_has_each_form_of_its_language(language: str):
    held = words.read(language)
    for text in FOUND.counted & held.keys():
        assert isinstance(held[text], dict), text
        assert set(held[text]) == forms(language), text


@pytest.mark.parametrize("language", words.languages())
def test_only_what_is_counted_has_forms(language: str):
    held = words.read(language)
    assert {text for text, ours in held.items() if isinstance(ours, dict)} <= FOUND.counted


def test_the_window_speaks_german_and_the_others_are_begun():
    german, ours = words.read("de"), FOUND.plain | FOUND.counted
    assert len(ours & german.keys()) > 0.95 * len(ours)
    for language in ("fr", "es", "zh", "ar"):
        assert len(ours & words.read(language).keys()) >= 300, language


def test_the_shares_are_printed(capsys: pytest.CaptureFixture[str]):
    assert words.main([]) == 0
    assert re.search(r"^de +\d+ +\d+%", capsys.readouterr().out, re.MULTILINE)
