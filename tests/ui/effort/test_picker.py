"""The effort of the next answers is chosen in the composer, and remembered."""

import effortmatter as effort
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inglenook.effort.level import Level
from inglenook.services.events import SettingsChanged
from inglenook.ui.effort.picker import EffortMenu


@pytest.fixture
def button(window):
    return window.page.composer.effort


def open_menu(window, button) -> EffortMenu:
    button.click()
    return window.page.findChildren(EffortMenu)[-1]


def test_the_usual_effort_stands_in_the_composer(services, button, qtbot):
    assert button.text() == "Quick"
    services.bus.publish(SettingsChanged("light", welcomed=True, effort="careful"))
    qtbot.waitUntil(lambda: button.text() == "Careful")
    assert button.text() == "Careful"
    assert button.accessibleName() == "Effort: Careful"


def test_every_level_is_told_with_what_it_takes_here(window, services, button):
    services.efforts.known = effort.FORESEEN
    menu = open_menu(window, button)
    names = [row.accessibleName() for row in menu.rows]
    assert [name.partition(".")[0] for name in names] == [
        "Choose for me", "Quick", "Balanced", "Careful", "Deep",
    ]  # fmt: skip
    assert "About 9 s" in names[2]
    assert "12 MB more memory" in names[2]
    assert "Not measured yet on this computer" in names[4]
    assert not menu.foot.hint
    menu.close()


def test_a_level_that_is_picked_is_shown_and_remembered(window, services, button):
    menu = open_menu(window, button)
    QTest.mouseClick(menu.rows[3], Qt.MouseButton.LeftButton)
    assert not menu.isVisible()
    assert button.text() == "Careful"
    assert services.asked("settings.set_effort") == [(Level.CAREFUL,)]


def test_the_menu_works_by_keyboard(window, services, button):
    menu = open_menu(window, button)
    assert menu.rows[1].isChecked()
    menu.rows[1].setFocus()
    QTest.keyClick(menu, Qt.Key.Key_Down)
    assert menu.rows[2].hasFocus() or menu.focusWidget() is menu.rows[2]
    QTest.keyClick(menu.rows[2], Qt.Key.Key_Return)
    assert services.asked("settings.set_effort") == [(Level.BALANCED,)]


def test_escape_leaves_everything_as_it_was(window, services, button):
    menu = open_menu(window, button)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()
    assert not services.asked("settings.set_effort")


def test_the_shortcut_goes_through_all_levels_and_round(window, services, button):
    action = window.actions_by_name["effort"]
    assert action.shortcut().toString() == "Ctrl+E"
    seen = []
    for _ in range(5):
        action.trigger()
        seen.append(button.level)
    assert seen == [Level.BALANCED, Level.CAREFUL, Level.DEEP, Level.AUTO, Level.QUICK]


def test_the_shortcut_works_while_writing(window, services, button):
    QTest.keyClick(
        window.page.composer.field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier
    )
    assert services.asked("settings.set_effort") == [(Level.BALANCED,)]
    assert window.page.composer.field.toPlainText() == ""


def test_a_hint_is_there_only_if_it_was_measured(window, services, button):
    services.efforts.changed = 0, 14
    menu = open_menu(window, button)
    assert "none of your 14 answers" in menu.foot.hint
    menu.close()
