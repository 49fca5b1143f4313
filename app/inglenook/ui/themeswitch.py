"""Three small buttons: like the system, light, dark."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import tr


class ThemeSwitch(QWidget):
    """Chooses the colour scheme.

    Signals:
        chosen(name): ``"system"``, ``"light"`` or ``"dark"``.
    """

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._buttons: dict[str, Button] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for theme_name, icon, name in (
            ("system", "monitor", tr("Colours like the system")),
            ("light", "sun", tr("Light colours")),
            ("dark", "moon", tr("Dark colours")),
        ):
            button = Button(look, icon=icon, name=name, icon_size=16)
            button.setCheckable(True)
            button.setAutoExclusive(True)  # the group sees to it; this makes it a radio button
            button.clicked.connect(partial(self.chosen.emit, theme_name))
            group.addButton(button)
            row.addWidget(button)
            self._buttons[theme_name] = button
        self.show_theme(look.theme)

    def show_theme(self, name: str) -> None:
        """Mark the scheme in use."""
        self._buttons.get(name, self._buttons["system"]).setChecked(True)
