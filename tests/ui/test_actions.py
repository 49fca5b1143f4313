from collections import Counter

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar
from pytestqt.qtbot import QtBot

from inglenook.ui.actions import icon_name, keys_in_words
from inglenook.ui.room import Room


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


def test_menus_can_be_filled_with_every_action(qtbot: QtBot, window: Room):
    bar = QMenuBar()
    qtbot.addWidget(bar)
    window.actions_by_name.fill(bar)
    listed = [action.text() for menu in bar.actions() for action in menu.menu().actions()]
    assert "New chat" in listed
    assert "Quit Inglenook" in listed


def test_an_action_knows_its_icon_and_its_keys(window: Room):
    rename = window.actions_by_name["rename"]
    assert icon_name(rename) == "pencil"
    assert keys_in_words(rename) == QKeySequence("F2").toString()
