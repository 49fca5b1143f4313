from collections import Counter

from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenuBar
from pytestqt.qtbot import QtBot

from inglenook.ui.actions import icon_name, keys_in_words
from inglenook.ui.menubar import compact_menu, fill_menu_bar
from inglenook.ui.room import Room
from inglenook.ui.style import Look


def test_no_two_actions_share_a_shortcut(window: Room):
    keys = Counter(
        sequence.toString()
        for action in window.findChildren(QAction)
        for sequence in action.shortcuts()
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_action_does_something(window: Room):
    for actions in window.actions_by_name.groups().values():
        for action in actions:
            assert action.receivers("2triggered(bool)") > 0, action.text()


def test_the_bar_of_macos_has_every_action_an_edit_menu_and_the_standard_roles(
    qtbot: QtBot, window: Room
):
    bar = QMenuBar()
    qtbot.addWidget(bar)
    fill_menu_bar(bar, window.actions_by_name, window.shell)
    menus = {menu.text(): menu.menu() for menu in bar.actions()}
    listed = [action.text() for menu in menus.values() for action in menu.actions()]
    for members in window.actions_by_name.groups().values():
        assert {action.text() for action in members} <= set(listed)
    assert list(menus)[1] == "Edit"
    assert window.actions_by_name["quit"].menuRole() == QAction.MenuRole.QuitRole
    assert window.actions_by_name["delete"].menuRole() == QAction.MenuRole.NoRole
    field = window.page.composer.field
    field.setPlainText("Bread")
    field.setFocus()
    edit = {action.text(): action for action in menus["Edit"].actions()}
    edit["Select all"].trigger()
    edit["Cut"].trigger()
    assert field.toPlainText() == ""
    assert QGuiApplication.clipboard().text() == "Bread"


def test_f10_opens_the_same_list_where_there_is_no_bar(look: Look, window: Room):
    menu = compact_menu(look, window.actions_by_name, window)
    groups = [action.text() for action in menu.actions()]
    assert groups == list(window.actions_by_name.groups())
    assert keys_in_words(window.actions_by_name["menu"]) == "F10"


def test_what_is_on_is_marked_and_what_cannot_be_done_says_why(window: Room):
    actions = window.actions_by_name
    assert actions["theme_light"].isChecked()
    assert not actions["theme_dark"].isChecked()
    assert actions["toggle_side"].isChecked()
    window.frame.toggle_side()
    assert not actions["toggle_side"].isChecked()
    assert actions.why_not(actions["unload"]) == "No model is loaded"
    assert actions.why_not(actions["quit"]) == ""


def test_an_action_knows_its_icon_and_its_keys(window: Room):
    rename = window.actions_by_name["rename"]
    assert icon_name(rename) == "pencil"
    assert keys_in_words(rename) == QKeySequence("F2").toString()
