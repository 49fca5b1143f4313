"""What painting a conversation needs: colours, fonts and icons of the moment."""

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPixmap

from inglenook.ui.appearance import OUR_LETTERS, Letters
from inglenook.ui.chat.formulas import Formulas
from inglenook.ui.fonts import Fonts
from inglenook.ui.icons import Icons
from inglenook.ui.theme import Palette, TypeStyle

SELECTION_ALPHA = 64
COMPACT = 0.5
"""What is left of the space between things where they stand close together."""
FOUND_ALPHA = {"light": 84, "dark": 96}
"""How strongly a match is tinted; its letters keep 4.5:1 on all grounds."""


class Ink:
    """Colours by their token, fonts by style, and icons, for one palette and text size.

    Threads: the window's.
    """

    def __init__(
        self,
        palette: Palette,
        percent: int,
        icons: Icons,
        formulas: Formulas | None = None,
        *,
        letters: Letters = OUR_LETTERS,
        is_compact: bool = False,
    ) -> None:
        self.palette = palette
        self.fonts = Fonts(percent, letters)
        self._nearness = COMPACT if is_compact else 1.0
        self._icons = icons
        self.formulas = formulas or Formulas()
        self._colours: dict[str, QColor] = {}
        self._baselines: dict[TypeStyle, float] = {}
        self.selection = QColor(palette.accent)
        self.selection.setAlpha(SELECTION_ALPHA)
        self.found = QColor(palette.warn)
        self.found.setAlpha(FOUND_ALPHA[palette.name])

    def colour(self, token: str) -> QColor:
        """Return the colour of a token such as ``"text_muted"``."""
        if token not in self._colours:
            self._colours[token] = QColor(getattr(self.palette, token))
        return self._colours[token]

    def font(self, style: TypeStyle, *, mono: bool = False, italic: bool = False) -> QFont:
        """Return the font of a style."""
        return self.fonts.font(style, mono=mono, italic=italic)

    def px(self, pixels: float) -> float:
        """Return a length of the design at this text size."""
        return self.fonts.scaled(pixels)

    def spaced(self, pixels: float) -> float:
        """Return a space between two things, at the density the person likes."""
        return round(pixels * self._nearness)

    def icon(self, name: str, token: str, size: int, ratio: float) -> QPixmap:
        """Return an icon in the colour of a token."""
        return self._icons.pixmap(name, getattr(self.palette, token), size, ratio)

    def baseline(self, style: TypeStyle) -> float:
        """Return where text stands in a line of this style, from the top of the line."""
        if style not in self._baselines:
            metrics = QFontMetricsF(self.font(style))
            spare = self.px(style.line) - metrics.ascent() - metrics.descent()
            self._baselines[style] = spare / 2 + metrics.ascent()
        return self._baselines[style]
