"""The language of the window: which one it is, and everything that follows from it."""

import os
import re
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from inglenook.storage.paths import resources

VARIABLE = "INGLENOOK_LANGUAGE"
"""Chooses a language for one start, also those for testing: ``pseudo`` and ``pseudo-rtl``."""
NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "zh": "中文",
    "ar": "العربية",
}
"""What each language of the window calls itself."""
_TESTING = ("pseudo", "pseudo-rtl")
_REGIONS = {"zh": "zh_CN", "ar": "ar_AE"}
"""Where the language alone would say too little: the simplified signs, and the digits that
the rest of the window has."""
_FROM_THE_RIGHT = {"ar", "pseudo-rtl"}


def catalogues() -> Path:
    """Return the folder with the sentences of each language."""
    return resources() / "i18n"


def language_for(choice: str, system: QLocale) -> str:
    """Return the language to speak.

    Args:
        choice: What the settings say: a language, or ``"system"``.
        system: What the system says.
    """
    asked = os.environ.get(VARIABLE, "").strip().lower()
    if asked in {*NAMES, *_TESTING}:
        return asked
    if choice in NAMES:
        return choice
    names = (QLocale.languageToCode(QLocale(each).language()) for each in system.uiLanguages())
    return next((name for name in names if name in NAMES), "en")


def speak_language(application: QApplication, choice: str) -> None:
    """Show everything that is made from now on in a language.

    English is what the texts are written in: nothing is read for it.

    Args:
        application: Ours; it keeps the catalogue, and asks it for every text.
        choice: What the settings say.
    """
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    system = QLocale.system()
    language = language_for(choice, system)
    QLocale.setDefault(_locale(language, system))
    from_right = language in _FROM_THE_RIGHT
    ways = Qt.LayoutDirection
    application.setLayoutDirection(ways.RightToLeft if from_right else ways.LeftToRight)
    if language != "en":
        application.installTranslator(_spoken(language, application))


def _spoken(language: str, application: QApplication) -> QTranslator:
    if language in _TESTING:
        from inglenook.ui.pseudo import Pseudo  # noqa: PLC0415  (for testing)

        return Pseudo(application)
    from inglenook.ui.catalogue import Catalogue, read_catalogue  # noqa: PLC0415  (not for all)

    sentences = read_catalogue(catalogues() / f"{language}.json")
    return Catalogue(language, sentences, application)


def choice_in(settings: str) -> str:
    """Return the language that a settings file names, where it cannot be read properly."""
    found = re.search(r'"language": "(\w{2,6})"', settings)
    return found[1] if found is not None else "system"


def name_of_language() -> str:
    """Return what the language of the window calls itself."""
    return NAMES.get(QLocale.languageToCode(QLocale().language()), NAMES["en"])


def _locale(language: str, system: QLocale) -> QLocale:
    """Return how numbers and dates are written.

    The system knows best where it speaks the same language: its region, its own formats.
    """
    is_plain = system.language() is QLocale.Language.C
    if language in _TESTING or (is_plain and language == "en"):
        return system
    if QLocale.languageToCode(system.language()) == language:
        return system
    return QLocale(_REGIONS.get(language, language))
