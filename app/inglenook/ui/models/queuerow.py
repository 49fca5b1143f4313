"""One download in the list: how it stands, and what can be done with it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.core.units import MIB
from inglenook.services.events import Download
from inglenook.ui.models.queueface import QueueFace
from inglenook.ui.models.rowlist import FACTS, ListRow
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.question import Question
from inglenook.ui.words import one_line, tr

ASKS_FROM_BYTES = 100 * MIB
"""Less than this is fetched again sooner than a question is read."""


class QueueRow(ListRow):
    """One transfer in the list.

    Space pauses it or lets it go on, Delete cancels it; that is asked only if much has come.

    Signals:
        pause_asked(job), resume_asked(job), cancel_asked(job): the person wants that.
        move_asked(job, step): -1 for one place up, 1 for one down.
    """

    pause_asked = Signal(str)
    resume_asked = Signal(str)
    cancel_asked = Signal(str)
    move_asked = Signal(str, int)

    def __init__(self, look: Look, job: str) -> None:
        super().__init__(look)
        self.job = job
        self.download: Download | None = None
        self.face = QueueFace(look)
        self.up = Button(look, icon="chevron-up", name=tr("Move up"), icon_size=16)
        self.down = Button(look, icon="chevron-down", name=tr("Move down"), icon_size=16)
        self.go = Button(look, icon="pause", name=tr("Pause"), icon_size=16)
        self.cancel = Button(look, icon="x", name=tr("Cancel"), icon_size=16)
        self._warning = Icon(look, "warning", 16, tone="warn")
        self.trouble = Label(look, "", FACTS, tone="text_muted", wrap=True)
        self._foot = QWidget()
        self.question = Question(look, tr("Cancel it"), tr("Keep downloading"))
        self._lay_out()
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self.go.clicked.connect(self._go)
        self.cancel.clicked.connect(self._cancel)
        self.question.agreed.connect(self._give_up)
        self.question.declined.connect(self._keep)

    def show_download(self, download: Download, now_ms: int, *, is_offline: bool) -> None:
        """Show how it stands; buttons and words change only when its kind of state does."""
        before, self.download = self.download, download
        is_other = self.face.show_download(download, now_ms, is_offline=is_offline)
        if is_other or before is None or before.state != download.state:
            self._restate(download)

    def show_place(self, place: int, count: int) -> None:
        """Offer to move it where there is a place to go to."""
        super().show_place(place, count)
        for button, is_possible in ((self.up, place > 0), (self.down, place < count - 1)):
            button.setVisible(count > 1)
            if button.isEnabled() and not is_possible and button.hasFocus():
                self.take_keyboard()
            button.setEnabled(is_possible)

    def take_keyboard(self) -> None:
        """Give the keyboard to the bar."""
        self.face.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._go()
        elif event.key() == Qt.Key.Key_Delete:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        top.addWidget(self.face, 1)
        top.addSpacing(12)
        for button in (self.up, self.down, self.go, self.cancel):
            top.addWidget(button)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(6, 0, 6, 6)
        foot.setSpacing(8)
        foot.addWidget(self._warning, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.trouble, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 14, 6)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self._foot)
        column.addWidget(self.question)

    def _restate(self, download: Download) -> None:
        face, title = self.face.face, one_line(download.title, 80)
        can_pause = download.state in {"waiting", "running", "retrying"}
        icon, words = ("pause", tr("Pause {title}")) if can_pause else _going_on(download)
        self.go.set_icon(icon)
        self.go.set_name(words.format(title=title))
        self.cancel.set_name(tr("Cancel {title}").format(title=title))
        self.up.set_name(tr("Move {title} up").format(title=title), "Alt+Up")
        self.down.set_name(tr("Move {title} down").format(title=title), "Alt+Down")
        self.trouble.setText(face.trouble)
        self._warning.show_icon("warning", "bad" if face.is_grave else "warn")
        self._foot.setVisible(bool(face.trouble))

    def _go(self) -> None:
        if self.download is None:
            return
        if self.download.state in {"waiting", "running", "retrying"}:
            self.pause_asked.emit(self.job)
        else:
            self.resume_asked.emit(self.job)

    def _cancel(self) -> None:
        come = self.download.done_bytes if self.download is not None else 0
        if come < ASKS_FROM_BYTES:
            self._give_up()
            return
        words = tr("{size} have come already and would be deleted.")
        self.question.ask(words.format(size=bytes_in_words(come)))

    def _give_up(self) -> None:
        self.cancel_asked.emit(self.job)

    def _keep(self) -> None:
        self.take_keyboard()

    def _move(self, step: int) -> None:
        self.move_asked.emit(self.job, step)


def _going_on(download: Download) -> tuple[str, str]:
    """Return icon and words of the button that lets it go on."""
    if download.state == "failed":
        return "refresh", tr("Try {title} again")
    return "play", tr("Go on with {title}")
