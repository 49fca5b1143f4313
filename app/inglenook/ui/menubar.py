"""The menus made of the list of actions: the bar of macOS, and a compact one elsewhere."""

from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from inglenook.ui.actions import Actions, icon_name
from inglenook.ui.style import Look
from inglenook.ui.words import Words, tr

_EDITS: tuple[tuple[Words, QKeySequence.StandardKey, Qt.Key], ...] = (
    ("Undo", QKeySequence.StandardKey.Undo, Qt.Key.Key_Z),
    ("Cut", QKeySequence.StandardKey.Cut, Qt.Key.Key_X),
    ("Copy", QKeySequence.StandardKey.Copy, Qt.Key.Key_C),
    ("Paste", QKeySequence.StandardKey.Paste, Qt.Key.Key_V),
    ("Select all", QKeySequence.StandardKey.SelectAll, Qt.Key.Key_A),
)
_BEFORE_EDIT = 1
"""The Edit menu is the second one, as everywhere on macOS."""


def fill_menu_bar(bar: QMenuBar, actions: Actions, window: QWidget) -> None:
    """Put every action into the menu bar of macOS, with the menus that people expect there.

    Qt moves About, Settings and Quit into the menu with the program's name by their roles.
    """
    for number, (group, members) in enumerate(actions.groups().items()):
        if number == _BEFORE_EDIT:
            _fill_edit(bar.addMenu(tr("Edit")))
        bar.addMenu(group).addActions(members)
    menu = bar.addMenu(tr("Arrange"))
    menu.addAction(tr("Minimise"), window.showMinimized)
    menu.addAction(tr("Zoom"), partial(_zoom, window))


def compact_menu(look: Look, actions: Actions, parent: QWidget) -> QMenu:
    """Return one menu with every action in a submenu of its group.

    Where windows have no menu bar, F10 opens it, as it would open the bar. Alt alone is left
    to the system.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for group, members in actions.groups().items():
        inner = menu.addMenu(group)
        for action in members:
            if name := icon_name(action):
                action.setIcon(look.icons.icon(name, look.palette.text_muted))
            inner.addAction(action)
    return menu


def _fill_edit(menu: QMenu) -> None:
    for words, standard, key in _EDITS:
        action = QAction(tr(words), menu)
        action.setShortcut(QKeySequence(standard))
        action.triggered.connect(partial(_press, key))
        menu.addAction(action)


def _press(key: Qt.Key, _is_checked: bool = False) -> None:
    """Give the part of the window that has the keyboard the key that does it there."""
    focus: QWidget | None = QApplication.focusWidget()  # Qt's stub forgets None
    if focus is not None:
        control = Qt.KeyboardModifier.ControlModifier
        QApplication.sendEvent(focus, QKeyEvent(QEvent.Type.KeyPress, key, control))


def _zoom(window: QWidget) -> None:
    if window.isMaximized():
        window.showNormal()
    else:
        window.showMaximized()
