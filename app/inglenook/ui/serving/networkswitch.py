"""The switch that lets other computers in, with a question before it does."""

from PySide6.QtCore import Signal

from inglenook.ui.serving.networkdialog import NetworkDialog
from inglenook.ui.style import Look
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import tr


class NetworkSwitch(Switch):
    """Goes on only after the dialog; goes off at once.

    Signals:
        chosen(is open): by the person, who knows what it means.

    Threads: the UI thread.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Other computers may use it"))
        self.clicked.connect(self._ask)

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self.setChecked(bool(value))

    def _ask(self) -> None:
        if not self.isChecked():
            self.chosen.emit(False)  # noqa: FBT003  (a value)
            return
        self.setChecked(False)  # until it is so
        dialog = NetworkDialog(self._look, self.window())
        dialog.accepted.connect(self._agree)
        dialog.open()

    def _agree(self) -> None:
        self.setChecked(True)
        self.chosen.emit(True)  # noqa: FBT003  (a value)
