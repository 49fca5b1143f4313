"""The drafts of an answer as a table, for screen readers and for whoever likes tables."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inglenook.chat.comparison import Comparison, KeptDraft
from inglenook.ui import theme
from inglenook.ui.chat.clipboard import put_on_clipboard
from inglenook.ui.effort.words import (
    answer_words,
    changed_words,
    cost_words,
    ending_words,
    fold_words,
    reason_words,
)
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import Words, tr

_NAMES: tuple[Words, ...] = ("Draft", "Answer", "Drafts with it", "Tokens", "How it ended")
_NUMBERS = {0, 2, 3}


class DraftTable(QDialog):
    """All drafts, one a row; the text of the one in whose row the keyboard is."""

    def __init__(
        self, look: Look, parent: QWidget, comparison: Comparison, energy_j: float = 0.0
    ) -> None:
        super().__init__(parent)
        self._look, self._drafts = look, comparison.drafts
        self.setWindowTitle(tr("Answers compared"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(look.px(760), room.width() - 48), min(look.px(600), room.height() - 48))
        self.table = self._make_table(comparison)
        self.text = self._make_text()
        self.copy = Button(look, icon="copy", text=tr("Copy this draft"), kind="outline")
        self.shut = Button(look, text=tr("Close"), kind="quiet")
        self._lay_out(comparison, energy_j)
        self.table.currentCellChanged.connect(self._show_row)
        self.copy.clicked.connect(self._copy)
        self.shut.clicked.connect(self.accept)
        chosen = [n for n, each in enumerate(self._drafts) if each.number == comparison.chosen]
        self.table.setCurrentCell(chosen[0] if chosen else 0, 0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- inside ---

    def _lay_out(self, comparison: Comparison, energy_j: float) -> None:
        look = self._look
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(theme.SPACE_2)
        column.addWidget(Label(look, fold_words(comparison), theme.H3, wrap=True))
        said = (
            changed_words(comparison),
            reason_words(comparison),
            cost_words(comparison, energy_j),
        )
        for words in said:
            if words:
                column.addWidget(Label(look, words, theme.UI, tone="text_muted", wrap=True))
        column.addSpacing(theme.SPACE_1)
        column.addWidget(self.table, 3)
        column.addWidget(self.text, 2)
        row = QHBoxLayout()
        row.setContentsMargins(0, theme.SPACE_1, 0, 0)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.shut)
        column.addLayout(row)

    def _make_table(self, comparison: Comparison) -> QTableWidget:
        look = self._look
        table = QTableWidget(len(self._drafts), len(_NAMES))
        table.setAccessibleName(tr("Drafts"))
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(look.px(32))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setStyleSheet(_sheet(look))
        for row, draft in enumerate(self._drafts):
            for place, words in enumerate(_cells(comparison, draft)):
                item = QTableWidgetItem(words)
                item.setTextAlignment(_side(place))
                table.setItem(row, place, item)
        for place, name in enumerate(_NAMES):
            head = QTableWidgetItem(tr(name))
            head.setTextAlignment(_side(place))
            table.setHorizontalHeaderItem(place, head)
        return table

    def _make_text(self) -> QPlainTextEdit:
        box = QPlainTextEdit()
        box.setObjectName("framed")
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setAccessibleName(tr("What the draft says"))
        return box

    def _show_row(self, row: int, *_others: int) -> None:
        if 0 <= row < len(self._drafts):
            self.text.setPlainText(self._drafts[row].text or tr("It has no text."))

    def _copy(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._drafts):
            text = self._drafts[row].text
            put_on_clipboard(text, text)


def _cells(comparison: Comparison, draft: KeptDraft) -> tuple[str, ...]:
    groups = [each for each in comparison.votes if draft.number in each.drafts and each.answer]
    alike = str(len(groups[0].drafts)) if groups else "–"
    ended = ending_words(draft.why)
    if draft.number == comparison.chosen:
        ended = tr("{}, chosen").format(ended)
    answer = answer_words(draft.answer)
    return str(draft.number + 1), answer, alike, grouped(draft.tokens), ended


def _side(place: int) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if place in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter


def _sheet(look: Look) -> str:
    colours = look.palette
    return f"""
QTableWidget {{ background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; border-radius: {theme.RADIUS_FIELD}px; }}
QTableWidget:focus {{ border: 2px solid {colours.accent}; }}
QTableWidget::item {{ padding: 0 {look.px(8)}px; border: none; }}
QTableWidget::item:selected {{ background: {colours.accent_soft};
    color: {colours.on_accent_soft}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {colours.text_muted}; border: none;
    border-bottom: 1px solid {colours.line}; padding: {look.px(6)}px {look.px(8) + 3}px; }}
"""
