"""Which engine new chats begin with, as a setting; asked about like that of any chat."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.chat.elsewhere import HERE, Choice, Endpoint, OfferedModel
from inglenook.services.endpointnews import EndpointsChanged
from inglenook.services.events import SettingsChanged
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.remote.consent import ConsentDialog
from inglenook.ui.remote.words import new_chats_words
from inglenook.ui.settings.combo import Combo
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

_WIDTH = 260


class NewChatsChooser(QWidget):
    """This computer, or one of the models that engines elsewhere offer.

    An engine that nobody has agreed to yet is asked about first, and chosen after a yes.

    Attributes:
        combo: The choice.
        note: Says what new chats mean now, or that a choice was taken back.

    Signals:
        chosen(Choice): by the person, who knows what it means.

    Threads: the UI thread.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__()
        self._look, self._services = look, services
        self._endpoints = services.endpoints.endpoints
        self._now = HERE
        self.combo = Combo(look, tr("New chats are answered by"), _WIDTH)
        self.note = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.note.hide()
        self.setFocusProxy(self.combo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_1)
        column.addWidget(self.combo)
        column.addWidget(self.note)
        self.combo.chosen.connect(self._choose)
        look.changed.connect(self._space)
        self._space()
        bridge.endpoints_changed.connect(self._take_endpoints)
        bridge.settings_changed.connect(self._take_settings)
        self.show_value(services.settings.now.new_chats)

    def _space(self) -> None:
        self.setFixedWidth(self._look.px(_WIDTH))  # the note wraps below the choice

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self._now = value if isinstance(value, Choice) else HERE
        offered: list[tuple[object, str]] = [(HERE, tr("This computer"))]
        for endpoint in self._endpoints:
            offered += [(Choice(endpoint.id, each.id), _words(endpoint, each))
                        for each in endpoint.models]  # fmt: skip
        if all(choice != self._now for choice, _ in offered):  # it is read a moment later
            offered.append((self._now, one_line(OfferedModel(self._now.model).name, 40)))
        self.combo.offer(offered)
        self.combo.show_value(self._now)
        self._say()

    def _choose(self, choice: Choice) -> None:
        found = self._services.endpoints.find(choice.endpoint)
        if not choice.is_elsewhere or (found is not None and found.is_agreed):
            self.chosen.emit(choice)
            self._say()
            return
        self.combo.show_value(self._now)  # until it is so
        if found is not None:
            self.ask(found, choice).open()

    def ask(self, endpoint: Endpoint, choice: Choice) -> ConsentDialog:
        """Return the question whether new chats may leave this computer."""
        dialog = ConsentDialog(self._look, self.window(), endpoint, is_for_new=True)
        dialog.accepted.connect(partial(self._agree, choice))
        return dialog

    def _agree(self, choice: Choice) -> None:
        self._services.endpoints.agree(choice.endpoint)
        self.chosen.emit(choice)

    def _take_endpoints(self, told: EndpointsChanged) -> None:
        self._endpoints = told.endpoints
        self.show_value(self._services.settings.now.new_chats)

    def _take_settings(self, _told: SettingsChanged) -> None:
        self.show_value(self._services.settings.now.new_chats)

    def _say(self) -> None:
        """Say where new chats go, or that they stay here again."""
        lost = self._services.new_chats.lost
        found = next((each for each in self._endpoints if each.id == self._now.endpoint), None)
        words = ""
        if self._now.is_elsewhere and found is not None:
            words = new_chats_words(found)
        elif lost:
            words = tr("{model} is no longer offered, so new chats are answered here again.")
            words = words.format(model=one_line(lost, 40))
        if words == self.note.text():
            return
        self.note.setText(words)
        self.note.set_tone("away" if self._now.is_elsewhere else "text")
        self.note.setVisible(bool(words))
        if words and self.isVisible():
            speak(self, words)


def _words(endpoint: Endpoint, model: OfferedModel) -> str:
    return f"{one_line(model.name, 40)} · {one_line(endpoint.name, 40)}"
