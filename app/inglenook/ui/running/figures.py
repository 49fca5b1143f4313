"""The figures behind the bars, as a table that keyboard and screen reader can walk."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from inglenook.models.comparison import PARTS, Compared, compare, size_bytes
from inglenook.models.memory import MemoryPart
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.words import one_line, tr

Line = tuple[str, ...]
_ROW = 28
_TEXT, _TOTAL = theme.TypeStyle(13, 18), theme.LABEL


def part_name(part: str) -> str:
    """Return what a part of the memory is called."""
    return {
        "weights": tr("Model"),
        "kv": tr("Conversation"),
        "compute": tr("Work space"),
        "overhead": tr("Driver"),
        "together": tr("Together"),
    }[part]


def difference_in_words(each: Compared) -> str:
    """Return a difference: ``"0 %"``, ``"+0.4 %"``, ``"−12 %"``, ``"not planned"``."""
    if not each.planned_bytes:
        return tr("not planned")
    percent = each.off_percent
    digits = 0 if abs(percent) >= 9.95 else 1
    if abs(percent) < 0.05:
        return tr("0 %")
    return f"{percent:+.{digits}f} %".replace("-", "−")


def lines_of(planned: Sequence[MemoryPart], taken: Sequence[MemoryPart]) -> list[Line]:
    """Return the table's lines, its head first."""
    compared = compare(planned, taken)
    if compared:
        head = (tr("Memory"), tr("For"), tr("Planned"), tr("Taken"), tr("Difference"))
        return [
            head,
            *(
                (
                    _device(each.device),
                    part_name(each.part),
                    bytes_in_words(each.planned_bytes),
                    bytes_in_words(each.taken_bytes),
                    difference_in_words(each),
                )
                for each in compared
            ),
        ]
    column = tr("Taken") if taken else tr("Planned")
    lines = [
        (_device(one.device), part_name(part), bytes_in_words(size_bytes(one, part)))
        for one in taken or planned
        for part in (*PARTS, "together")
        if size_bytes(one, part)
    ]
    return [(tr("Memory"), tr("For"), column), *lines]


def _device(name: str) -> str:
    return tr("Main memory") if name == "CPU" else one_line(name, 30)


class FigureTable(QTableWidget):
    """Planned sizes, or planned and taken ones side by side."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("figures")
        self.setAccessibleName(tr("Memory in figures"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_sizes(self, planned: Sequence[MemoryPart], taken: Sequence[MemoryPart]) -> None:
        """Show what is planned, and what was taken where that is known."""
        head, *lines = lines_of(planned, taken)
        self.clear()
        self.setColumnCount(len(head))
        self.setRowCount(len(lines))
        self.setHorizontalHeaderLabels(head)
        for at, line in enumerate(lines):
            is_same = at > 0 and lines[at - 1][0] == line[0]
            for column, text in enumerate(line):
                self.setItem(at, column, self._item(text, column, is_same=is_same))
            if line[1] == part_name("together"):
                self._stress(at)
        self._fit()

    def _item(self, text: str, column: int, *, is_same: bool) -> QTableWidgetItem:
        # The device is said once to the eye, and with every line to the ear.
        item = QTableWidgetItem("" if is_same and column == 0 else text)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        return item

    def _stress(self, line: int) -> None:
        for column in range(self.columnCount()):
            item = self.item(line, column)
            if item is not None:
                item.setFont(self._look.font(_TOTAL))

    def _restyle(self) -> None:
        colours = self._look.palette
        self.setStyleSheet(f"""
QTableWidget {{ background: transparent; color: {colours.text}; border: none;
    selection-background-color: {colours.selected}; selection-color: {colours.text}; }}
QTableWidget::item {{ padding: 0; border: none; }}
QTableWidget:focus {{ border: 2px solid {colours.accent};
    border-radius: {theme.RADIUS_CHIP}px; }}
QHeaderView, QHeaderView::section {{ background: transparent; color: {colours.text_muted};
    border: none; border-bottom: 1px solid {colours.line}; padding: 0; }}
""")
        self.setFont(self._look.font(_TEXT))
        self.horizontalHeader().setFont(self._look.font(theme.CAPTION))
        self._fit()

    def _fit(self) -> None:
        row = self._look.px(_ROW)
        header = self.horizontalHeader()
        for column in range(self.columnCount()):
            mode = QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(row)
        for at in range(self.rowCount()):
            self.setRowHeight(at, row)
        self.setFixedHeight(row * (self.rowCount() + 1) + 4)
