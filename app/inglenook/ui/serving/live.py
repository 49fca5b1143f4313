"""The requests that are being answered, each with a button that ends it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.services.servingnews import LiveRequest
from inglenook.ui import theme
from inglenook.ui.models.rowlist import FACTS, ListRow
from inglenook.ui.serving.words import live_facts, live_title
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

_TITLE = theme.TypeStyle(14, 20, 550)


class LiveRow(ListRow):
    """One request: what kind of thing it asks, which program asks, and how far it is.

    Attributes:
        title: What kind, and who.
        facts: Its model, tokens and speed.
        end: Ends it.

    Signals:
        end_asked(id): the person wants it to be over.

    Threads: the UI thread.
    """

    end_asked = Signal(str)

    def __init__(self, look: Look, request: str) -> None:
        super().__init__(look)
        self._request = request
        self._is_ending = False
        self.title = Label(look, "", _TITLE, wrap=True)
        self.facts = Label(look, "", FACTS, tone="text_muted", wrap=True)
        self.end = Button(look, icon="stop", text=tr("End"), kind="outline", icon_size=16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(theme.SPACE_3)
        row.addLayout(words, 1)
        row.addWidget(self.end, 0, Qt.AlignmentFlag.AlignVCenter)
        self.end.clicked.connect(self._end)

    def show_request(self, request: LiveRequest) -> None:
        """Show how it stands."""
        title = live_title(request)
        if self.title.text() != title:
            self.title.setText(title)
            self.end.set_name(tr("End this request: {what}").format(what=title))
        if not self._is_ending:
            self.facts.setText(live_facts(request))

    def take_keyboard(self) -> None:
        """Give the keyboard to the button."""
        self.end.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self) -> None:
        if not self._is_ending:
            self.say_that_it_ends()
            speak(self.end, self.facts.text())
            self.end_asked.emit(self._request)

    def say_that_it_ends(self) -> None:
        """Say so; a second press then changes nothing."""
        self._is_ending = True
        self.facts.setText(tr("Ending…"))
