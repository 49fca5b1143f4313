"""What a person does on the page of models, in the real window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from tests.journeys.hubplace import NAME
from tests.journeys.session import Session

from inglenook.services.events import EnginePhase
from inglenook.ui.models.findget import Deed
from inglenook.ui.models.page import INSTALLED, ModelsPage
from inglenook.ui.models.queuerow import QueueRow
from inglenook.ui.models.repositoryrow import RepositoryRow
from inglenook.ui.models.shelfrow import ShelfRow


class ModelsWindow:
    """The page of models of one run of the application."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def page(self) -> ModelsPage:
        return self.session.window.models.page

    def open(self, tab: int) -> None:
        """Press "Models" in the side bar, then a tab."""
        self.session.window.side.models.click()
        place = self.page.tabs.tabRect(tab).center()
        self.session.qtbot.mouseClick(self.page.tabs, Qt.MouseButton.LeftButton, pos=place)

    def find(self, words: str, repo: str) -> RepositoryRow:
        """Search by keys alone, open the page of what is found, and return its first row."""
        pane, keys = self.page.pane(self.page.tabs.currentIndex()), self.session.qtbot
        keys.keyClicks(pane.bar.field, words)
        self.session.wait(lambda: [row.found.repo for row in pane.home.results.rows] == [repo])
        keys.keyClick(pane.bar.field, Qt.Key.Key_Down)
        keys.keyClick(pane.home.results.list, Qt.Key.Key_Return)
        self.session.wait(lambda: pane.page.page is not None)
        return pane.page.files.rows[0]

    def get(self, row: RepositoryRow, bytes_at_least: int) -> None:
        """Press Get, wait until so much has come, and press Pause at the same place."""
        row.get.click()
        self.session.wait(lambda: self.come_bytes() >= bytes_at_least)
        self.session.wait(lambda: row.get.deed is Deed.PAUSE)
        row.get.click()
        self.session.wait(lambda: row.get.deed is Deed.RESUME)

    def come_bytes(self) -> int:
        return sum(row.done_bytes for row in self.session.services.downloads.downloads())

    def queue(self, tab: int) -> list[QueueRow]:
        """Return the rows of what is coming."""
        return self.page.pane(tab).rows()

    def installed(self) -> ShelfRow:
        """Return the row of the starter's twin, once it is there."""
        self.session.wait(lambda: bool(self._twins()))
        return self._twins()[0]

    def use(self) -> None:
        """Press Use and wait until the model can be asked."""
        row = self.installed()
        row.use.click()
        engine = self.session.services.engine
        self.session.wait(
            lambda: (
                engine.state.phase is EnginePhase.READY and engine.state.model.path == row.path
            )
        )

    def choose(self, words: str) -> None:
        """Choose from the menu of the row."""
        row = self.installed()
        row.more.click()
        menu = next(each for each in row.findChildren(QMenu) if each.isVisible())
        next(each for each in menu.actions() if each.text() == words).trigger()
        menu.close()

    def _twins(self) -> list[ShelfRow]:
        rows = self.page.pane(INSTALLED).list.rows.values()
        return [row for row in rows if row.path.endswith(NAME) and row.can_be_read()]
