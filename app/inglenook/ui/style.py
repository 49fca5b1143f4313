"""The look of the window: which palette, which fonts, how big, how much motion."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from inglenook.ui import theme
from inglenook.ui.appearance import (
    OUR_LETTERS,
    SYSTEM_FONT,
    Appearance,
    Letters,
    letters_for,
)
from inglenook.ui.icons import Icons
from inglenook.ui.sheet import sheet_of
from inglenook.ui.theme import Palette, TypeStyle

SMALLEST_SCALE, BIGGEST_SCALE = 85, 200
_COMPACT_ROW = 0.8


class Look(QObject):
    """Palette, type and motion that every widget reads when it paints.

    Attributes:
        palette: The colours in use now.
        scale: Text size in percent, 85 to 200.
        icons: Our icons, in any colour and size.
        letters: Families of fonts.

    Signals:
        changed(): colours or text size are new; the application is restyled already.

    Threads: the UI thread.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._wanted_look = Appearance()
        self._fonts: dict[tuple[TypeStyle, bool], QFont] = {}
        self.scale = 100
        self.letters = OUR_LETTERS
        self.palette = theme.LIGHT
        self.icons = Icons()
        # Held, since PySide takes what belongs to the hints to be gone with their wrapper.
        self._hints = app.styleHints()
        self._ease = self._hints.accessibility()
        self._flash_ms = app.cursorFlashTime()
        self._hints.colorSchemeChanged.connect(self._follow_system)
        self._ease.contrastPreferenceChanged.connect(self._follow_system)

    def begin(self, theme_name: str, text_scale: float) -> None:
        """Style the application for the first time."""
        self.wear(Appearance(theme_name, round(text_scale * 100)))

    def wear(self, wanted: Appearance) -> None:
        """Look as the person wants; everything that is on screen follows at once."""
        if wanted.theme not in {"light", "dark"}:
            wanted = wanted._replace(theme="system")
        self._wanted_look = wanted
        self.scale = _in_range(wanted.percent)
        self.letters = _letters(wanted)
        self._fonts.clear()
        self._app.setCursorFlashTime(self._flash_ms if self.motion_ms(1) else 0)
        self._tell_system(wanted.theme)
        self._apply(self._wanted())

    @property
    def worn(self) -> Appearance:
        """What was wanted last."""
        return self._wanted_look

    def set_theme(self, name: str) -> None:
        """Take ``"system"``, ``"light"`` or ``"dark"``; anything else means system."""
        self.wear(self._wanted_look._replace(theme=name))

    def set_scale(self, percent: int) -> None:
        """Make text bigger or smaller; out-of-range sizes are brought to the nearest."""
        self.wear(self._wanted_look._replace(percent=_in_range(percent)))

    @property
    def theme(self) -> str:
        """What was chosen: ``"system"``, ``"light"`` or ``"dark"``."""
        return self._wanted_look.theme

    @property
    def is_compact(self) -> bool:
        """Things stand close together."""
        return self._wanted_look.density == "compact"

    def px(self, pixels: float) -> int:
        """Return a length that grows with the text."""
        return round(pixels * self.scale / 100)

    def row(self, pixels: float) -> int:
        """Return the height of a row of a list, closer together where that is wanted."""
        return self.px(pixels * _COMPACT_ROW if self.is_compact else pixels)

    def font(self, style: TypeStyle, *, display: bool = False) -> QFont:
        """Return the interface font at a size of the type scale."""
        key = (style, display)
        if key not in self._fonts:
            font = QFont()
            font.setFamilies(list(self.letters.display if display else self.letters.text))
            font.setPixelSize(self.px(style.size))
            font.setWeight(QFont.Weight(style.weight))
            self._fonts[key] = font
        return self._fonts[key]

    def motion_ms(self, duration_ms: int) -> int:
        """Return how long a movement may take here: 0 where the person wants none."""
        if (motion := self._wanted_look.motion) != "system":
            return duration_ms if motion == "full" else 0
        style = self._app.style()
        return duration_ms if style.styleHint(QStyle.StyleHint.SH_Widget_Animate) else 0

    def _follow_system(self) -> None:
        wanted = self._wanted()
        if wanted is not self.palette:
            self._apply(wanted)

    def _tell_system(self, name: str) -> None:
        """Let title bars and native dialogs follow the choice as well."""
        hints = self._app.styleHints()
        if name == "system":
            hints.unsetColorScheme()
        else:
            dark = name == "dark"
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _wanted(self) -> Palette:
        hints, wanted = self._app.styleHints(), self._wanted_look
        dark = wanted.theme == "dark"
        if wanted.theme == "system":
            dark = hints.colorScheme() is Qt.ColorScheme.Dark
        high = wanted.contrast == "high"
        if wanted.contrast == "system":
            preferred = self._ease.contrastPreference()
            high = preferred is Qt.ContrastPreference.HighContrast
        if high:
            return theme.HIGH_DARK if dark else theme.HIGH_LIGHT
        return theme.DARK if dark else theme.LIGHT

    def _apply(self, palette: Palette) -> None:
        self.palette = palette
        bars = self._wanted_look.scroll_bars
        sheet, font = sheet_of(palette, self.px, clear_bars=bars), self.font(theme.UI)
        # Each restyles every widget there is, which takes long with many (0.5 s for all
        # sections of the settings, measured 2026-11).
        if sheet != self._app.styleSheet():
            self._app.setPalette(qt_palette(palette))
            self._app.setStyleSheet(sheet)
        if font != self._app.font():
            self._app.setFont(font)
        self.changed.emit()


def _letters(wanted: Appearance) -> Letters:
    """Return the families of fonts; the system is asked only where its own are wanted."""
    if SYSTEM_FONT not in {wanted.font_family, wanted.code_font}:
        return letters_for(wanted, "", "")
    kinds = QFontDatabase.SystemFont
    text, mono = map(QFontDatabase.systemFont, (kinds.GeneralFont, kinds.FixedFont))
    return letters_for(wanted, text.family(), mono.family())


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
