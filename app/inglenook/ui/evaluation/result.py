"""What an evaluation says so far: its chart, its table, and both as files."""

import json
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.effort.report import SetReport
from inglenook.services.evaluationnews import EvaluationState
from inglenook.ui import theme
from inglenook.ui.evaluation.chart import picture_of
from inglenook.ui.evaluation.figures import FigureTable
from inglenook.ui.evaluation.plot import Plot
from inglenook.ui.evaluation.series import Over, chart_of
from inglenook.ui.evaluation.words import set_name
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import tr


class EvaluationResult(QWidget):
    """One set at a time, over tokens or over seconds.

    Signals:
        write_asked(path, bytes): a picture, or the figures.

    Threads: the UI thread.
    """

    write_asked = Signal(str, bytes)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._state = EvaluationState()
        self._set = ""
        self.over = Segments(
            look, tr("Over"), (("tokens", tr("Tokens")), ("seconds", tr("Seconds")))
        )
        self.over.show_choice("tokens")
        self._sets_place = QHBoxLayout()
        self.sets: Segments | None = None
        self.plot = Plot(look)
        self.table = FigureTable(look)
        self.picture = Button(look, icon="download", text=tr("Save the chart…"), kind="outline")
        self.figures = Button(
            look, icon="download", text=tr("Save the figures…"), kind="outline"
        )
        self._lay_out()
        self.over.chosen.connect(self._redraw)
        self.picture.clicked.connect(self._choose_picture)
        self.figures.clicked.connect(self._choose_figures)
        self.hide()

    def take(self, state: EvaluationState) -> None:
        """Show what is known now."""
        names = [each.set for each in state.reports if each.lines]
        if names != [each.set for each in self._state.reports if each.lines]:
            self._offer_sets(names)
        self._state = state
        self.setVisible(bool(names))
        self._redraw()

    @property
    def shown(self) -> SetReport | None:
        """The report on screen."""
        reports = [each for each in self._state.reports if each.lines]
        return next((e for e in reports if e.set == self._set), reports[0] if reports else None)

    def write_picture(self, path: str) -> None:
        """Have the chart written as a PNG file."""
        if self.plot.chart is None:
            return
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture_of(self.plot.chart, self._look.palette).save(buffer, "PNG")  # type: ignore[call-overload]
        self.write_asked.emit(path, bytes(content.data()))

    def write_figures(self, path: str) -> None:
        """Have all figures written as JSON."""
        found = {
            "model": self._state.model,
            "sets": [asdict(each) for each in self._state.reports],
        }
        text = json.dumps(found, indent=2, ensure_ascii=False)
        self.write_asked.emit(path, text.encode("utf-8", "replace"))

    # --- inside ---

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_3)
        row = QHBoxLayout()
        row.addLayout(self._sets_place)
        row.addStretch(1)
        row.addWidget(self.over)
        column.addLayout(row)
        column.addWidget(self.plot)
        column.addWidget(self.table)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_2)
        row.addWidget(self.picture)
        row.addWidget(self.figures)
        row.addStretch(1)
        column.addLayout(row)

    def _offer_sets(self, names: list[str]) -> None:
        if self.sets is not None:
            self._sets_place.removeWidget(self.sets)
            self.sets.deleteLater()
            self.sets = None
        if self._set not in names:
            self._set = names[0] if names else ""
        if len(names) > 1:
            choices = [(each, set_name(each)) for each in names]
            self.sets = Segments(self._look, tr("Questions"), choices)
            self.sets.show_choice(self._set)
            self.sets.chosen.connect(self._choose_set)
            self._sets_place.addWidget(self.sets)

    def _choose_set(self, name: str) -> None:
        self._set = name
        self._redraw()

    def _redraw(self) -> None:
        found = self.shown
        if found is None:
            return
        over: Over = "seconds" if self.over.choice() == "seconds" else "tokens"
        about, model = set_name(found.set), self._state.model
        self.plot.show_chart(chart_of(found, about=about, model=model, over=over))
        self.table.show_report(found)

    def _choose_picture(self) -> None:
        self._save_as(".png").fileSelected.connect(self.write_picture)

    def _choose_figures(self) -> None:
        self._save_as(".json").fileSelected.connect(self.write_figures)

    def _save_as(self, ending: str) -> QFileDialog:
        dialog = QFileDialog(self, tr("Save as"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending[1:])
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(place))
        dialog.setDirectory(str(folder))
        dialog.selectFile(f"{tr('Effort')}{ending}")
        dialog.open()
        return dialog
