"""Every action a person can take: one list for menus, shortcuts, the key help and the tests."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from inglenook.ui.words import Words, tr


@dataclass(frozen=True, slots=True)
class _Entry:
    """One action.

    Attributes:
        name: In code.
        needs: What is missing when it cannot be taken.
        switch: It is on or off, alone or as one of a set of this name.
    """

    name: str
    group: Words
    text: Words
    keys: str
    icon: str = ""
    needs: Words = ""
    switch: str = ""


_EMPTY: Words = "There is nothing in this chat yet"

_ENTRIES = (
    _Entry("new_chat", "Chats", "New chat", "Ctrl+N", "new-chat"),
    _Entry("search", "Chats", "Search chats", "Ctrl+Shift+F", "search"),
    _Entry("next_chat", "Chats", "Next chat", "Ctrl+Tab"),
    _Entry("previous_chat", "Chats", "Previous chat", "Ctrl+Shift+Tab"),
    _Entry("rename", "Chats", "Rename chat", "F2", "pencil", needs=_EMPTY),
    _Entry("delete", "Chats", "Delete chat", "", "trash", needs=_EMPTY),
    _Entry("pin", "Chats", "Pin or unpin chat", "Ctrl+D", "pin", needs=_EMPTY),
    _Entry("move_to_folder", "Chats", "Move chat to a folder", "", "folder", needs=_EMPTY),
    _Entry("archive", "Chats", "Archive chat", "", "archive", needs=_EMPTY),
    _Entry("new_folder", "Chats", "New folder", "Ctrl+Shift+N", "folder-plus"),
    _Entry("show_archive", "Chats", "Archived chats", "", "archive"),
    _Entry("show_trash", "Chats", "Trash", "", "trash"),
    _Entry("copy_chat", "Chats", "Copy chat as Markdown", "", "copy", needs=_EMPTY),
    _Entry("export_chat", "Chats", "Export chat…", "Ctrl+Shift+E", "external", needs=_EMPTY),
    _Entry("import_chats", "Chats", "Import chats…", "", "download"),
    _Entry("compose", "Conversation", "Write a message", "Ctrl+L"),
    _Entry("find", "Conversation", "Find in this chat", "Ctrl+F", "search", needs=_EMPTY),
    _Entry("find_next", "Conversation", "Next match", "F3", needs=_EMPTY),
    _Entry("find_previous", "Conversation", "Previous match", "Shift+F3", needs=_EMPTY),
    _Entry(
        "copy_answer",
        "Conversation",
        "Copy the last answer",
        "Ctrl+Shift+C",
        "copy",
        needs=_EMPTY,
    ),
    _Entry(
        "regenerate", "Conversation", "Answer again", "Ctrl+Shift+R", "refresh", needs=_EMPTY
    ),
    _Entry(
        "go_on",
        "Conversation",
        "Continue the answer",
        "Ctrl+Shift+Return",
        "continue",
        needs=_EMPTY,
    ),
    _Entry(
        "quote",
        "Conversation",
        "Quote in the message field",
        "Ctrl+Shift+9",
        "quote",
        needs=_EMPTY,
    ),
    _Entry("fork", "Conversation", "Continue in a new chat", "", "branch", needs=_EMPTY),
    _Entry("details", "Conversation", "About the last answer", "Ctrl+I", "info", needs=_EMPTY),
    _Entry("attach", "Conversation", "Attach documents…", "Ctrl+U", "paperclip"),
    _Entry("effort", "Conversation", "Change the effort", "Ctrl+E", "layers"),
    _Entry("assistant", "Conversation", "Choose the assistant", "Ctrl+Shift+A", "person"),
    _Entry("save_prompt", "Conversation", "Save the message as a prompt", "", "letter"),
    _Entry("assistants", "Conversation", "Assistants", "", "person"),
    _Entry("prompts", "Conversation", "Saved prompts", "", "letter"),
    _Entry("stop", "Conversation", "Stop, cancel or close", "Esc", "stop"),
    _Entry("open_model", "Model", "Open a model file…", "Ctrl+O", "folder"),
    _Entry("choose_model", "Model", "Choose a model", "Ctrl+M", "box"),
    _Entry("models", "Model", "Models", "Ctrl+Shift+M", "box"),
    _Entry("downloads", "Model", "Downloads", "Ctrl+J", "download"),
    _Entry("find_model", "Model", "Find a better model", "", "search"),
    _Entry("evaluation", "Model", "Does effort pay?", "", "layers"),
    _Entry("serving", "Model", "Local server", "", "server"),
    _Entry("unload", "Model", "Free the model's memory", "", needs="No model is loaded"),
    _Entry("palette", "Window", "Find anything", "Ctrl+K", "search"),
    _Entry("menu", "Window", "Open the menu", "F10", "list"),
    _Entry("toggle_side", "Window", "Side bar", "Ctrl+B", "sidebar", switch="alone"),
    _Entry("theme_system", "Window", "Colours like the system", "", "monitor", switch="theme"),
    _Entry("theme_light", "Window", "Light colours", "", "sun", switch="theme"),
    _Entry("theme_dark", "Window", "Dark colours", "", "moon", switch="theme"),
    _Entry("next_pane", "Window", "Next pane", "F6"),
    _Entry("bigger", "Window", "Bigger text", "Ctrl++"),
    _Entry("smaller", "Window", "Smaller text", "Ctrl+-"),
    _Entry("normal_size", "Window", "Normal text size", "Ctrl+0"),
    _Entry("settings", "Window", "Settings", "Ctrl+,", "gear"),
    _Entry("keys", "Window", "Keyboard shortcuts", "Ctrl+/", "keyboard"),
    _Entry("quit", "Window", "Quit Inglenook", "Ctrl+Q"),
)

_ALSO = {"bigger": "Ctrl+=", "palette": "Ctrl+Shift+P"}
"""A second key: the plus sign is a shifted one on many keyboards, and editors of programs
open their palettes with the other."""
_ROLES = {
    "about": QAction.MenuRole.AboutRole,
    "settings": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}
"""Where macOS wants them: in the menu with the program's name."""


class Actions(QObject):
    """The actions of one window, by name.

    Threads: the UI thread.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        self._sets: dict[str, QActionGroup] = {}
        for entry in _ENTRIES:
            action = QAction(tr(entry.text), window)
            keys = [entry.keys] if entry.keys else []
            keys += [_ALSO[entry.name]] if entry.name in _ALSO else []
            action.setShortcuts([QKeySequence(each) for each in keys])
            action.setObjectName(entry.name)
            action.setMenuRole(_ROLES.get(entry.name, QAction.MenuRole.NoRole))
            self._make_switch(action, entry.switch)
            window.addAction(action)
            self._by_name[entry.name] = action

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

    def why_not(self, action: QAction) -> str:
        """Return why an action cannot be taken now; ``""`` if it can."""
        if action.isEnabled():
            return ""
        needs = {entry.name: entry.needs for entry in _ENTRIES}
        return tr(needs[action.objectName()]) or tr("It cannot be done now")

    def _make_switch(self, action: QAction, switch: str) -> None:
        action.setCheckable(bool(switch))
        if switch not in {"", "alone"}:
            group = self._sets.setdefault(switch, QActionGroup(self))
            group.addAction(action)


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
