"""The head of a model's page: its name, whose it is, and what the Hub says of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.downloads.page import FoundModel
from inglenook.models.name import title_of
from inglenook.models.offers import best_projector
from inglenook.services.modelpage import ModelPage
from inglenook.ui import theme
from inglenook.ui.models.figures import (
    day_in_words,
    joined,
    times_fetched,
)
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words, parameters_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr


class RepositoryHead(QWidget):
    """Who made what, and a button that leads to it on the Hub.

    Attributes:
        on_hub: Leads there, after asking.

    Signals:
        hub_asked(): the page on the Hub is wanted.
    """

    hub_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.title = Label(look, "", theme.H1, wrap=True, display=True)
        self._facts = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self._sees = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self._seeing = QWidget()
        self.on_hub = Button(look, icon="external", text=tr("On the Hub"), kind="outline")
        self.on_hub.set_name(tr("Open the model's page on the Hub"))
        eye = QHBoxLayout(self._seeing)
        eye.setContentsMargins(0, 8, 0, 0)
        eye.setSpacing(8)
        eye.addWidget(Icon(look, "eye", 18, tone="info"))
        eye.addWidget(self._sees, 1)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.title, 1)
        top.addWidget(self.on_hub, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._facts)
        column.addWidget(self._seeing)
        self._seeing.hide()
        self.on_hub.clicked.connect(self.hub_asked)

    def show_name(self, repo: str) -> None:
        """Show as much as is known before anything is looked up."""
        maker, _, name = repo.partition("/")
        self.title.setText(one_line(title_of(name.removesuffix("-GGUF")), 120))
        self._facts.setText(tr("by {maker}").format(maker=one_line(maker, 60)))
        self._seeing.hide()

    def show_found(self, found: FoundModel) -> None:
        """Show what the Hub says in its lists."""
        self.title.setText(one_line(found.name, 120))
        count = parameters_in_words(found.parameters)
        updated = day_in_words(found.updated)
        self._facts.setText(
            joined(
                tr("by {maker}").format(maker=one_line(found.maker, 60)),
                tr("{count} parameters").format(count=count) if count else "",
                one_line(found.licence, 60),
                tr("updated {day}").format(day=updated) if updated else "",
                times_fetched(found.downloads),
            )
        )

    def show_page(self, page: ModelPage) -> None:
        """Show all of it."""
        self.show_found(page.found)
        eyes = best_projector(page.offers.projectors)
        self._seeing.setVisible(eyes is not None)
        if eyes is not None:
            words = tr("It can see pictures. The part for that comes along: {size}.")
            self._sees.setText(words.format(size=bytes_in_words(eyes.size_bytes)))
