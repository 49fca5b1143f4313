"""The files of a model as a card of rows."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout

from inglenook.services.modelpage import ModelPage
from inglenook.ui import theme
from inglenook.ui.models.repositoryrow import FileFacts, RepositoryRow
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look
from inglenook.ui.widgets.surface import Surface


def rows_of(page: ModelPage) -> list[FileFacts]:
    """Return the rows of a page, the smallest first."""
    rated = {one.offer: one for one in page.rated}
    return [
        FileFacts(offer, rated.get(offer), offer == page.suggestion)
        for offer in page.offers.models
    ]


class RepositoryFiles(Surface):
    """One row for each thing to choose.

    Signals:
        get_asked(offer), pause_asked(job), resume_asked(job), use_asked(path): of one row.
    """

    get_asked = Signal(object)
    pause_asked = Signal(str)
    resume_asked = Signal(str)
    use_asked = Signal(str)

    def __init__(self, look: Look, page: ModelPage) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_CARD)
        self._repo = page.found.repo
        self._ink = look
        self.rows = [RepositoryRow(look, facts) for facts in rows_of(page)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        for row in self.rows:
            column.addWidget(row)
            row.get_asked.connect(self.get_asked)
            row.get.pause_asked.connect(self.pause_asked)
            row.get.resume_asked.connect(self.resume_asked)
            row.get.use_asked.connect(self.use_asked)

    def show_stock(self, stock: Stock) -> None:
        """Show which rows are on their way or here."""
        for row in self.rows:
            row.show_stock(self._repo, stock)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for row in self.rows[1:]:
            box = row.geometry()
            line = QColor(self._ink.palette.line)
            painter.fillRect(box.left() + 16, box.top(), box.width() - 32, 1, line)
