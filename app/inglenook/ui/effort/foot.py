"""The foot of the effort menu: how long to think, for which message, and whether it pays."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.effort.thinking import Thinking
from inglenook.ui import theme
from inglenook.ui.effort.words import thinking_choices, thinking_line
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import tr

_LEFT, _RIGHT = 36, 12


class EffortFoot(QWidget):
    """What stands below the levels.

    Signals:
        thinking_chosen(name): how long to think in this chat.
        page_asked(): the page that measures whether effort pays.

    Threads: the UI thread.
    """

    thinking_chosen = Signal(str)
    page_asked = Signal()

    def __init__(
        self,
        look: Look,
        *,
        hint: str = "",
        thinks: str = "",
        thinking: Thinking = Thinking.FREE,
    ) -> None:
        """Show what applies.

        Args:
            look: Colours and type.
            hint: What was measured of effort here; or ``""``.
            thinks: Whether the model thinks, as in EngineState.
            thinking: What is chosen.
        """
        super().__init__()
        self._look = look
        self.hint = hint
        choices = thinking_choices(thinks)
        self.thinking = Segments(look, tr("Thinking"), choices) if choices else None
        self._line = Label(look, "", theme.CAPTION, tone="text_faint")
        self.once = Switch(look, tr("Only for the next message"))
        self.page = Button(look, icon="layers", text=tr("Does effort pay?"), kind="outline")
        self._column = QVBoxLayout(self)
        px = look.px
        self._column.setContentsMargins(px(_LEFT), 8, px(_RIGHT), 8)
        self._column.setSpacing(8)
        self._lay_out(thinking)
        self.page.clicked.connect(self.page_asked)

    def _lay_out(self, thinking: Thinking) -> None:
        column, look = self._column, self._look
        if self.thinking is not None:
            self.thinking.show_choice(thinking.value)
            self.thinking.chosen.connect(self._choose)
            self._line.setText(thinking_line(thinking))
            row = QHBoxLayout()
            row.addWidget(Label(look, tr("Thinking"), theme.LABEL))
            row.addStretch(1)
            row.addWidget(self.thinking)
            column.addLayout(row)
            column.addWidget(self._line)
        row = QHBoxLayout()
        words = Label(look, tr("Only for the next message"), theme.LABEL)
        words.setBuddy(self.once)
        row.addWidget(words)
        row.addStretch(1)
        row.addWidget(self.once)
        column.addLayout(row)
        if self.hint:
            said = Label(look, self.hint, theme.CAPTION, tone="text_muted", wrap=True)
            column.addWidget(said)
        column.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeft)

    def _choose(self, name: str) -> None:
        self._line.setText(thinking_line(Thinking(name)))
        self.thinking_chosen.emit(name)
