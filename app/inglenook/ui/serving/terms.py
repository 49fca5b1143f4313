"""The second card of the page: other computers, the start of the program, and the port."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from inglenook.core.errors import Problem
from inglenook.storage.settings import Settings
from inglenook.ui import theme
from inglenook.ui.models.setting import Entry, SettingRow
from inglenook.ui.serving.networkswitch import NetworkSwitch
from inglenook.ui.style import Look
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import tr

_PORT_WIDTH = 96


class TermsCard(Surface):
    """Under which terms it serves.

    Attributes:
        network: Lets other computers in.
        begins: Starts the server with the program.
        port: Where it listens.

    Signals:
        opened(is open), begins_chosen(is on), port_chosen(text): by the person.

    Threads: the UI thread.
    """

    opened = Signal(object)
    begins_chosen = Signal(bool)
    port_chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_CARD)
        self.network = NetworkSwitch(look)
        self.begins = Switch(look, tr("Start it with Inglenook"))
        self.port = Entry(look, tr("Port"), "", _PORT_WIDTH)
        self.port.setObjectName("setting")
        network_row = SettingRow(
            look, tr("Other computers may use it"),
            tr("Those in your network that have the key. You are asked before it opens."),
            self.network,
        )  # fmt: skip
        begins_row = SettingRow(
            look, tr("Start it with Inglenook"),
            tr("It serves from the start on, also while the window is hidden in the tray."),
            self.begins,
        )  # fmt: skip
        self._port_row = SettingRow(
            look, tr("Port"),
            tr("From 1024 to 65535; one of the nine that follow if another program has it."),
            self.port,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 4, 1, 4)
        column.setSpacing(0)
        for place, row in enumerate((network_row, begins_row, self._port_row)):
            row.show_place(place, 3)
            column.addWidget(row)
        self.network.chosen.connect(self.opened)
        self.begins.clicked.connect(lambda: self.begins_chosen.emit(self.begins.isChecked()))
        self.port.entered.connect(self.port_chosen)

    def take(self, now: Settings) -> None:
        """Show what is in force."""
        self.network.show_value(now.serving_network)
        self.begins.setChecked(now.serving)
        self.port.show_kept(str(now.serving_port))

    def show_port_problem(self, problem: Problem | None) -> None:
        """Say why it cannot be this port, or nothing."""
        self.port.is_wrong = problem is not None
        self._port_row.show_problem(problem)
