"""What is wrong with the file of a model, or how far the reading of it is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.services.modelnews import ModelVerified
from inglenook.ui.downloadwords import amount_in_words
from inglenook.ui.models.rowlist import FACTS
from inglenook.ui.models.shelfwords import verified_in_words
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, problem_words, tr


class ShelfCheck(QWidget):
    """The line below a model; hidden while all is well.

    Signals:
        stop_asked(): the reading shall end.
    """

    stop_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._trouble: Problem | None = None
        self._is_stopped = False
        self._icon = Icon(look, "warning", 16, tone="warn")
        self.words = Label(look, "", FACTS, tone="text_muted", wrap=True)
        self.bar = Bar(look, tr("Reading the file"))
        self.stop = Button(look, text=tr("Stop"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 3)
        row.addWidget(self.bar, 2)
        row.addWidget(self.stop)
        self.stop.clicked.connect(self._stop)
        self.bar.hide()
        self.stop.hide()
        self.hide()

    def is_reading(self) -> bool:
        """Tell whether the file is being read."""
        return not self.bar.isHidden()

    def show_trouble(self, trouble: Problem | None) -> None:
        """Show what is wrong with the file; a reading that goes on, or its result, stays."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if not self.is_reading():
            self._show_trouble()

    def show_verified(self, event: ModelVerified) -> None:
        """Show how far the reading is, or what came out."""
        if event.verified is None and event.problem is None:
            self._show_reading(event)
            return
        self._show_reading(None)
        if event.problem is not None and self._is_stopped:
            self._show_trouble()
        elif event.problem is not None:
            self._say("warning", "warn", problem_words(event.problem))
        elif event.verified is not None:
            self._say(*verified_in_words(event.verified))
        self._is_stopped = False
        speak(self, self.words.text())

    def _stop(self) -> None:
        # It ends with a problem then, which is none for the one who asked for it.
        self._is_stopped = True
        self.stop_asked.emit()

    def _show_reading(self, event: ModelVerified | None) -> None:
        is_reading = event is not None
        if self.stop.hasFocus() and not is_reading:
            self.stop.focusPreviousChild()
        self.bar.setVisible(is_reading)
        self.stop.setVisible(is_reading)
        if event is not None:
            self.bar.set_fraction(event.done_bytes / max(event.size_bytes, 1))
            amount = amount_in_words(event.done_bytes, event.size_bytes)
            self._say("shield-check", "accent", tr("Reading, {amount}").format(amount=amount))

    def _show_trouble(self) -> None:
        words = problem_words(self._trouble) if self._trouble is not None else ""
        self._say("warning", "warn", words)

    def _say(self, icon: str, tone: str, words: str) -> None:
        self._icon.show_icon(icon, tone)
        if self.words.text() != words:
            self.words.setText(one_line(words, 600))
        self.setVisible(bool(words))
