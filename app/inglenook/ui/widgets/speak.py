"""Saying something to a screen reader without moving the focus."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def speak(widget: QWidget, text: str, *, at_once: bool = False) -> None:
    """Announce a sentence; politely, or at once when the person must know now."""
    if not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    kinds = QAccessible.AnnouncementPoliteness
    event.setPoliteness(kinds.Assertive if at_once else kinds.Polite)
    QAccessible.updateAccessibility(event)
