"""A row of the settings: name and meaning, control, the way back to the default."""

from typing import cast

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.ui import theme
from inglenook.ui.models.rowlist import FACTS
from inglenook.ui.settings.controls import Chooser
from inglenook.ui.settings.registry import Control, Setting
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import problem_words, tr

_TITLE = theme.TypeStyle(14, 20, 550)
_PAD_X, _PAD_Y, _PAD_Y_COMPACT = 16, 12, 7
_SIDE_BY_SIDE = 480


class SettingLine(QWidget):
    """Words at the left, the control at the right; one above the other where it is narrow.

    Signals:
        chosen(setting, value): by the person.
        reset_asked(setting): back to the default.
    """

    chosen = Signal(object, object)
    reset_asked = Signal(object)

    def __init__(
        self,
        look: Look,
        setting: Setting,
        control: QWidget | None = None,
        *,
        wide: bool = False,
        bare: bool = False,
    ) -> None:
        """Show a setting.

        Args:
            look: Colours and type.
            setting: Whose words are shown.
            control: At the right; None for none.
            wide: The control takes the whole width below the words.
            bare: It says itself what it is and has cards of its own; no words are shown.
        """
        super().__init__()
        self._look, self.setting, self.control = look, setting, control
        self._is_first, self._is_marked = True, False
        self._is_wide, self.is_bare = wide or bare, bare
        self.title = Label(look, setting.title, _TITLE, wrap=True)
        self.about = Label(look, setting.about, FACTS, tone="text_muted", wrap=True)
        self.title.setVisible(not bare)
        self.about.setVisible(bool(setting.about) and not bare)
        self.reset = Button(look, icon="refresh", name=tr("Reset"), icon_size=16)
        name = tr("Reset “{setting}” to its default").format(setting=setting.title)
        self.reset.set_name(name)
        if control is not None:
            # On X11 and Wayland a combo box is called by it alone.
            self.title.setBuddy(control.focusProxy() or control)
        self.trouble = Label(look, "", FACTS, tone="bad", wrap=True)
        self._lay_out(look)
        self.reset.clicked.connect(self._ask_reset)
        if control is not None and setting.is_kept and hasattr(control, "chosen"):
            cast("Chooser", control).chosen.connect(self._choose)
        look.changed.connect(self._space)
        self._space()

    def show_value(self, value: object, *, is_usual: bool) -> None:
        """Show what is in force."""
        had = self.reset.hasFocus()
        if self.control is not None and hasattr(self.control, "show_value"):
            cast("Chooser", self.control).show_value(value)
        is_single = self.setting.control is not Control.PART  # those have resets of their own
        self.reset.setVisible(is_single and self.setting.is_kept and not is_usual)
        if had and is_usual:
            self.take_keyboard()

    def show_problem(self, problem: Problem | None) -> None:
        """Say what is wrong with what was entered, or nothing."""
        words = problem_words(problem) if problem is not None else ""
        self.trouble.setText(words)
        self._foot.setVisible(bool(words))
        if self.control is not None and hasattr(self.control, "is_wrong"):
            self.control.is_wrong = bool(words)
        if words:
            speak(self, words, at_once=True)

    def show_place(self, place: int) -> None:
        """Take a place in its card, 0 for the first."""
        self._is_first = place == 0

    def mark(self, *, is_marked: bool) -> None:
        """Mark the row that was looked for."""
        self._is_marked = is_marked
        self.update()

    def take_keyboard(self) -> None:
        """Give the keyboard to the control."""
        wanted = self.control
        reason = Qt.FocusReason.OtherFocusReason
        if wanted is not None and wanted.focusPolicy() is Qt.FocusPolicy.NoFocus:
            inner = wanted.findChildren(QWidget)
            wanted = next(
                (one for one in inner if one.focusPolicy() & Qt.FocusPolicy.TabFocus), wanted
            )
        (wanted or self).setFocus(reason)

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Stand the control below the words, or beside them."""
        directions = QBoxLayout.Direction
        below = is_narrow or self._is_wide
        self._top.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        self._top.setSpacing(8 if below else 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._is_marked:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._look.palette.accent_soft))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 8, 8)
        if not self._is_first and event.rect().top() == 0:
            line = QColor(self._look.palette.line)
            painter.fillRect(_PAD_X, 0, self.width() - 2 * _PAD_X, 1, line)

    def _lay_out(self, look: Look) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.about)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignVCenter)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.addLayout(head, 1)
        if self.control is not None and self._is_wide:
            self._top.addWidget(self.control)
        elif self.control is not None:
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
            self._top.addWidget(self.control, 0, side)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(Icon(look, "warning", 16, tone="bad"), 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.trouble, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(6)
        self._column.addLayout(self._top)
        self._column.addWidget(self._foot)
        self._foot.hide()
        self.reset.hide()
        self.set_narrow(is_narrow=False)

    def _space(self) -> None:
        high = _PAD_Y_COMPACT if self._look.is_compact else _PAD_Y
        if self.is_bare:
            self._column.setContentsMargins(0, 0, 0, 0)
        else:
            self._column.setContentsMargins(_PAD_X, high, _PAD_X, high)

    def _choose(self, value: object) -> None:
        self.chosen.emit(self.setting, value)

    def _ask_reset(self) -> None:
        self.reset_asked.emit(self.setting)


def is_narrow(look: Look, width: int) -> bool:
    """Tell whether words and control do not fit beside each other."""
    return width < look.px(_SIDE_BY_SIDE)
