"""Something in a conversation that can be pressed, by pointer or by keyboard."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF


class Act(StrEnum):
    """What pressing does; the value is the icon's name where there is one."""

    COPY = "copy"
    REGENERATE = "refresh"
    EDIT = "pencil"
    PREVIOUS = "chevron-left"
    NEXT = "chevron-right"
    CONTINUE = "continue"
    EDIT_QUESTION = "edit question"
    LENGTHEN = "lengthen"
    COPY_CODE = "copy code"
    THINKING = "thinking"
    SHOW_ALL = "show all"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Target:
    """A place to press.

    Attributes:
        rect: From the message's top left corner.
        name: For screen readers and tool tips.
        value: An address, or the number of the block whose code is copied.
    """

    act: Act
    rect: QRectF
    name: str
    value: str = ""
