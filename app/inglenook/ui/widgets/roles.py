"""What a surface of our own is to a screen reader, where Qt only knows that it is a widget."""

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_PROPERTY = "what_it_is"


def call_dialog(widget: QWidget, name: str) -> None:
    """Let a widget that opens over others be met as a dialog of this name.

    Before anything else is set: Qt remembers what it once was told about a widget.
    """
    _listen()
    widget.setProperty(_PROPERTY, QAccessible.Role.Dialog.value)
    widget.setAccessibleName(name)


@cache
def _listen() -> None:
    QAccessible.installFactory(_describe)


_DESCRIBED: list[QAccessibleInterface] = []
"""Qt frees what it was given when the widget goes; Python must not free it a second time."""


def _describe(name: str, thing: QObject) -> QAccessibleInterface | None:
    del name
    if not isinstance(thing, QWidget) or (role := thing.property(_PROPERTY)) is None:
        return None
    described = QAccessibleWidget(thing, QAccessible.Role(role))
    _DESCRIBED.append(described)
    return described
