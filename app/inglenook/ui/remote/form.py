"""The form of one engine elsewhere: its address, its key, a test, and which models to offer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inglenook.chat.elsewhere import MOST_NAME_CHARS, Endpoint, OfferedModel
from inglenook.core.errors import BadArgumentError, Problem
from inglenook.services.endpointnews import EndpointTested
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.remote.words import found_words
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, problem_words, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

_WIDTH = 520
_MODEL = Qt.ItemDataRole.UserRole
_ROWS, _ROW = 6, 26
_ADDRESS_CHARS, _KEY_CHARS = 300, 4096
_FIRST_OFFERED = 12
"""So many are offered at once of an engine that has more: the others wait to be ticked."""


class EndpointForm(QDialog):
    """Adds an engine, or changes one.

    Attributes:
        address: Where it is.
        name: What people call it.
        key: What it wants to know; never shown.
        test: Asks it what it has.
        models: What it has, each to be offered or not.
        save: Keeps it; to be had once it is known which models there are.

    Threads: the UI thread.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        services: "Services",
        bridge: Bridge,
        endpoint: Endpoint | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._endpoints = look, services.endpoints
        self._endpoint = endpoint
        self._ticket = 0
        title = tr("Change this engine") if endpoint else tr("Add another engine")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(_WIDTH), parent.window().width() - 32))
        self._make_fields(look, endpoint)
        self._lay_out(look, title)
        self._connect(bridge)
        if endpoint is not None:
            self._list(endpoint.models, endpoint.models)
        self._renew()
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- building ---

    def _make_fields(self, look: Look, endpoint: Endpoint | None) -> None:
        has_key = endpoint is not None and endpoint.has_key
        self.address = self._field(tr("Address"), "http://box:8000", _ADDRESS_CHARS)
        self.name = self._field(tr("Name"), tr("As its address"), MOST_NAME_CHARS)
        hint = tr("One is kept; type to replace it") if has_key else tr("None")
        self.key = self._field(tr("Key"), hint, _KEY_CHARS)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        if endpoint is not None:
            self.address.setText(endpoint.base.removesuffix("/v1"))
            self.name.setText("" if endpoint.name == endpoint.host else endpoint.name)
        self.test = Button(look, icon="refresh", text=tr("Test"), kind="outline", height=36)
        self.test.set_name(tr("Test what is at this address"))
        self.icon = Icon(look, "info", 16, tone="text_faint")
        self.state = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.models = QListWidget()
        self.models.setObjectName("parts")
        self.models.setAccessibleName(tr("Models to offer"))
        self.models.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.models.setFont(look.font(theme.NOTE))
        self.save = Button(look, text=tr("Save"), kind="accent", height=36)
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet", height=36)

    def _field(self, name: str, hint: str, most_chars: int) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setMaxLength(most_chars)
        field.setFont(self._look.font(theme.UI))
        field.setFixedHeight(self._look.px(36))
        return field

    def _lay_out(self, look: Look, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(theme.SPACE_3)
        column.addWidget(Label(look, title, theme.H2, display=True))
        about = tr(
            "llama-server, vLLM, SGLang, Ollama, LM Studio or another Inglenook: anything that "
            "speaks the API of OpenAI."
        )
        column.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        first = QHBoxLayout()
        first.setSpacing(theme.SPACE_2)
        first.addWidget(self.address, 1)
        first.addWidget(self.test)
        column.addLayout(_titled(look, tr("Address"), first))
        column.addLayout(_titled(look, tr("Key, if it wants one"), self.key))
        self._said = QHBoxLayout()
        self._said.setSpacing(theme.SPACE_2)
        self._said.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        self._said.addWidget(self.state, 1)
        column.addLayout(self._said)
        self._listing = QWidget()
        self._rows = _titled(look, tr("Models to offer"), self.models)
        self._listing.setLayout(self._rows)
        column.addWidget(self._listing)
        column.addLayout(_titled(look, tr("Name, if you like"), self.name))
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 8, 0, 0)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column.addLayout(foot)

    def _connect(self, bridge: Bridge) -> None:
        self.address.textEdited.connect(self._forget)
        self.key.textEdited.connect(self._forget)
        self.address.returnPressed.connect(self._test)
        self.key.returnPressed.connect(self._test)
        self.test.clicked.connect(self._test)
        self.models.itemChanged.connect(self._renew)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.reject)
        bridge.endpoint_tested.connect(self._take)
        self.finished.connect(self._endpoints.stop_test)

    # --- what people do ---

    def chosen(self) -> tuple[OfferedModel, ...]:
        """Return the models that are ticked."""
        rows = (self.models.item(row) for row in range(self.models.count()))
        return tuple(
            row.data(_MODEL) for row in rows if row.checkState() is Qt.CheckState.Checked
        )

    def _test(self) -> None:
        known = self._endpoint.id if self._endpoint is not None else ""
        try:
            self._ticket = self._endpoints.test(self.address.text(), self._typed_key(), known)
        except BadArgumentError as error:
            self._tell(error.problem)
            return
        self._say("clock", "text_faint", tr("Asking…"), "text_muted")

    def _save(self) -> None:
        try:
            self._endpoints.save(
                self.address.text(),
                endpoint=self._endpoint.id if self._endpoint is not None else "",
                name=self.name.text(),
                models=self.chosen(),
                key=self._typed_key(),
            )
        except BadArgumentError as error:
            self._tell(error.problem)
            return
        self.accept()

    def _typed_key(self) -> str | None:
        """Return the key as typed; None to leave what is kept."""
        if self.key.text() or self._endpoint is None:
            return self.key.text()
        return None

    def _forget(self) -> None:
        """What was found belongs to another address, or another key."""
        self._endpoints.stop_test()
        self._ticket = 0
        self._list((), ())
        self._renew()

    # --- what is shown ---

    def _take(self, told: EndpointTested) -> None:
        if told.ticket != self._ticket:
            return
        if told.problem is not None:
            self._tell(told.problem)
            return
        before = self._endpoint.models if self._endpoint is not None else ()
        kept = {each.id for each in before}
        ticked = [each for each in told.models if each.id in kept]
        self._list(told.models, ticked or told.models[:_FIRST_OFFERED])
        if told.models:
            self._say("check", "ok", found_words(told), "text")
        else:
            self._say("warning", "warn", tr("It answers, but has no model for chats."), "text")
        self._renew()

    def _tell(self, problem: Problem) -> None:
        said = problem.facts.get("said", "")
        words = problem_words(problem)
        self._say(
            "warning", "bad", f"{words} ({one_line(said, 200)})" if said else words, "bad"
        )

    def _say(self, icon: str, tone: str, words: str, colour: str) -> None:
        self.icon.show_icon(icon, tone)
        self.state.set_tone(colour)
        self.state.setText(words)
        speak(self, words, at_once=True)
        self._fit()

    def _list(self, models: tuple[OfferedModel, ...], ticked: Sequence[OfferedModel]) -> None:
        wanted = {each.id for each in ticked}
        self.models.blockSignals(True)  # noqa: FBT003  (Qt's own)
        self.models.clear()
        for model in models:
            tokens = model.context_tokens
            reads = tr("reads {count} tokens").format(count=f"{tokens:,}") if tokens else ""
            words = " · ".join(each for each in (one_line(model.id, 80), reads) if each)
            item = QListWidgetItem(words, self.models)
            item.setData(_MODEL, model)
            is_ticked = model.id in wanted
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
        self.models.blockSignals(False)  # noqa: FBT003
        rows = min(len(models), _ROWS)
        self.models.setFixedHeight(self._look.px(_ROW) * rows + 12)
        self._listing.setVisible(bool(models))
        self._fit()

    def _renew(self) -> None:
        if not self._ticket and not self.models.count():
            hint = tr("Test it first: nothing is sent but the question which models there are.")
            self._say("info", "text_faint", hint, "text_muted")
        self.save.setEnabled(bool(self.chosen()))

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            for each in (
                self._said,
                self._rows,
                layout,
            ):  # what they knew of their heights is old
                each.invalidate()
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))


def _titled(look: Look, title: str, what: QWidget | QHBoxLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(Label(look, title, theme.LABEL, tone="text_muted"))
    if isinstance(what, QWidget):
        column.addWidget(what)
    else:
        column.addLayout(what)
    return column
