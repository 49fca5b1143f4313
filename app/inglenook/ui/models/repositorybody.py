"""What a model's page shows once it is read: warnings, files and facts."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.services.modelpage import ModelPage
from inglenook.ui import theme
from inglenook.ui.models.repositoryfacts import FactsTable, TemplateWarning
from inglenook.ui.models.repositoryfiles import RepositoryFiles
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr

_MOST_NAMES = 3


class RepositoryBody(QWidget):
    """One reading of a repository; a new reading makes a new body.

    Attributes:
        files: Its rows.
    """

    def __init__(self, look: Look, page: ModelPage) -> None:
        super().__init__()
        self.files = RepositoryFiles(look, page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        if page.details is not None and page.details.suspicions:
            column.addWidget(TemplateWarning(look, page.details.suspicions))
            column.addSpacing(8)
        column.addWidget(Label(look, tr("Files"), theme.H3, display=True))
        if len(page.offers.models) > 1:
            about = tr("All of them are the same model; fewer bits are smaller and less exact.")
            column.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        column.addWidget(self.files)
        if page.offers.broken:
            names = ", ".join(one_line(name, 60) for name in page.offers.broken[:_MOST_NAMES])
            told = tr("Left out, since parts are missing on the Hub: {names}")
            words = told.format(names=names)
            column.addWidget(Label(look, words, theme.CAPTION, tone="text_faint", wrap=True))
        if page.details is not None:
            column.addSpacing(16)
            column.addWidget(Label(look, tr("Facts"), theme.H3, display=True))
            column.addWidget(FactsTable(look, page.details))
