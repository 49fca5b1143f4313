"""Every action a person can take: one list for menus, shortcuts, the key help and the tests."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from inglenook.ui.words import tr


@dataclass(frozen=True, slots=True)
class _Entry:
    """One action: its name in code, its group, its words and its keys."""

    name: str
    group: str
    text: str
    keys: str
    icon: str = ""


_ENTRIES = (
    _Entry("new_chat", "Chats", "New chat", "Ctrl+N", "new-chat"),
    _Entry("search", "Chats", "Search chats", "Ctrl+K", "search"),
    _Entry("next_chat", "Chats", "Next chat", "Ctrl+Tab"),
    _Entry("previous_chat", "Chats", "Previous chat", "Ctrl+Shift+Tab"),
    _Entry("rename", "Chats", "Rename chat", "F2", "pencil"),
    _Entry("delete", "Chats", "Delete chat", "", "trash"),
    _Entry("copy_chat", "Chats", "Copy chat as Markdown", "", "copy"),
    _Entry("compose", "Conversation", "Write a message", "Ctrl+L"),
    _Entry("find", "Conversation", "Find in this chat", "Ctrl+F", "search"),
    _Entry("find_next", "Conversation", "Next match", "F3"),
    _Entry("find_previous", "Conversation", "Previous match", "Shift+F3"),
    _Entry("copy_answer", "Conversation", "Copy the last answer", "Ctrl+Shift+C", "copy"),
    _Entry("regenerate", "Conversation", "Answer again", "Ctrl+Shift+R", "refresh"),
    _Entry("go_on", "Conversation", "Continue the answer", "Ctrl+Shift+Return", "continue"),
    _Entry("effort", "Conversation", "Change the effort", "Ctrl+E", "layers"),
    _Entry("stop", "Conversation", "Stop, cancel or close", "Esc", "stop"),
    _Entry("open_model", "Model", "Open a model file…", "Ctrl+O", "folder"),
    _Entry("choose_model", "Model", "Choose a model", "Ctrl+M", "box"),
    _Entry("models", "Model", "Models", "Ctrl+Shift+M", "box"),
    _Entry("downloads", "Model", "Downloads", "Ctrl+J", "download"),
    _Entry("toggle_side", "Window", "Show or hide the side bar", "Ctrl+B", "sidebar"),
    _Entry("next_pane", "Window", "Next pane", "F6"),
    _Entry("bigger", "Window", "Bigger text", "Ctrl++"),
    _Entry("smaller", "Window", "Smaller text", "Ctrl+-"),
    _Entry("normal_size", "Window", "Normal text size", "Ctrl+0"),
    _Entry("keys", "Window", "Keyboard shortcuts", "Ctrl+/", "keyboard"),
    _Entry("quit", "Window", "Quit Inglenook", "Ctrl+Q"),
)

_ALSO = {"bigger": "Ctrl+="}
"""A second key: the plus sign is a shifted one on many keyboards."""


class Actions(QObject):
    """The actions of one window, by name.

    Threads: the UI thread.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        for entry in _ENTRIES:
            action = QAction(tr(entry.text), window)
            keys = [entry.keys] if entry.keys else []
            keys += [_ALSO[entry.name]] if entry.name in _ALSO else []
            action.setShortcuts([QKeySequence(each) for each in keys])
            action.setObjectName(entry.name)
            window.addAction(action)
            self._by_name[entry.name] = action
        self["quit"].setMenuRole(QAction.MenuRole.QuitRole)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def connect_all(self, **slots: Callable[[], object]) -> None:
        """Connect actions by name to what they do."""
        for name, slot in slots.items():
            self[name].triggered.connect(_without_arguments(slot))

    def groups(self) -> dict[str, list[QAction]]:
        """Return all actions in the order of the list, by group."""
        found: dict[str, list[QAction]] = {}
        for entry in _ENTRIES:
            found.setdefault(tr(entry.group), []).append(self[entry.name])
        return found

    def fill(self, bar: QMenuBar) -> None:
        """Put every action into a menu bar, as macOS expects."""
        for group, actions in self.groups().items():
            bar.addMenu(group).addActions(actions)


def _without_arguments(slot: Callable[[], object]) -> Callable[[], None]:
    """Keep ``triggered``'s "checked" away from slots that take nothing."""

    def call() -> None:
        slot()

    return call


def icon_name(action: QAction) -> str:
    """Return the icon that belongs to an action, or ``""``."""
    names = {entry.name: entry.icon for entry in _ENTRIES}
    return names[action.objectName()]


def keys_in_words(action: QAction) -> str:
    """Return the keys of an action as the system writes them, or ``""``."""
    keys = action.shortcut()
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def needs_menu_bar() -> bool:
    """Tell whether the system puts menus at the top of the screen."""
    return sys.platform == "darwin"
