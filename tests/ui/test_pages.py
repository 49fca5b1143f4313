"""Full pages come in the chat's place one at a time, and go again."""

import pytest
from PySide6.QtWidgets import QStackedLayout, QWidget

from inglenook.ui.pages import FullPage, Pages


@pytest.fixture
def stack(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QStackedLayout(holder)
    layout.addWidget(QWidget())
    yield layout
    holder.hide()


def test_a_page_is_made_once_and_only_when_it_is_opened(stack):
    made = []

    def make() -> FullPage:
        made.append(FullPage())
        return made[-1]

    pages = Pages(stack)
    pages.add("settings", make)
    assert not made
    first, again = pages.open("settings"), pages.open("settings")
    assert first is again is made[0]
    assert stack.indexOf(first) == 1


def test_another_page_takes_the_place_of_the_one_that_is_open(stack):
    pages = Pages(stack)
    pages.add("settings", FullPage)
    pages.add("assistants", FullPage)
    pages.open("settings")
    other = pages.open("assistants")
    assert pages.shown is other


def test_a_page_that_is_left_by_its_own_means_is_no_longer_open(qtbot, stack):
    pages = Pages(stack)
    pages.add("settings", FullPage)
    page = pages.open("settings")
    with qtbot.waitSignal(pages.turned):
        page.closed.emit()
    assert pages.shown is None


def test_closing_tells_nothing_when_nothing_is_open(qtbot, stack):
    pages = Pages(stack)
    with qtbot.assertNotEmitted(pages.turned):
        pages.close()
