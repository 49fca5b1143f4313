"""How likely the tokens of an answer were, and what else could have stood there."""

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inglenook.engine.lookback import TokenOdds
from inglenook.services.messagenews import OddsRead
from inglenook.ui import theme
from inglenook.ui.chat.oddstext import OddsText, chance_in_words, shown_token
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import Words, tr, tr_told

_NAMES: tuple[Words, ...] = ("Token", "Probability", "")


class _Share(QStyledItemDelegate):
    """Draws a probability as a bar."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        share = float(index.data(Qt.ItemDataRole.UserRole) or 0.0)
        place = QRectF(option.rect)
        place.adjust(8, place.height() / 2 - 3, -16, 3 - place.height() / 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.palette.line))
        painter.drawRoundedRect(place, 3, 3)
        place.setWidth(max(place.width() * share, 3.0))
        painter.setBrush(QColor(self._look.palette.accent))
        painter.drawRoundedRect(place, 3, 3)
        painter.restore()


class OddsSheet(QDialog):
    """The answer in tints above, and what could stand at one place of it below.

    Signals:
        given_up(): nothing more needs to be read.

    Threads: the UI thread.
    """

    given_up = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._odds: tuple[TokenOdds, ...] = ()
        self._total = 0
        self.setWindowTitle(tr("Token probabilities"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(look.px(760), room.width() - 48), min(look.px(640), room.height() - 48))
        self.facts = Label(
            look,
            tr("The model reads the answer again…"),
            theme.UI,
            tone="text_muted",
            wrap=True,
        )
        self.text = OddsText(look)
        self.text.setObjectName("odds")
        self.here = Label(look, "", theme.TypeStyle(14, 20, 600))
        self.table = self._make_table()
        self.back = Button(look, icon="chevron-left", name=tr("Previous token"))
        self.on = Button(look, icon="chevron-right", name=tr("Next token"))
        self.shut = Button(look, text=tr("Close"), kind="quiet")
        self._lay_out()
        self.text.looked_at.connect(self._show_token)
        self.back.clicked.connect(self._step_back)
        self.on.clicked.connect(self._step_on)
        self.shut.clicked.connect(self.accept)
        self.finished.connect(self.given_up)
        self._wear()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, told: OddsRead) -> None:
        """Show what has been read so far."""
        new = told.odds[len(self._odds) :]
        was_empty = not self._odds
        self._odds, self._total = told.odds, told.total
        self.text.add(new)
        if was_empty and new:
            self.text.step(0)
        self.facts.setText(_facts(told))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.given_up.emit()
        super().closeEvent(event)

    # --- inside ---

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(theme.SPACE_2)
        column.addWidget(Label(self._look, tr("Token probabilities"), theme.H3))
        column.addWidget(self.facts)
        column.addSpacing(theme.SPACE_1)
        column.addWidget(self.text, 3)
        place = QHBoxLayout()
        place.setContentsMargins(0, theme.SPACE_1, 0, 0)
        place.addWidget(self.here, 1)
        place.addWidget(self.back)
        place.addWidget(self.on)
        column.addLayout(place)
        column.addWidget(self.table, 2)
        row = QHBoxLayout()
        row.setContentsMargins(0, theme.SPACE_1, 0, 0)
        row.addStretch(1)
        row.addWidget(self.shut)
        column.addLayout(row)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(_NAMES))
        table.setAccessibleName(tr("What else could stand here"))
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self._look.px(28))
        table.setHorizontalHeaderLabels([tr(name) if name else "" for name in _NAMES])
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setItemDelegateForColumn(2, _Share(self._look, table))
        return table

    def _show_token(self, number: int) -> None:
        odds = self._odds[number]
        words = tr("{} of {}: “{}”, {}").format(
            f"{number + 1:,}", grouped(self._total), shown_token(odds.text),
            chance_in_words(odds.logprob),
        )  # fmt: skip
        self.here.setText(words)
        speak(self.text, words)
        self.table.setRowCount(len(odds.others))
        for row, (text, logprob) in enumerate(odds.others):
            shown = shown_token(text)
            if logprob == odds.logprob:  # the text of a token may be a part of a sign
                shown = tr("{} (written)").format(shown)
            self.table.setItem(row, 0, QTableWidgetItem(shown))
            self.table.setItem(row, 1, QTableWidgetItem(chance_in_words(logprob)))
            share = QTableWidgetItem()
            share.setData(Qt.ItemDataRole.UserRole, math.exp(min(logprob, 0.0)))
            self.table.setItem(row, 2, share)

    def _step_back(self) -> None:
        self.text.step(-1)

    def _step_on(self) -> None:
        self.text.step(1)

    def _wear(self) -> None:
        colours = self._look.palette
        self.setStyleSheet(f"""
QTextEdit#odds, QTableWidget {{ background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; border-radius: {theme.RADIUS_FIELD}px; }}
QTextEdit#odds:focus, QTableWidget:focus {{ border: 2px solid {colours.accent}; }}
QTableWidget::item {{ padding: 0 {self._look.px(8)}px; border: none; }}
QTableWidget::item:selected {{ background: {colours.accent_soft};
    color: {colours.on_accent_soft}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {colours.text_muted}; border: none;
    border-bottom: 1px solid {colours.line}; padding: {self._look.px(5)}px 11px; }}
""")


def _facts(told: OddsRead) -> str:
    count = len(told.odds)
    if told.problem is not None:
        return f"{tr_told(told.problem.title)}. {tr_told(told.problem.advice)}"
    if not told.is_over:
        return tr("{} of {} tokens read again…").format(grouped(count), grouped(told.total))
    if not count:
        return tr("Nothing was read.")
    chances = [math.exp(min(each.logprob, 0.0)) for each in told.odds]
    unsure = sum(chance < 0.5 for chance in chances)
    said = tr("{} tokens, {} % likely on average; {} of them less likely than not.")
    mean = round(100 * sum(chances) / count)
    return said.format(grouped(count), mean, grouped(unsure))
