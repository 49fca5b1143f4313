"""Automatic or by hand, and what can be set by hand."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.models.fit import Plan, Wish
from inglenook.models.machine import Machine
from inglenook.ui import theme
from inglenook.ui.running.controls import Controls
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import tr

_TEXT = theme.TypeStyle(13, 18)
_NO_WISH = Wish()


class SettingsPane(QWidget):
    """The controls, and a switch that sets all of them back and brings them again.

    Signals:
        changed(): something else is wished for now.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._by_hand = _NO_WISH
        self._bounds: tuple[Machine, Plan] | None = None
        self.mode = Segments(
            look, tr("Settings"), [("auto", tr("Automatic")), ("hand", tr("By hand"))]
        )
        self.hint = Label(look, "", _TEXT, tone="text_muted", wrap=True)
        self.controls = Controls(look)
        title = QHBoxLayout()
        title.addWidget(Label(look, tr("Settings"), theme.H3))
        title.addStretch(1)
        title.addWidget(self.mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(title)
        column.addWidget(self.hint)
        column.addSpacing(4)
        column.addWidget(self.controls)
        column.addStretch(1)
        self.mode.chosen.connect(self._choose_mode)
        self.controls.changed.connect(self._set_by_hand)
        self._show_mode(is_by_hand=False)
        # Before anything is known there is nothing to choose from.
        self.setEnabled(False)

    def begin(self, machine: Machine, automatic: Plan, kept: Wish) -> None:
        """Show what is kept, between what is possible."""
        self._bounds, self._by_hand = (machine, automatic), kept
        self.setEnabled(True)
        self.controls.offer(machine, automatic, kept)
        self._show_mode(is_by_hand=kept != _NO_WISH)

    def follow(self, plan: Plan) -> None:
        """Show what a plan leaves to itself."""
        self.controls.follow(plan)

    def wish(self) -> Wish:
        """Return what is set by hand."""
        return self.controls.wish()

    def forget(self) -> None:
        """Set nothing by hand, and bring nothing again."""
        self._by_hand = _NO_WISH
        self.controls.forget()
        self._show_mode(is_by_hand=False)

    def _choose_mode(self, name: str) -> None:
        is_by_hand = name == "hand"
        if not is_by_hand:
            self._by_hand = self.controls.wish()
            self.controls.forget()
        elif self._bounds is not None:
            self.controls.offer(*self._bounds, self._by_hand)
        self._show_mode(is_by_hand=is_by_hand)
        self.changed.emit()

    def _set_by_hand(self) -> None:
        self._show_mode(is_by_hand=self.controls.wish() != _NO_WISH)
        self.changed.emit()

    def _show_mode(self, *, is_by_hand: bool) -> None:
        self.mode.show_choice("hand" if is_by_hand else "auto")
        automatic = tr("Inglenook looks at what is free and chooses what runs best.")
        by_hand = tr("What you set stays with this model. All else stays automatic.")
        self.hint.setText(by_hand if is_by_hand else automatic)
