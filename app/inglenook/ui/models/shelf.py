"""The library: every model a person has, how its file is, and what can be done with it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.services.events import EngineChanged, EngineState
from inglenook.services.modelnews import ModelVerified, ShelfChanged
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.models.emptypane import EmptyPane
from inglenook.ui.models.pane import Pane
from inglenook.ui.models.rowlist import RowList
from inglenook.ui.models.shelfrow import ShelfRow
from inglenook.ui.models.shelfscan import ScanPart
from inglenook.ui.models.shelfwords import in_order, state_in_words
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import tr, tr_n

if TYPE_CHECKING:
    from inglenook.services.services import Services


class ShelfPane(Pane):
    """The installed models.

    Signals:
        find_asked(): there is none yet, and the person wants to look for one.
        file_asked(): a model file shall be opened.
        running_asked(path): how does it run.
    """

    find_asked = Signal()
    file_asked = Signal()
    running_asked = Signal(str)

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__(look, tr("Installed models"))
        self._services = services
        self._news = ShelfChanged(())
        self._engine = EngineState()
        self._is_told = False
        self._given: QWidget | None = None
        self._words = Label(look, "", theme.LABEL, tone="text_muted")
        self.sort = Segments(
            look,
            tr("Sort by"),
            (("used", tr("Last used")), ("name", tr("Name")), ("size", tr("Size"))),
        )
        self.open_file = Button(look, icon="folder", text=tr("Open a model file…"))
        self.list = RowList(look, self._new_row)
        self.empty = EmptyPane(
            look,
            "box",
            tr("No model is installed yet"),
            tr("Find one that fits this computer, open a GGUF file, or drop one here."),
            tr("Find models"),
        )
        self.scan = ScanPart(look)
        self._lay_out()
        self._connect(bridge)

    def come_forward(self) -> None:
        """Ask what is there; what was known is shown meanwhile."""
        self._services.shelf.refresh()
        self._give_keyboard()

    def leave(self) -> None:
        """Let the keyboard go elsewhere."""
        self._given = None

    def row(self, path: str) -> ShelfRow:
        """Return the row of a model."""
        return self.list.rows[path]

    def show_engine(self, state: EngineState) -> None:
        """Mark the model that the engine has."""
        before, self._engine = self._engine, state
        if (before.model, before.phase) != (state.model, state.phase):
            self._refresh()

    def _lay_out(self) -> None:
        self.sort.show_choice("used")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._words, 1)
        head.addWidget(self.open_file)
        head.addWidget(self.sort)
        self.content.addLayout(head)
        self.content.addWidget(self.list.card)
        self.content.addWidget(self.empty)
        self.content.addWidget(self.scan)
        self.content.addStretch(1)
        self.empty.hide()

    def _connect(self, bridge: Bridge) -> None:
        bridge.shelf_changed.connect(self._take_shelf)
        bridge.engine_changed.connect(self._take_engine)
        bridge.model_verified.connect(self._take_verified)
        bridge.models_scanned.connect(self.scan.show_scanned)
        self.sort.chosen.connect(self._refresh)
        self.open_file.clicked.connect(self.file_asked)
        self.empty.pressed.connect(self.find_asked)
        self.scan.scan_asked.connect(self._services.shelf.scan)
        self.scan.borrow_asked.connect(self._services.shelf.borrow)

    # --- announcements ---

    def _take_shelf(self, event: ShelfChanged) -> None:
        self._news = event
        self._is_told = True
        self.scan.show_listed(frozenset(each.model.path for each in event.models))
        self._refresh()
        if self._given is self.open_file and self.open_file.hasFocus():
            self._give_keyboard()  # nobody has moved on while there was no list

    def _take_engine(self, event: EngineChanged) -> None:
        self.show_engine(event.state)

    def _take_verified(self, event: ModelVerified) -> None:
        row = self.list.rows.get(event.path)
        if row is not None:
            row.show_verified(event)

    def _refresh(self) -> None:
        if not self._is_told:
            return
        models = {
            each.model.path: each for each in in_order(self._news.models, self.sort.choice())
        }
        self.list.show_keys(list(models), self.empty.button)
        for path, shelved in models.items():
            self.list.rows[path].show_model(shelved, state_in_words(self._engine, path))
        self.empty.setVisible(not models)
        whole = bytes_in_words(sum(each.model.size_bytes for each in models.values()))
        words = tr_n("1 model, {size}", "{count} models, {size}", len(models))
        self._words.setText(words.format(count=len(models), size=whole) if models else "")

    # --- what people do ---

    def _new_row(self, path: str) -> ShelfRow:
        row = ShelfRow(self._look, path)
        shelf = self._services.shelf
        row.use_asked.connect(self._services.engine.load)
        row.running_asked.connect(self.running_asked)
        row.folder_asked.connect(self._show_folder)
        row.verify_asked.connect(shelf.verify)
        row.stop_asked.connect(shelf.stop_verifying)
        row.remove_asked.connect(shelf.remove)
        return row

    def _show_folder(self, path: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))

    def _give_keyboard(self) -> None:
        """Give the keyboard to the first row, or to what stands above the list."""
        rows = list(self.list.rows.values())
        self._given = rows[0].first_button() if rows else self.open_file
        self._given.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
