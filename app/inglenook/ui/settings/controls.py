"""The control of each kind of setting: all show a value, and tell one that was chosen."""

from collections.abc import Callable
from typing import Protocol, cast

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, SignalInstance
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.core.errors import BadArgumentError
from inglenook.core.units import MIB
from inglenook.ui import theme
from inglenook.ui.appearance import SYSTEM_FONT
from inglenook.ui.models.setting import Entry
from inglenook.ui.running.slider import Slider
from inglenook.ui.settings.combo import Combo
from inglenook.ui.settings.registry import Control, Setting
from inglenook.ui.style import BIGGEST_SCALE, SMALLEST_SCALE, Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import tr

_FEW = 3
_NARROW, _TEXT, _FAMILY = 120, 220, 260
_APPLY_MS = 150
_STEP_PERCENT = 5


class Chooser(Protocol):
    """What a row asks of its control."""

    chosen: SignalInstance

    def show_value(self, value: object) -> None:
        """Show what is in force."""


class SwitchChooser(Switch):
    """On or off.

    Signals:
        chosen(value): a bool.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__(look, setting.title)
        self.clicked.connect(self._choose)

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self.setChecked(bool(value))

    def _choose(self) -> None:
        self.chosen.emit(self.isChecked())


class SegmentChooser(Segments):
    """A few choices side by side."""

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self.show_choice(str(value))


class TextChooser(Entry):
    """A line of text.

    Signals:
        chosen(value): a str.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__(look, setting.title, setting.hint, _TEXT)
        self.setObjectName("setting")
        self.entered.connect(self.chosen.emit)

    def show_value(self, value: object) -> None:
        """Show what is in force, unless something else is being written."""
        self.show_kept(str(value))


class SpeedChooser(Entry):
    """A speed in MB a second; empty for no limit.

    Signals:
        chosen(value): bytes a second; what is no number comes as it was written.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__(look, setting.title, setting.hint, _NARROW)
        self.entered.connect(self._choose)

    def show_value(self, value: object) -> None:
        """Show what is in force, unless something else is being written."""
        speed = cast("int", value)
        self.show_kept(f"{speed / MIB:.4g}" if speed else "")

    def _choose(self, text: str) -> None:
        try:
            speed = float(text.replace(",", ".") or 0) * MIB
        except ValueError:
            speed = -1.0
        self.chosen.emit(int(speed) if 0 <= speed < 2**62 else -1)


class SizeChooser(QWidget):
    """The size of text, with a line written in it while the slider moves.

    Signals:
        chosen(value): text size over the usual one, once the slider rests for a moment.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__()
        self._look = look
        self.slider = Slider(look, setting.title)
        self.slider.setRange(SMALLEST_SCALE, BIGGEST_SCALE)
        self.slider.setSingleStep(_STEP_PERCENT)
        self.slider.setPageStep(2 * _STEP_PERCENT)
        self.slider.mark(100)
        self.slider.setFixedWidth(look.px(220))
        self._number = Label(look, "", theme.LABEL)
        self._sample = Label(look, tr("The quick brown fox"), theme.BODY, tone="text_muted")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.slider)
        row.addWidget(self._number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._sample)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_APPLY_MS)
        self._rest.timeout.connect(self._choose)
        self.slider.valueChanged.connect(self._show)
        self.slider.valueChanged.connect(self._rest.start)
        look.changed.connect(self._resize)
        self._resize()

    def show_value(self, value: object) -> None:
        """Show what is in force, unless the slider is being moved."""
        if self._rest.isActive():
            return
        percent = round(cast("float", value) * 100)
        with QSignalBlocker(self.slider):
            self.slider.setValue(percent)
        self._show(self.slider.value())

    def _show(self, percent: int) -> None:
        self._number.setText(tr("{percent} %").format(percent=percent))
        font = QFont(self._look.font(theme.BODY))
        font.setPixelSize(round(theme.BODY.size * percent / 100))
        self._sample.setFont(font)

    def _choose(self) -> None:
        self.chosen.emit(self.slider.value() / 100)

    def _resize(self) -> None:
        px = self._look.px
        self.slider.setFixedWidth(min(px(200), 260))
        self._number.setMinimumWidth(px(52))
        # The preview must not move the row: room for the largest is kept at all times.
        self._sample.setFixedHeight(round(theme.BODY.line * BIGGEST_SCALE / 100))
        self._show(self.slider.value() or self._look.scale)


def _choice(look: Look, setting: Setting) -> QWidget:
    names = [value for value, _ in setting.choices if isinstance(value, str)]
    if len(setting.choices) <= _FEW and len(names) == len(setting.choices):
        choices = [(str(value), words) for value, words in setting.choices]
        return SegmentChooser(look, setting.title, choices)
    combo = Combo(look, setting.title)
    combo.offer(setting.choices)
    return combo


def _fonts(look: Look, setting: Setting) -> QWidget:
    """Return a list of ours, the system's, and every family that can write Latin letters."""
    is_mono = setting.control is Control.CODE_FONT
    families = QFontDatabase.families(QFontDatabase.WritingSystem.Latin)
    seen = [
        each
        for each in families
        if not QFontDatabase.isPrivateFamily(each)
        and (QFontDatabase.isFixedPitch(each) or not is_mono)
    ]
    combo = Combo(look, setting.title, _FAMILY)
    ours = "JetBrains Mono" if is_mono else "Inter"
    first = ("", tr("Inglenook's ({family})").format(family=ours))
    combo.offer([first, (SYSTEM_FONT, tr("The system's")), *((each, each) for each in seen)])
    return combo


_MAKERS: dict[Control, Callable[[Look, Setting], QWidget]] = {
    Control.SWITCH: SwitchChooser,
    Control.CHOICE: _choice,
    Control.TEXT: TextChooser,
    Control.SPEED: SpeedChooser,
    Control.SIZE: SizeChooser,
    Control.FONT: _fonts,
    Control.CODE_FONT: _fonts,
}


def make_control(look: Look, setting: Setting) -> QWidget:
    """Return the control of a setting; it is a ``Chooser`` as well.

    Raises:
        BadArgumentError: its section draws it.
    """
    if setting.control not in _MAKERS:
        raise BadArgumentError("This setting has no control of its own", "Open its section.")
    return _MAKERS[setting.control](look, setting)
