"""Other engines among the settings: those that are set up, and the way to add one."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.chat.elsewhere import Endpoint
from inglenook.services.endpointnews import EndpointsChanged
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.remote.form import EndpointForm
from inglenook.ui.remote.words import about_words
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.question import Question
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

_TITLE = theme.TypeStyle(14, 20, 550)


class EndpointRow(QWidget):
    """One engine: its name, where it is, and what can be done with it."""

    def __init__(self, look: Look, endpoint: Endpoint) -> None:
        super().__init__()
        name = one_line(endpoint.name, 60)
        self.edit = Button(look, icon="pencil", name=tr("Change {name}").format(name=name))
        self.remove = Button(look, icon="trash", name=tr("Remove {name}").format(name=name))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(look, name, _TITLE, wrap=True))
        about = about_words(endpoint)
        words.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(theme.SPACE_3)
        row.addWidget(Icon(look, "external", 18, tone="away"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.edit)
        row.addWidget(self.remove)


class EndpointsPane(QWidget):
    """The engines elsewhere, each to be changed or taken out.

    Attributes:
        add: Opens the form of a new one.
        question: Asked before one is taken out.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__()
        self._look, self._services, self._bridge = look, services, bridge
        self._asked = ""
        self.rows: list[EndpointRow] = []
        self.add = Button(look, icon="external", text=tr("Add an engine…"), kind="outline")
        self.question = Question(look, tr("Remove"), tr("Keep it"))
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.SPACE_1)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 4)
        whole.setSpacing(theme.SPACE_2)
        whole.addLayout(self._column)
        whole.addWidget(self.question)
        whole.addLayout(foot)
        self.add.clicked.connect(partial(self.open_form, None))
        self.question.agreed.connect(self._remove)
        bridge.endpoints_changed.connect(self._take)
        self._show(services.endpoints.endpoints)

    def open_form(self, endpoint: Endpoint | None) -> EndpointForm:
        """Open the form of an engine; None for a new one."""
        form = EndpointForm(self._look, self.window(), self._services, self._bridge, endpoint)
        form.open()
        return form

    def _take(self, told: EndpointsChanged) -> None:
        self._show(told.endpoints)

    def _show(self, endpoints: tuple[Endpoint, ...]) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [EndpointRow(self._look, each) for each in endpoints]
        for row, endpoint in zip(self.rows, endpoints, strict=True):
            self._column.addWidget(row)
            row.edit.clicked.connect(partial(self.open_form, endpoint))
            row.remove.clicked.connect(partial(self._ask, endpoint))

    def _ask(self, endpoint: Endpoint) -> None:
        self._asked = endpoint.id
        words = tr("Remove {name} and its key? Chats that use it stay, and say so.")
        self.question.ask(words.format(name=one_line(endpoint.name, 60)))

    def _remove(self) -> None:
        self._services.endpoints.remove(self._asked)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
