import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from inglenook.core.errors import Problem
from inglenook.ui import language, units
from inglenook.ui.catalogue import Catalogue, read_catalogue
from inglenook.ui.plurals import plural_form
from inglenook.ui.pseudo import pseudo
from inglenook.ui.words import problem_words, tr, tr_n, tr_told

GERMAN = {
    "Settings": "Einstellungen",
    "{count} chats": {"one": "1 Chat", "other": "{count} Chats"},
    "The model is gone": "Das Modell ist weg",
    "Allow writing to {0}.": "Schreiben in {0} erlauben.",
    "Allow writing to {0}, or wait {1}.": "Schreiben in {0} erlauben oder {1} warten.",
    "another minute": "noch eine Minute",
}


@pytest.fixture
def english(qapp: QApplication, monkeypatch: pytest.MonkeyPatch):
    """Whatever a test speaks, the next one speaks English."""
    yield qapp
    monkeypatch.delenv(language.VARIABLE, raising=False)
    language.speak_language(qapp, "en")
    QLocale.setDefault(QLocale.c())


@pytest.fixture
def german(english: QApplication):
    catalogue = Catalogue("de", GERMAN, english)
    english.installTranslator(catalogue)
    return english


def test_a_text_is_said_in_the_language_of_the_catalogue(german: QApplication):
    assert tr("Settings") == "Einstellungen"
    assert tr("Not there yet") == "Not there yet"


def test_a_number_takes_the_form_that_goes_with_it(german: QApplication):
    forms = [tr_n("1 chat", "{count} chats", count) for count in (0, 1, 2)]
    assert forms == ["{count} Chats", "1 Chat", "{count} Chats"]


def test_english_needs_no_catalogue_for_one_and_many(english: QApplication):
    assert [tr_n("1 chat", "{count} chats", each) for each in (1, 2)] == [
        "1 chat",
        "{count} chats",
    ]


def test_a_sentence_of_the_services_is_recognised_with_its_names(german: QApplication):
    assert tr_told("Allow writing to /data.") == "Schreiben in /data erlauben."
    long = "Allow writing to /data, or wait another minute."
    assert tr_told(long) == "Schreiben in /data erlauben oder noch eine Minute warten."


def test_a_problem_is_said_whole_and_what_nobody_knows_stays(german: QApplication):
    known = Problem("The model is gone", "Allow writing to /data.")
    assert problem_words(known) == "Das Modell ist weg. Schreiben in /data erlauben."
    assert tr_told("The model is gone. Allow writing to /data.") == problem_words(known)
    assert tr_told("What {is} this") == "What {is} this"


def test_a_very_long_sentence_is_left_as_it_is(german: QApplication):
    long = "Allow writing to " + "a, or wait " * 400
    assert tr_told(long) == long


def test_a_catalogue_that_cannot_be_read_leaves_english(tmp_path: Path):
    broken = tmp_path / "de.json"
    broken.write_text("{", encoding="utf-8")
    assert read_catalogue(broken) == {}
    broken.write_text("[]", encoding="utf-8")
    assert read_catalogue(broken) == {}
    assert read_catalogue(tmp_path / "none.json") == {}
    assert Catalogue("de", {}).isEmpty()


def test_the_forms_follow_the_rules_of_each_language():
    arabic = [plural_form("ar", each) for each in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103)]
    assert arabic == [
        "zero",
        "one",
        "two",
        "few",
        "few",
        "many",
        "many",
        "other",
        "other",
        "few",
    ]
    assert [plural_form("fr", each) for each in (0, 1, 2)] == ["one", "one", "other"]
    assert plural_form("zh", 1) == "other"
    assert plural_form("xx", 1) == "one"


def test_the_choice_counts_then_the_system(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(language.VARIABLE, raising=False)
    assert language.language_for("fr", QLocale("de_DE")) == "fr"
    assert language.language_for("system", QLocale("de_AT")) == "de"
    assert language.language_for("system", QLocale("fi_FI")) == "en"
    monkeypatch.setenv(language.VARIABLE, "pseudo")
    assert language.language_for("fr", QLocale("de_DE")) == "pseudo"


def test_a_settings_file_that_is_not_read_still_names_its_language():
    assert language.choice_in(json.dumps({"language": "ar"})) == "ar"
    assert language.choice_in("") == "system"


def test_german_writes_figures_its_own_way(english: QApplication):
    language.speak_language(english, "de")
    assert units.bytes_in_words(4_939_212_390) == "4,6 GB"
    assert units.grouped(1_234_567) == "1.234.567"
    assert language.name_of_language() == "Deutsch"
    assert tr("Settings") == "Einstellungen"


def test_arabic_turns_the_window_and_keeps_figures_together(english: QApplication):
    language.speak_language(english, "ar")
    assert english.layoutDirection() is Qt.LayoutDirection.RightToLeft
    figure = units.bytes_in_words(4_939_212_390)
    assert figure.startswith("\u2068")
    assert figure.endswith("\u2069")
    language.speak_language(english, "en")
    assert english.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_english_reads_nothing_and_leaves_no_catalogue(
    german: QApplication, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(language, "catalogues", lambda: pytest.fail("something was read"))
    language.speak_language(german, "en")
    german.sendPostedEvents(None, 52)  # DeferredDelete
    assert german.findChildren(QTranslator) == []
    assert tr("Settings") == "Settings"


def test_the_language_for_testing_is_longer_and_keeps_gaps(english: QApplication, monkeypatch):
    monkeypatch.setenv(language.VARIABLE, "pseudo-rtl")
    language.speak_language(english, "system")
    assert english.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert tr("{size} free").startswith("[{size} ")
    assert len(pseudo("Keyboard shortcuts")) >= 1.4 * len("Keyboard shortcuts")
    assert pseudo(" ") == " "
    assert "inglenook.ui.pseudo" in sys.modules
