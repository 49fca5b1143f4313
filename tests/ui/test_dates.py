import pytest
from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from inglenook.ui.dates import day_in_words, moment_in_words

DAY = QDate(2026, 11, 22)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("C", "22 Nov 2026"),
        ("en_US", "Nov 22, 2026"),
        ("de", "22. Nov. 2026"),
        ("fr", "22 nov. 2026"),
        ("zh_CN", "2026年11月22日"),
    ],
)
def test_a_day_is_written_as_its_language_does(monkeypatch, language: str, words: str):
    locale = QLocale(language)
    monkeypatch.setattr("inglenook.ui.dates.QLocale", Spoken(locale))
    assert day_in_words(DAY) == words


class Spoken:
    FormatType = QLocale.FormatType

    def __init__(self, locale: QLocale) -> None:
        self._locale = locale

    def __call__(self) -> QLocale:
        return self._locale


def test_a_moment_has_no_seconds():
    at_ms = QDateTime(DAY, QTime(9, 5, 59)).toMSecsSinceEpoch()
    assert moment_in_words(at_ms).endswith("9:05")
    assert "59" not in moment_in_words(at_ms)
