"""What a person chooses before an evaluation: questions, how many, and what is compared."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from inglenook.effort.families import FAMILIES
from inglenook.services.evaluationnews import EvaluationOrder
from inglenook.ui import theme
from inglenook.ui.evaluation.words import SEARCH_NAMES, set_name
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.filterchip import FilterChip
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import one_line, tr

QUESTIONS = (20, 50, 100, 200)
DRAFTS = (4, 8, 16)


class EvaluationForm(QWidget):
    """Kinds of question, how many of them, drafts of each, and what runs besides.

    Signals:
        changed(): another choice.

    Threads: the UI thread.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._file = ""
        self.families = {name: FilterChip(look, set_name(name)) for name in FAMILIES}
        self.file = Button(look, icon="folder", text=tr("A file of your own…"), kind="outline")
        hint = tr("GSM8K or MATH questions, one JSON object a line")
        self.file.set_name(tr("Choose a file of questions"), hint)
        counts = [(str(each), str(each)) for each in QUESTIONS]
        self.questions = Segments(look, tr("Questions of each kind"), counts)
        counts = [(str(each), str(each)) for each in DRAFTS]
        self.drafts = Segments(look, tr("Drafts of each question"), counts)
        self.also = {name: FilterChip(look, tr(SEARCH_NAMES[name])) for name in SEARCH_NAMES}
        self.show_order(EvaluationOrder())
        self._lay_out()
        for chip in self.families.values():
            chip.clicked.connect(self._leave_file)
        for chip in self.also.values():
            chip.clicked.connect(self.changed)
        self.questions.chosen.connect(self.changed)
        self.drafts.chosen.connect(self.changed)
        self.file.clicked.connect(self._choose_file)

    def order(self) -> EvaluationOrder:
        """Return what is chosen."""
        return EvaluationOrder(
            () if self._file else tuple(n for n, e in self.families.items() if e.isChecked()),
            self._file,
            int(self.questions.choice()),
            int(self.drafts.choice()),
            tuple(name for name, each in self.also.items() if each.isChecked()),
        )

    def show_order(self, order: EvaluationOrder) -> None:
        """Show what was chosen."""
        self._file = order.file
        for name, chip in self.families.items():
            chip.setChecked(name in order.families and not order.file)
        for name, chip in self.also.items():
            chip.setChecked(name in order.also)
        self.questions.show_choice(str(order.questions))
        self.drafts.show_choice(str(order.drafts))
        self._show_file()

    def take_file(self, path: str) -> None:
        """Ask the questions of a file."""
        self._file = path
        for chip in self.families.values():
            chip.setChecked(False)
        self._show_file()
        self.changed.emit()

    # --- inside ---

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE_4)
        grid.setVerticalSpacing(theme.SPACE_3)
        grid.setColumnStretch(1, 1)
        rows = (
            (tr("Questions"), _flow(*self.families.values(), self.file)),
            (tr("Of each kind"), self.questions),
            (tr("Drafts of each"), self.drafts),
            (tr("Compare with"), _flow(*self.also.values())),
        )
        for at, (words, widget) in enumerate(rows):
            is_row = isinstance(widget, Segments)
            label = Label(self._look, words, theme.LABEL, tone="text_muted")
            label.setFixedHeight(self._look.px(36 if is_row else 32))
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            across = Qt.AlignmentFlag.AlignLeft if is_row else Qt.AlignmentFlag(0)
            grid.addWidget(widget, at, 1, across)

    def _show_file(self) -> None:
        name = one_line(Path(self._file).name, 40)
        self.file.setText(name or tr("A file of your own…"))
        self.file.set_kind("soft" if name else "outline")
        self.file.updateGeometry()

    def _leave_file(self) -> None:
        self._file = ""
        if not any(each.isChecked() for each in self.families.values()):
            next(iter(self.families.values())).setChecked(True)
        self._show_file()
        self.changed.emit()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Questions"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Questions") + " (*.jsonl *.json)")
        place = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(place))
        dialog.fileSelected.connect(self.take_file)
        dialog.open()


def _flow(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    line = Flow(theme.SPACE_2)
    for each in widgets:
        line.addWidget(each)
    holder.setLayout(line)
    return holder
