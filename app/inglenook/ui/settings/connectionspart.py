"""The log of connections: a line for each, newest first, and the way to clear it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inglenook.core.errors import StorageError
from inglenook.downloads.connections import Connection, Purpose
from inglenook.ui import theme
from inglenook.ui.dates import moment_in_words
from inglenook.ui.settings.around import Around
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, problem_words, tr

_MOST_SHOWN = 300
_ROW, _MOST_ROWS = 26, 9


class ConnectionsPart(QWidget):
    """What has left this computer, and what came."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around, look = around, around.look
        self._made: tuple[Connection, ...] = ()
        self.nothing = QWidget()
        empty = QHBoxLayout(self.nothing)
        empty.setContentsMargins(0, 4, 0, 4)
        empty.setSpacing(8)
        empty.addWidget(Icon(look, "shield-check", 18, tone="ok"))
        empty.addWidget(Label(look, tr("Nothing has left this computer."), theme.LABEL), 1)
        self.table = self._make_table()
        self.words = Label(look, "", theme.CAPTION, tone="text_muted")
        self.clear = Button(look, text=tr("Clear the log"), kind="outline")
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.nothing)
        column.addWidget(self.table)
        column.addLayout(foot)
        self.clear.clicked.connect(self._clear)
        around.bridge.connections_changed.connect(self.show_log)
        look.changed.connect(self._resize)
        self.show_log()

    def show_log(self, _event: object = None) -> None:
        """Show what is in the log now."""
        self._made = made = self._around.services.connections.newest_first()
        self.nothing.setVisible(not made)
        for widget in (self.table, self.words, self.clear):
            widget.setVisible(bool(made))
        shown = made[:_MOST_SHOWN]
        self._resize()
        self.table.clear()
        self.table.addTopLevelItems([_item(each) for each in shown])
        came = bytes_in_words(sum(each.received_bytes for each in made))
        words = tr("{count} connections, {size} received").format(count=len(made), size=came)
        self.words.setText(words)

    def _make_table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setObjectName("log")
        table.setAccessibleName(tr("Connection log"))
        table.setColumnCount(5)
        table.setHeaderLabels(
            [tr("When"), tr("Host"), tr("What for"), tr("Came"), tr("Result")]
        )
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = table.header()
        head.setSectionsMovable(False)
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        return table

    def _clear(self) -> None:
        try:
            self._around.services.connections.clear()
        except StorageError as error:
            self.words.setText(problem_words(error.problem))

    def _resize(self) -> None:
        self.table.setFont(self._around.look.font(theme.NOTE))
        self.table.header().setFont(self._around.look.font(theme.CAPTION))
        rows = min(len(self._made), _MOST_ROWS) + 1
        self.table.setFixedHeight(self._around.look.px(_ROW) * rows + 16)


def _item(made: Connection) -> QTreeWidgetItem:
    return QTreeWidgetItem(
        [
            moment_in_words(made.at_ms),
            one_line(made.host, 80),
            _purpose(made.purpose),
            bytes_in_words(made.received_bytes),
            tr("Answered ({status})").format(status=made.status)
            if made.status
            else tr("No answer"),
        ]
    )


def _purpose(purpose: str) -> str:
    return {
        Purpose.SEARCH: tr("Search for models"),
        Purpose.MODEL: tr("About a model"),
        Purpose.FILE: tr("A file of a model"),
        Purpose.ENGINE: tr("Another engine"),
    }.get(Purpose(purpose) if purpose in set(Purpose) else Purpose.FILE, purpose)
