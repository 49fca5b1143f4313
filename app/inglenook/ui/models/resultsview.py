"""The list of found models, by mouse and by keyboard."""

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QListView

from inglenook.ui.models.results import Result, Results
from inglenook.ui.models.resultsrows import ResultRows
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS
from inglenook.ui.words import tr

_OPENING = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ResultsView(QListView):
    """What a search found.

    Signals:
        open_asked(repo): a row was chosen.
        typed(text): a letter belongs to the field; "" for a step back in it.
        left_up(): the arrow led above the first row.
    """

    open_asked = Signal(str)
    typed = Signal(str)
    left_up = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._results = Results()
        self._painter = ResultRows(look, self)
        self.setModel(self._results)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Models that were found"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open_index)
        look.changed.connect(self.scheduleDelayedItemsLayout)

    def show_results(self, rows: tuple[Result, ...]) -> None:
        """List other models; the row that had the keyboard keeps it."""
        before = self._results.row(self.currentIndex())
        self._results.show(rows)
        index = self._results.index_of(before.found.repo) if before else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
        else:
            self.scrollToTop()

    def enter(self, repo: str = "") -> None:
        """Take the keyboard; to a row, or to the current or first one."""
        index = self._results.index_of(repo)
        if index.isValid():
            self.setCurrentIndex(index)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def wears_ring(self) -> bool:
        """Tell whether the keyboard is here and came here by a key."""
        return self._painter.keyboard and self.hasFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._painter.keyboard = True
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.key() in _OPENING:
            self._open_index(self.currentIndex())
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_up.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.typed.emit("")
        elif event.text().isprintable() and event.text() and not held:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._painter.keyboard = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._results.rowCount():
            self.setCurrentIndex(self._results.index(0))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._painter.keyboard = False
        return super().viewportEvent(event)

    def _open_index(self, index: QModelIndex) -> None:
        row = self._results.row(index)
        if row is not None:
            self.open_asked.emit(row.found.repo)
