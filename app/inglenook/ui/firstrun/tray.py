"""Above the message field: the model that is coming, and who answers until then."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.services.events import Download
from inglenook.ui import theme
from inglenook.ui.downloadwords import face_of
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr

NOW, WAIT = "now", "wait"
_TITLE = theme.TypeStyle(13, 18, 600)


class ComingTray(Surface):
    """How far the first model is, and a plain choice.

    Attributes:
        choice: Ask the starter now, or wait.

    Signals:
        chosen(choice): ``"now"`` or ``"wait"``, by the person.
        closed(): the person does not want to see it.
    """

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "ground", radius=theme.RADIUS_FIELD)
        self._title = ElidedLabel(look, _TITLE)
        self._facts = ElidedLabel(look, theme.CAPTION, tone="text_muted")
        self._bar = Bar(look, tr("Downloaded"))
        self.words = Label(look, "", theme.CAPTION, tone="text_muted", wrap=True)
        choices = ((NOW, tr("Ask the starter now")), (WAIT, tr("Wait for the new model")))
        self.choice = Segments(look, tr("Who answers"), choices)
        self.choice.show_choice(NOW)
        self.shut = Button(look, icon="x", name=tr("Hide this"), icon_size=16)
        self._lay_out(look)
        self.choice.chosen.connect(self.chosen)
        self.shut.clicked.connect(self.closed)

    def is_waiting(self) -> bool:
        """Tell whether the person wants to wait for what is coming."""
        return self.choice.choice() == WAIT

    def show_download(self, coming: Download) -> None:
        """Show how it stands."""
        face = face_of(coming, round(time.time() * 1000))
        name = one_line(coming.title, 60)
        self._title.set_text(tr("{model} is coming").format(model=name))
        self._facts.set_text(f"{face.percent} · {face.facts}")
        self._bar.set_fraction(face.fraction)

    def show_standing(self, *, has_starter: bool, is_armed: bool) -> None:
        """Say what happens to a question.

        Args:
            has_starter: A small model can answer meanwhile.
            is_armed: One waits in the field until the new model is ready.
        """
        self.choice.setVisible(has_starter)
        words = tr("The starter is quick, but often wrong. The new model knows much more.")
        if is_armed:
            words = tr("Your question is sent as soon as the new model is ready.")
        elif not has_starter:
            words = tr("You can write your first question while it comes.")
        elif self.is_waiting():
            words = tr("What you send now waits in the field until the new model is ready.")
        if words != self.words.text():
            self.words.setText(words)
            if is_armed:
                speak(self, words)

    def _lay_out(self, look: Look) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon(look, "download", 16))
        head.addWidget(self._title, 2)
        head.addWidget(self._facts, 3)
        head.addWidget(self.shut)
        foot = Flow(12)
        foot.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 4, 10)
        column.setSpacing(4)
        column.addLayout(head)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, 8, 0)
        inner.setSpacing(8)
        inner.addWidget(self._bar)
        inner.addWidget(self.words)
        inner.addLayout(foot)
        column.addLayout(inner)
