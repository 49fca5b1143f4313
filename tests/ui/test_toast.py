import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inglenook.ui.style import Look
from inglenook.ui.toast import Toast


@pytest.fixture
def toast(qtbot: QtBot, look: Look) -> Toast:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    foot = QWidget(window)
    foot.setGeometry(100, 500, 600, 100)
    made = Toast(look, window, foot)
    made.keep_window = window
    window.show()
    qtbot.waitExposed(window)
    return made


def test_a_message_stands_above_the_composer_and_goes_by_itself(qtbot: QtBot, toast: Toast):
    toast._timer.setInterval(30)
    toast.show_message("Copied the answer")
    assert toast.isVisible()
    assert not toast.action.isVisible()
    assert toast.geometry().center().x() == pytest.approx(400, abs=2)
    assert toast.geometry().bottom() < 530
    qtbot.waitUntil(lambda: not toast.isVisible())


def test_it_stays_as_long_as_the_pointer_is_on_it(qtbot: QtBot, toast: Toast):
    toast._timer.setInterval(20)
    toast.show_message("Deleted", "Undo")
    point = QPointF(1, 1)
    QApplication.sendEvent(toast, QEnterEvent(point, point, point))
    qtbot.wait(60)
    assert toast.isVisible()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not toast.isVisible())


def test_its_button_acts_once(toast: Toast):
    done = []
    toast.show_message("Deleted", "Undo", lambda: done.append("undone"))
    toast.action.click()
    assert done == ["undone"]
    assert not toast.isVisible()


def test_a_longer_message_than_the_last_one_is_shown_whole(toast: Toast):
    toast.show_message("Ready", "Use it")
    QApplication.processEvents()
    toast.hide()
    toast.show_message("This model with a long name did not come: it asks who you are", "See")
    QApplication.processEvents()
    assert toast.words.width() >= toast.words.sizeHint().width()
