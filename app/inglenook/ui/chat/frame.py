"""What a message is laid out for, and the measures of its parts."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from inglenook.ui.chat.ink import Ink

TOP, HEADER, UNDER_HEADER, FOLD = 14, 28, 8, 30
BUBBLE_X, BUBBLE_Y, OVER_ACTIONS, ACTIONS, BOTTOM = 16, 11, 6, 32, 6
NOTE_X, NOTE_Y, NOTE_ICON = 12, 8, 24
BUTTON = 32
BESIDE_BUBBLE = 190


@dataclass(frozen=True, slots=True)
class Frame:
    """What a message is laid out for.

    Attributes:
        width: Of the column, in pixels.
        mirrored: The window is read from the right: who writes stands at the left, and the
            rows of buttons begin at the right. Text goes its own way, block by block.
    """

    ink: Ink
    width: float
    mirrored: bool = False

    def placed(self, rect: QRectF) -> QRectF:
        """Return where a part lies that would lie here in a window read from the left."""
        if not self.mirrored:
            return rect
        return QRectF(self.width - rect.right(), rect.top(), rect.width(), rect.height())

    @property
    def button(self) -> float:
        """The width of an action, and the height of other buttons."""
        return self.ink.px(BUTTON)

    @property
    def actions(self) -> float:
        """The height of the row of actions."""
        return self.ink.px(ACTIONS)
