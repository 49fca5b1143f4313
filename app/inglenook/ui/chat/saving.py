"""Keeping a code block as a file: the dialog, and what is said afterwards."""

from functools import partial

from PySide6.QtCore import QFileInfo, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from inglenook.core.errors import Problem
from inglenook.ui.chat.codefile import write_code
from inglenook.ui.words import one_line, tr


class Saving(QObject):
    """Asks where code shall lie and writes it there.

    Signals:
        saved(what): it is in the file; ``what`` says so, for a toast.
        trouble(Problem): the file could not be written.

    Threads: the UI thread.
    """

    saved = Signal(str)
    trouble = Signal(object)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over

    def ask(self, name: str, code: str) -> None:
        """Open the dialog with a name to begin with."""
        dialog = QFileDialog(self._over, tr("Save code as"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.fileSelected.connect(partial(self.write, code))
        dialog.open()

    def write(self, code: str, path: str) -> None:
        """Write the file in one go, or leave what was there."""
        if write_code(path, code):
            self.saved.emit(tr("Code saved"))
        else:
            name = one_line(QFileInfo(path).fileName(), 60)
            title = tr("The code could not be saved")
            advice = tr("“{}” cannot be written. Choose another folder.").format(name)
            self.trouble.emit(Problem(title, advice))
