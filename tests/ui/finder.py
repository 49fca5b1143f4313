"""A pane that finds models over recorded services, and what the services tell it."""

import findmatter as hub
from PySide6.QtWidgets import QApplication, QWidget
from standin import StandIn

from inglenook.downloads.query import Query
from inglenook.services.events import HubSearched
from inglenook.services.modelnews import RepositoryRead
from inglenook.services.modelpage import ModelPage
from inglenook.ui.bridge import Bridge
from inglenook.ui.models.findpane import FindPane
from inglenook.ui.style import Look


class Finder:
    """The pane in a window of its own, and its services."""

    def __init__(self, look: Look, services: StandIn) -> None:
        self.services = services
        self.bridge = Bridge(services.bus)
        self.pane = FindPane(look, services, self.bridge)
        self.pane.resize(900, 800)

    @property
    def home(self) -> QWidget:
        return self.pane.home

    @property
    def focus(self) -> QWidget | None:
        return self.pane.window().focusWidget()

    def tell(self, *announcements: object) -> None:
        for announcement in announcements:
            self.services.bus.publish(announcement)
        for _ in range(3):
            QApplication.processEvents()

    def asked(self, name: str) -> list[tuple]:
        return self.services.asked(f"browse.{name}")

    def type(self, words: str) -> Query:
        """Search for words as if the person had stopped typing."""
        self.pane.bar.field.setText(words)
        self.pane.bar.field._ask()
        return self.asked("search")[-1][0]

    def find(self, words: str = "qwen", **more: object) -> None:
        query = self.type(words)
        usual = {"fits": hub.FITS, "installed": frozenset({hub.FOUND[4].repo})}
        self.tell(HubSearched(query, **{"models": hub.FOUND, **usual, **more}))

    def open(self, page: ModelPage | None = None) -> ModelPage:
        page = page or hub.page()
        self.pane.open_model(page.found.repo)
        self.tell(RepositoryRead(page.found.repo, page))
        return page

    @property
    def rows(self) -> list:
        return self.pane.page.files.rows
