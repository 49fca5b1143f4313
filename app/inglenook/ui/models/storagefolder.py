"""Where models are kept: the folder, its size, the room beside it, and moving all of it."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.modelnews import FolderMoved, ShelfChanged
from inglenook.ui import theme
from inglenook.ui.downloadwords import amount_in_words
from inglenook.ui.models.rowlist import FACTS
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, problem_words, tip, tr, tr_n

_PATH = theme.TypeStyle(14, 20, 550)


class FolderCard(Surface):
    """The models folder.

    Signals:
        move_asked(folder): everything shall move there.
        stop_asked(): the move shall be given up.
    """

    move_asked = Signal(str)
    stop_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_CARD)
        self._folder = ""
        self.path = ElidedLabel(look, _PATH)
        self.facts = Label(look, "", FACTS, tone="text_muted", wrap=True)
        self.show_it = Button(look, icon="folder", text=tr("Show"))
        self.show_it.set_name(tr("Show the models folder"))
        self.relocate = Button(look, text=tr("Move…"), kind="outline")
        self.relocate.set_name(tr("Move the models folder…"))
        self.bar = Bar(look, tr("Moving the models"))
        self.stop = Button(look, text=tr("Stop moving"))
        self._mark = Icon(look, "info", 16, tone="text_muted")
        self.words = Label(look, "", FACTS, tone="text_muted", wrap=True)
        self._foot = QWidget()
        self._lay_out(look)
        self.show_it.clicked.connect(self._open_folder)
        self.relocate.clicked.connect(self._choose)
        self.stop.clicked.connect(self.stop_asked)

    def show_shelf(self, event: ShelfChanged) -> None:
        """Show where models are, how many, and how much room is left."""
        self._folder = event.folder
        self.path.set_text(one_line(event.folder, 400))
        self.path.setToolTip(tip(event.folder))
        ours = [each for each in event.models if each.is_ours]
        size = bytes_in_words(sum(each.model.size_bytes for each in ours))
        count = tr_n("1 model, {size}", "{count} models, {size}", len(ours))
        free = tr("{size} free on this disk").format(size=bytes_in_words(event.free_bytes))
        told = [count.format(count=len(ours), size=size)] + [free] * bool(event.free_bytes)
        self.facts.setText(" · ".join(told))

    def show_moved(self, event: FolderMoved) -> None:
        """Show how far the move is, or how it ended."""
        is_moving = not event.is_over
        had_keyboard = self.stop.hasFocus() or self.relocate.hasFocus()
        self.bar.setVisible(is_moving)
        self.stop.setVisible(is_moving)
        self.relocate.setEnabled(is_moving is False)
        self.bar.set_fraction(event.done_bytes / max(event.size_bytes, 1))
        if had_keyboard:
            (self.stop if is_moving else self.relocate).setFocus(
                Qt.FocusReason.OtherFocusReason
            )
        if is_moving:
            amount = amount_in_words(event.done_bytes, event.size_bytes)
            words = tr("Moving to {folder}: {amount}")
            words = words.format(folder=one_line(event.folder, 120), amount=amount)
            self._say("folder", "accent", words)
            return
        if event.problem is not None:
            self._say("warning", "bad", problem_words(event.problem))
        else:
            self._say("check", "ok", tr("All models are in the new folder."))
        speak(self, self.words.text())

    def _lay_out(self, look: Look) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.path)
        words.addWidget(self.facts)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(Icon(look, "drive", 20, tone="text_muted"))
        top.addSpacing(4)
        top.addLayout(words, 1)
        top.addWidget(self.show_it)
        top.addWidget(self.relocate)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(32, 0, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.words, 3)
        foot.addWidget(self.bar, 2)
        foot.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._foot)
        self.bar.hide()
        self.stop.hide()
        self._foot.hide()

    def _say(self, icon: str, tone: str, words: str) -> None:
        self._mark.show_icon(icon, tone)
        self.words.setText(words)
        self._foot.setVisible(bool(words))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Keep models in"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.move_asked)
        dialog.open()
