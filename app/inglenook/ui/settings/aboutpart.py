"""What runs here: version, llama.cpp, devices; and all details to paste into a report."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inglenook import __version__
from inglenook.services.report import InstallationRead, ReportMade, ReportSaved
from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.settings.updatedialog import update_button
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr

_FIRST_ROWS = 2
"""Qt counts one row in an empty grid; another is our own version."""


class AboutPart(QWidget):
    """A few facts, and a button that gathers all of them.

    Attributes:
        copy: Runs every check of ``inglenook doctor`` and puts what it says on the clipboard.
        newer: Looks for a newer version, when asked; hidden where nothing can be checked.
        save: Asks where to write a report that can be sent to somebody.
    """

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around, look = around, around.look
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        self.copy = Button(look, icon="copy", text=tr("Copy details"), kind="outline")
        self.copy.set_name(tr("Copy details"), tr("For a report of a fault; no word of a chat"))
        self.save = Button(look, icon="download", text=tr("Save a report…"), kind="outline")
        self.save.set_name(tr("Save a report"), tr("One file to send; no word of a chat"))
        self.newer = update_button(around)
        self.words = Label(look, "", theme.CAPTION, tone="text_muted", wrap=True)
        self.words.hide()
        self._lay_out()
        self.copy.clicked.connect(self._ask)
        self.save.clicked.connect(self._ask_where)
        around.bridge.report_saved.connect(self._take_saved)
        around.bridge.report_made.connect(self._take)
        around.bridge.installation_read.connect(self._show_installation)
        self._add(tr("Inglenook"), __version__)
        around.services.reports.look()

    def _lay_out(self) -> None:
        look = self._around.look
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon(look, "flame", 40))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(look, "Inglenook", theme.H1, display=True))
        line = tr("A private assistant that lives on your own computer.")
        words.addWidget(Label(look, line, theme.NOTE, tone="text_muted", wrap=True))
        head.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.copy)
        foot.addWidget(self.save)
        foot.addWidget(self.newer)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(16)
        column.addLayout(head)
        column.addLayout(self._facts)
        column.addLayout(foot)
        column.addWidget(self.words)

    def _add(self, name: str, value: str) -> None:
        look, row = self._around.look, self._facts.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        self._facts.addWidget(Label(look, name, theme.NOTE, tone="text_muted"), row, 0, top)
        words = Label(look, one_line(value, 300), theme.NOTE, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts.addWidget(words, row, 1)

    def _show_installation(self, read: InstallationRead) -> None:
        found = read.found
        if self._facts.rowCount() > _FIRST_ROWS:
            return
        self._add("llama.cpp", found.build or tr("Not known"))
        self._add(tr("Runtime"), found.folder or tr("Not known"))
        for one in found.devices:
            room = bytes_in_words(one.total_bytes) if one.total_bytes else ""
            name = one.description or one.name
            self._add(tr("Device"), f"{name}, {room}" if room else name)
        if not found.devices:
            self._add(tr("Device"), tr("The processor; no graphics card that can be used"))

    def _ask(self) -> None:
        self._wait()
        self._around.services.reports.ask()

    def _wait(self) -> None:
        self.copy.setEnabled(False)
        self.save.setEnabled(False)
        self.words.setText(tr("Looking at this installation; that takes some seconds."))
        self.words.show()

    def _end(self, words: str) -> None:
        self.copy.setEnabled(True)
        self.save.setEnabled(True)
        self.words.setText(words)

    def _take(self, made: ReportMade) -> None:
        if self.copy.isEnabled():
            return
        QGuiApplication.clipboard().setText(made.text)
        self._end(tr("Copied. It names files and devices, and has no word of a chat."))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, tr("Save a report"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile("inglenook-report.zip")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        """Write a report there."""
        self._wait()
        self._around.services.reports.save(path)

    def _take_saved(self, saved: ReportSaved) -> None:
        if self.save.isEnabled():
            return
        if saved.problem is not None:
            self._end(one_line(saved.problem.in_words(), 300))
        else:
            self._end(tr("Saved. It has no word of a chat; read it before you send it."))
