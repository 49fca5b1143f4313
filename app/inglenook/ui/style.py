"""The look of the window: which palette, which fonts, how big, how much motion."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from inglenook.ui import theme
from inglenook.ui.icons import Icons
from inglenook.ui.sheet import sheet_of
from inglenook.ui.theme import Palette, TypeStyle

SMALLEST_SCALE, BIGGEST_SCALE = 85, 200


class Look(QObject):
    """Palette, type and motion that every widget reads when it paints.

    Attributes:
        palette: The colours in use now.
        scale: Text size in percent, 85 to 200.
        icons: Our icons, in any colour and size.

    Signals:
        changed(): colours or text size are new; the application is restyled already.

    Threads: the UI thread.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._theme = "system"
        self._fonts: dict[tuple[TypeStyle, bool], QFont] = {}
        self.scale = 100
        self.palette = theme.LIGHT
        self.icons = Icons()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    def begin(self, theme_name: str, text_scale: float) -> None:
        """Style the application for the first time."""
        self.scale = _in_range(round(text_scale * 100))
        self._fonts.clear()
        self.set_theme(theme_name)

    def set_theme(self, name: str) -> None:
        """Take ``"system"``, ``"light"`` or ``"dark"``; anything else means system."""
        self._theme = name if name in {"light", "dark"} else "system"
        hints = self._app.styleHints()
        if self._theme == "system":
            hints.unsetColorScheme()
        else:
            # Title bars and native dialogs follow the choice as well.
            dark = self._theme == "dark"
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        self._apply(self._wanted())

    def set_scale(self, percent: int) -> None:
        """Make text bigger or smaller; out-of-range sizes are brought to the nearest."""
        self.scale = _in_range(percent)
        self._fonts.clear()
        self._apply(self.palette)

    @property
    def theme(self) -> str:
        """What was chosen: ``"system"``, ``"light"`` or ``"dark"``."""
        return self._theme

    def px(self, pixels: float) -> int:
        """Return a length that grows with the text."""
        return round(pixels * self.scale / 100)

    def font(self, style: TypeStyle, *, display: bool = False) -> QFont:
        """Return the interface font at a size of the type scale."""
        key = (style, display)
        if key not in self._fonts:
            font = QFont()
            families = ("Inter Display", *theme.FAMILIES) if display else theme.FAMILIES
            font.setFamilies(list(families))
            font.setPixelSize(self.px(style.size))
            font.setWeight(QFont.Weight(style.weight))
            self._fonts[key] = font
        return self._fonts[key]

    def motion_ms(self, duration_ms: int) -> int:
        """Return how long a movement may take here: 0 where the person wants none."""
        style = self._app.style()
        return duration_ms if style.styleHint(QStyle.StyleHint.SH_Widget_Animate) else 0

    def _follow_system(self) -> None:
        wanted = self._wanted()
        if wanted is not self.palette:
            self._apply(wanted)

    def _wanted(self) -> Palette:
        if self._theme == "system":
            dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self._theme == "dark"
        return theme.DARK if dark else theme.LIGHT

    def _apply(self, palette: Palette) -> None:
        self.palette = palette
        self._app.setPalette(qt_palette(palette))
        self._app.setFont(self.font(theme.UI))
        self._app.setStyleSheet(sheet_of(palette, self.px))
        self.changed.emit()


def _in_range(percent: int) -> int:
    return max(SMALLEST_SCALE, min(BIGGEST_SCALE, percent))


def qt_palette(colours: Palette) -> QPalette:
    """Return our colours in the roles that Qt's own widgets use."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in (
        (roles.Window, colours.ground),
        (roles.WindowText, colours.text),
        (roles.Base, colours.raised),
        (roles.AlternateBase, colours.inset),
        (roles.Text, colours.text),
        (roles.PlaceholderText, colours.text_faint),
        (roles.Button, colours.raised),
        (roles.ButtonText, colours.text),
        (roles.BrightText, colours.bad),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Accent, colours.accent),
        (roles.Link, colours.accent),
        (roles.LinkVisited, colours.accent),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.text_faint))
    return palette
