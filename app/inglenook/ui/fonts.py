"""Fonts for text that we paint ourselves: the type scale at the person's text size."""

from PySide6.QtGui import QFont

from inglenook.ui.appearance import OUR_LETTERS, Letters
from inglenook.ui.theme import TypeStyle

SMALLEST_PERCENT, LARGEST_PERCENT = 85, 200
_NO_LIGATURES = ("calt", "liga")


class Fonts:
    """Fonts and line heights at one text size.

    Args:
        percent: 85 to 200; anything else is brought into this range.
        letters: Families of fonts.

    Threads: the window's.
    """

    def __init__(self, percent: int = 100, letters: Letters = OUR_LETTERS) -> None:
        self._letters = letters
        self.percent = min(max(percent, SMALLEST_PERCENT), LARGEST_PERCENT)
        self._made: dict[tuple[TypeStyle, bool, bool], QFont] = {}

    def scaled(self, pixels: float) -> float:
        """Return a length of the design at this text size, in whole pixels."""
        return round(pixels * self.percent / 100)

    def font(self, style: TypeStyle, *, mono: bool = False, italic: bool = False) -> QFont:
        """Return the font of a style; the same object for the same style."""
        key = (style, mono, italic)
        if key not in self._made:
            self._made[key] = self._make(style, mono=mono, italic=italic)
        return self._made[key]

    def _make(self, style: TypeStyle, *, mono: bool, italic: bool) -> QFont:
        font = QFont()
        letters = self._letters
        families = letters.display if style.size > 16 else letters.text
        font.setFamilies([*letters.mono, "monospace"] if mono else list(families))
        font.setPixelSize(int(self.scaled(style.size)))
        font.setWeight(QFont.Weight(style.weight))
        font.setItalic(italic)
        if mono:
            font.setStyleHint(QFont.StyleHint.Monospace)
            for tag in _NO_LIGATURES:
                # Arrows and comparisons must read as they are typed.
                font.setFeature(QFont.Tag(tag), 0)
        return font
