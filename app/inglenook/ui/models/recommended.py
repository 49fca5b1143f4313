"""What is recommended for this computer: one clear suggestion, and the others below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.services.modelnews import RecommendationsLookedUp
from inglenook.services.modelpage import Looked
from inglenook.ui import theme
from inglenook.ui.models.findnote import FindNote, FindStrip, Plight, plight_of
from inglenook.ui.models.pane import Pane
from inglenook.ui.models.recommendedcard import RecommendedCard
from inglenook.ui.models.recommendedrow import RecommendedRow
from inglenook.ui.models.recommendedwords import Group, group_of, heading_of
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.skeleton import Skeleton
from inglenook.ui.words import tr

_SIDES = 24
_HEADING = theme.TypeStyle(13, 18, 600)


class Recommended(Pane):
    """The models we recommend, as far as they are looked up.

    Signals:
        open_asked(repo): a model's page is wanted.
        get_asked(looked): the suggestion is wanted.
        acted(plight): the button beside a problem was pressed.
    """

    open_asked = Signal(str)
    get_asked = Signal(object)
    acted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Recommended models"))
        self._rows: dict[str, RecommendedRow] = {}
        self.title = Label(look, "", theme.H3, display=True)
        self.strip = FindStrip(look)
        self.card = RecommendedCard(look)
        self._skeleton = Skeleton(look, 4, card=True)
        self.note = FindNote(look)
        self._groups = {group: _Section(look, group) for group in Group}
        self._lay_out()
        self.card.hide()
        self.note.hide()
        self.card.open_asked.connect(self.open_asked)
        self.card.get_asked.connect(self.get_asked)
        self.note.acted.connect(self.acted)
        self.strip.acted.connect(self.acted)
        self.verticalScrollBar().rangeChanged.connect(self._align)
        self.show_waiting()

    @property
    def rows(self) -> list[RecommendedRow]:
        """The rows in the order they stand."""
        return [row for section in self._groups.values() for row in section.rows]

    def _align(self, _least: int, most: int) -> None:
        """Keep the column under the search field, whether a scroll bar stands beside it."""
        extent = self.verticalScrollBar().sizeHint().width() if most > 0 else 0
        page = self.widget()
        layout = page.layout() if page is not None else None
        if layout is not None:
            layout.setContentsMargins(_SIDES, 12, _SIDES - extent, _SIDES)

    def show_waiting(self) -> None:
        """Show that it is being looked up, unless there is something already."""
        if not self._rows and self.card.looked is None:
            self.note.hide()
            self.title.setText(tr("Looking for what runs well on this computer"))
            self.title.show()
            self._skeleton.show()

    def show_found(self, told: RecommendationsLookedUp) -> None:
        """Show what is known so far."""
        self._skeleton.setVisible(not told.looked and not told.is_complete)
        best = told.looked[0] if told.looked and told.looked[0].fits else None
        self._show_best(best, is_complete=told.is_complete)
        self._show_others([one for one in told.looked if one is not best])
        if told.problem is not None:
            self.show_plight(plight_of(told.problem))
        elif told.looked or not told.is_complete:
            self.show_plight(None)
        else:
            self.show_plight(
                Plight(
                    "search",
                    tr("None of the models we know of is on the Hub"),
                    tr("Search for one instead."),
                )
            )

    def show_plight(self, plight: Plight | None) -> None:
        """Say why there is nothing, or nothing more; None if all is well."""
        has_some = self.card.looked is not None or bool(self._rows)
        self.strip.show_plight(plight if has_some else None)
        self.note.setVisible(plight is not None and not has_some)
        if plight is not None and not has_some:
            self._skeleton.hide()
            self.title.hide()
            self.note.show_plight(plight)

    def show_stock(self, stock: Stock) -> None:
        """Show what is on its way or here."""
        self.card.show_stock(stock)

    def enter(self) -> None:
        """Take the keyboard."""
        if self.card.looked is not None:
            self.card.get.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.rows:
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def return_to(self, repo: str) -> None:
        """Give the keyboard back to where a page was opened from."""
        looked = self.card.looked
        if looked is not None and looked.recommendation.repo == repo:
            self.card.more.setFocus(Qt.FocusReason.OtherFocusReason)
        elif repo in self._rows:
            self._rows[repo].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(self._rows[repo])

    def _show_best(self, best: Looked | None, *, is_complete: bool) -> None:
        self.card.setVisible(best is not None)
        if best is not None:
            self.card.show_looked(best)
            title = tr("Recommended for this computer")
            self.title.setText(title if is_complete else tr("The best so far"))
        else:
            self.card.looked = None
            nothing = tr("Nothing we recommend fits this computer well")
            waiting = tr("Looking for what runs well on this computer")
            self.title.setText(nothing if is_complete else waiting)
        self.title.show()

    def _show_others(self, others: list[Looked]) -> None:
        wanted = {one.recommendation.repo for one in others}
        for repo in [repo for repo in self._rows if repo not in wanted]:
            self._rows.pop(repo).deleteLater()
        for group, section in self._groups.items():
            section.fill([self._row(one) for one in others if group_of(one) is group])
        before: QWidget = self.card.more
        for row in self.rows:
            QWidget.setTabOrder(before, row)
            before = row

    def _row(self, looked: Looked) -> RecommendedRow:
        repo = looked.recommendation.repo
        if repo in self._rows:
            self._rows[repo].show_looked(looked)
        else:
            row = RecommendedRow(self._look, looked)
            row.open_asked.connect(self.open_asked)
            self._rows[repo] = row
        return self._rows[repo]

    def _lay_out(self) -> None:
        column = self.content
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addSpacing(12)
        column.addWidget(self.strip)
        column.addWidget(self.card)
        column.addWidget(self._skeleton)
        for section in self._groups.values():
            column.addWidget(section)
        column.addWidget(self.note, 1)
        column.addStretch(1)


class _Section(QWidget):
    """A heading and its rows; hidden without any."""

    def __init__(self, look: Look, group: Group) -> None:
        super().__init__()
        self.rows: list[RecommendedRow] = []
        title, words = heading_of(group)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 24, 0, 0)
        self._column.setSpacing(0)
        heading = Label(look, title, _HEADING, tone="text_muted")
        heading.setContentsMargins(12, 0, 12, 4)
        self._column.addWidget(heading)
        if words:
            told = Label(look, words, theme.CAPTION, tone="text_faint", wrap=True)
            told.setContentsMargins(12, 0, 12, 4)
            self._column.addWidget(told)
        self._above = self._column.count()
        self.hide()

    def fill(self, rows: list[RecommendedRow]) -> None:
        """Show these rows in this order."""
        if rows != self.rows:
            for place, row in enumerate(rows):
                self._column.insertWidget(self._above + place, row)
                row.show()
            self.rows = rows
        self.setVisible(bool(rows))
