import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.question import Question
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.widgets.tabs import Tabs


@pytest.fixture
def tabs(qtbot: QtBot, look: Look) -> Tabs:
    made = Tabs(look, "Fruit", ("Apples", "Pears", "Plums"))
    qtbot.addWidget(made)
    made.show()
    return made


def test_arrow_keys_move_from_tab_to_tab(tabs: Tabs):
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.currentIndex() == 1
    QTest.keyClick(tabs, Qt.Key.Key_Left)
    assert tabs.currentIndex() == 0


def test_ctrl_tab_and_the_wheel_are_left_to_others(tabs: Tabs):
    QTest.keyClick(tabs, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    no, at = Qt.KeyboardModifier.NoModifier, QPointF(5, 5)
    wheel = QWheelEvent(
        at, at, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, no,
        Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003  (Qt takes it by place)
    )  # fmt: skip
    QApplication.sendEvent(tabs, wheel)
    assert tabs.currentIndex() == 0
    assert not wheel.isAccepted()


def test_a_number_behind_a_tab_is_read_out_and_makes_it_wider(tabs: Tabs):
    before = tabs.tabRect(1).width()
    tabs.set_count(1, 12)
    assert tabs.tabText(1) == "Pears 12"
    assert tabs.tabRect(1).width() > before
    tabs.set_count(1, None)
    assert tabs.tabText(1) == "Pears"
    assert tabs.tabRect(1).width() == before


def test_tabs_grow_with_the_text(tabs: Tabs, look: Look):
    before = tabs.tabRect(0).size()
    look.set_scale(200)
    assert tabs.tabRect(0).width() > before.width()
    assert tabs.tabRect(0).height() == 2 * before.height()


def test_a_press_on_a_choice_tells_it_and_showing_one_does_not(qtbot: QtBot, look: Look):
    segments = Segments(look, "Size", (("s", "Small"), ("l", "Large")))
    qtbot.addWidget(segments)
    told: list[str] = []
    segments.chosen.connect(told.append)
    segments.show_choice("s")
    assert told == []
    segments.segment("l").click()
    assert told == ["l"]
    assert segments.choice() == "l"
    segments.show_choice("huge")
    assert segments.choice() == ""


def test_a_choice_is_named_with_what_is_chosen(qtbot: QtBot, look: Look):
    segments = Segments(look, "Size", (("s", "Small"),))
    qtbot.addWidget(segments)
    assert segments.segment("s").accessibleName() == "Size: Small"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_switch_turns_by_key_anywhere_and_says_what_it_is(
    qtbot: QtBot, look: Look, key: Qt.Key
):
    switch = Switch(look, "Work offline")
    qtbot.addWidget(switch)
    switch.show()
    QTest.keyClick(switch, key)
    assert switch.isChecked()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not switch.isChecked()
    seen = QAccessible.queryAccessibleInterface(switch)
    assert seen.role() is QAccessible.Role.CheckBox
    assert seen.text(QAccessible.Text.Name) == "Work offline"


def test_a_bar_keeps_within_its_ends(qtbot: QtBot, look: Look):
    bar = Bar(look, "Reading")
    qtbot.addWidget(bar)
    for fraction, value in ((-1.0, 0), (0.5, 500), (7.0, 1000)):
        bar.set_fraction(fraction)
        assert bar.value() == value


def test_a_question_is_answered_by_button_or_by_escape(qtbot: QtBot, look: Look):
    question = Question(look, "Cancel it", "Keep it")
    qtbot.addWidget(question)
    told = []
    question.agreed.connect(lambda: told.append("yes"))
    question.declined.connect(lambda: told.append("no"))
    question.ask("Really?")
    assert question.words.text() == "Really?"
    question.yes.click()
    question.ask("Really?")
    question.no.click()
    question.ask("Really?")
    QTest.keyClick(question.no, Qt.Key.Key_Escape)
    assert told == ["yes", "no", "no"]
    assert question.isHidden()
