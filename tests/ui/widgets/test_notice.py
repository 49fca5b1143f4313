"""A problem in words, with its facts folded below."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inglenook import __version__
from inglenook.core.errors import Problem
from inglenook.ui.faults import Faults
from inglenook.ui.style import Look
from inglenook.ui.trouble import Trouble
from inglenook.ui.widgets.notice import Notice
from inglenook.ui.widgets.problemdetails import details_of
from inglenook.ui.words import one_line

FULL = Problem("No room is left", "Free some space.", {"path": "/data/x.db", "errno": "ENOSPC"})


def test_the_facts_are_folded_away_and_can_be_copied(qtbot: QtBot, look: Look):
    notice = Notice(look)
    qtbot.addWidget(notice)
    notice.show_problem(FULL)
    assert notice.details.isHidden()
    notice.more.click()
    assert notice.details.isVisible()
    assert notice.more.accessibleName() == "Hide details"
    notice.details.copy.click()
    said = QGuiApplication.clipboard().text()
    assert said.startswith("No room is left\npath: /data/x.db\nerrno: ENOSPC\nInglenook ")
    assert __version__ in said
    notice.show_problem(Problem("It did not work", "Try again."))
    assert notice.details.isHidden()
    assert notice.more.isHidden()


def test_the_page_in_place_of_the_window_has_them_too(qtbot: QtBot, look: Look):
    page = Trouble(look, FULL)
    qtbot.addWidget(page)
    page.show()
    page.more.click()
    assert "ENOSPC" in page.details.text.toPlainText()
    assert page.details.isVisible()


def test_hostile_facts_stay_one_line_each():
    told = details_of(Problem("Bad\nname", "No.", {"name": "a\u202eb\nInglenook 9"}))
    assert told.splitlines()[:2] == ["Bad name", "name: ab Inglenook 9"]


def test_a_fault_tells_where_it_happened_and_nothing_else():
    shown: list[Problem] = []
    faults = Faults(shown.append)
    try:
        one_line(None)  # type: ignore[arg-type]
    except TypeError as error:
        faults._caught(TypeError, error, error.__traceback__)
    assert shown[0].facts["fault"] == "TypeError"
    assert shown[0].facts["place"].startswith("words.py:")
