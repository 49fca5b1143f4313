"""Which keys belong to which action: the usual ones, and those that the person changed."""

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence

from inglenook.ui.actions import Actions

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_FIXED = frozenset({"stop"})
"""Esc leaves whatever is open, so that one can always get away."""


class KeyMap:
    """Puts keys onto the window's actions.

    Threads: the UI thread.
    """

    def __init__(self, actions: Actions) -> None:
        """Remember the usual keys; nothing is changed yet.

        Args:
            actions: Of the window, with the keys that they are made with.
        """
        self._groups = actions.groups()
        self._actions = {
            action.objectName(): action for group in self._groups.values() for action in group
        }
        self._usual = {name: each.shortcuts() for name, each in self._actions.items()}
        self._changed: dict[str, str] = {}

    def wear(self, changed: Mapping[str, str]) -> None:
        """Use these keys from now on; actions that are not named have their usual ones."""
        if dict(changed) == self._changed:
            return
        self._changed = {
            name: keys
            for name, keys in changed.items()
            if name in self._actions and name not in _FIXED
        }
        for name, action in self._actions.items():
            keys = self._changed.get(name)
            usual = self._usual[name]
            action.setShortcuts(usual if keys is None else [QKeySequence(keys)] * bool(keys))

    def groups(self) -> dict[str, list[QAction]]:
        """Return the actions whose keys can be changed, by group."""
        return {
            group: [each for each in actions if each.objectName() not in _FIXED]
            for group, actions in self._groups.items()
        }

    def is_changed(self, name: str) -> bool:
        """Tell whether an action has other keys than usual."""
        return name in self._changed

    def holder_of(self, keys: QKeySequence, besides: str) -> QAction | None:
        """Return the action that has these keys already; None if they are free.

        Args:
            keys: A single combination.
            besides: The name of the action that wants them.
        """
        wanted = keys.toString(_PORTABLE)
        for name, action in self._actions.items():
            if name != besides and wanted in {
                each.toString(_PORTABLE) for each in action.shortcuts()
            }:
                return action
        return None

    def with_keys(self, name: str, keys: QKeySequence) -> dict[str, str]:
        """Return the changes to keep once an action has these keys; empty keys for none."""
        usual = [each.toString(_PORTABLE) for each in self._usual[name]]
        text = keys.toString(_PORTABLE)
        changed = {**self._changed, name: text}
        if text == (usual[0] if usual else ""):
            del changed[name]
        return changed

    def without(self, name: str) -> dict[str, str]:
        """Return the changes to keep once an action has its usual keys again."""
        return {each: keys for each, keys in self._changed.items() if each != name}
