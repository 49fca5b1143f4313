"""Export, import, back up and restore: the rows that a page of settings mounts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.services.portabilitynews import BackupChecked, BackupMade, RestorePrepared
from inglenook.storage.backup import ENDING, Manifest
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.dates import moment_in_words
from inglenook.ui.models.setting import SettingRow
from inglenook.ui.shell import Shell
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.question import Question
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services


class DataPane(QWidget):
    """What a person can take away from here, bring here, and put back.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__()
        self._look, self._portable, self._bridge = look, services.portable, bridge
        self._encryption = services.encryption
        self._checked = ""
        self._is_busy = False
        self._make_rows(look)
        self._lay_out(look)
        self._connect(bridge)
        self.show_undo()

    def show_undo(self) -> None:
        """Offer to undo a restore if there was one."""
        self.undo_row.setVisible(self._portable.can_undo())

    # --- building ---

    def _make_rows(self, look: Look) -> None:
        self.export = Button(look, text=tr("Export…"), kind="outline")
        self.take = Button(look, text=tr("Import…"), kind="outline")
        self.back_up = Button(look, text=tr("Back up…"), kind="outline")
        self.restore = Button(look, text=tr("Restore…"), kind="outline")
        self.undo = Button(look, text=tr("Go back…"), kind="outline")
        self.export.set_name(tr("Export all chats…"))
        self.take.set_name(tr("Import chats…"))
        self.back_up.set_name(tr("Back up everything…"))
        self.restore.set_name(tr("Restore a backup…"))
        self.undo.set_name(tr("Go back to before the last restore…"))
        self.export_row = SettingRow(
            look,
            tr("Export all chats"),
            tr("With every version in one file, or as documents to read."),
            self.export,
        )
        self.take_row = SettingRow(
            look,
            tr("Import chats"),
            tr("From Inglenook, ChatGPT, Claude, LM Studio or Jan."),
            self.take,
        )
        self.back_up_row = SettingRow(
            look,
            tr("Back up everything"),
            tr("Chats, assistants and settings in one file. Models are not in it."),
            self.back_up,
        )
        self.restore_row = SettingRow(
            look,
            tr("Restore a backup"),
            tr("What is here now is kept aside, so that you can go back."),
            self.restore,
        )
        self.undo_row = SettingRow(
            look,
            tr("Undo the last restore"),
            tr("Bring back what was here before it."),
            self.undo,
        )
        self.question = Question(look, tr("Restore"), tr("Keep what is here"))
        self.undo_question = Question(look, tr("Go back"), tr("Keep what is here"))
        self.ending = Question(look, tr("Show it now"), tr("Later"))

    def _lay_out(self, look: Look) -> None:
        card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        first = (self.export_row, self.take_row, self.back_up_row)
        rows = (*first, self.restore_row, self.undo_row)
        for place, row in enumerate(rows):
            row.show_place(place, len(rows))
            column.addWidget(row)
            if row is self.restore_row:
                column.addLayout(_indented(self.question))
        column.addLayout(_indented(self.undo_question))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(card)
        whole.addWidget(self.ending)

    def _connect(self, bridge: Bridge) -> None:
        self.export.clicked.connect(self._export)
        self.take.clicked.connect(self._import)
        self.back_up.clicked.connect(self._choose_target)
        self.restore.clicked.connect(self._choose_backup)
        self.undo.clicked.connect(self._ask_undo)
        self.question.agreed.connect(self._restore)
        self.undo_question.agreed.connect(self._go_back)
        self.ending.agreed.connect(self._reopen)
        bridge.backup_made.connect(self._take_backup)
        bridge.backup_checked.connect(self._take_checked)
        bridge.restore_prepared.connect(self._take_prepared)

    # --- what people do ---

    def _export(self) -> None:
        from inglenook.ui.portability.exportdialog import ExportDialog  # noqa: PLC0415 (opens faster)

        ExportDialog(self._look, self.window(), self._portable, self._bridge).open()

    def _import(self) -> None:
        from inglenook.ui.portability.importdialog import ImportDialog  # noqa: PLC0415 (opens faster)

        ImportDialog(self._look, self.window(), self._portable, self._bridge).open()

    def _choose_target(self) -> None:
        dialog = QFileDialog(self, tr("Back up to"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        places = QStandardPaths.StandardLocation
        dialog.setDirectory(QStandardPaths.writableLocation(places.DocumentsLocation))
        day = QDateTime.currentDateTime().toString("yyyy-MM-dd")
        dialog.selectFile(f"Inglenook {day}{ENDING}")
        self._open(dialog, self.begin_backup)

    def begin_backup(self, path: str) -> None:
        """Write a backup."""
        whole = path if path.endswith(ENDING) else path + ENDING
        self._set_busy(is_busy=True)
        self.back_up_row.show_problem(None)
        self.back_up_row.about.setText(tr("Writing and checking the backup…"))
        self._portable.back_up(whole)

    def _choose_backup(self) -> None:
        dialog = QFileDialog(self, tr("Restore a backup"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Backups of Inglenook") + f" (*{ENDING})")
        self._open(dialog, self.check)

    def check(self, path: str) -> None:
        """Look through a backup and ask whether it shall be restored."""
        self._set_busy(is_busy=True)
        self.restore_row.show_problem(None)
        self.restore_row.about.setText(tr("Checking the backup…"))
        self._portable.check(path)

    def _restore(self) -> None:
        self._set_busy(is_busy=True)
        self.restore_row.about.setText(tr("Making everything ready…"))
        self._portable.restore(self._checked)

    def _ask_undo(self) -> None:
        self.undo_question.ask(
            tr("Bring back what was here before the restore? What is here now is kept aside.")
        )

    def _go_back(self) -> None:
        self._set_busy(is_busy=True)
        self._portable.undo_restore()

    def _reopen(self) -> None:
        window = self.window()
        if isinstance(window, Shell):
            window.reopening_asked.emit()

    def _open(self, dialog: QFileDialog, chosen: Callable[[str], None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    # --- announcements ---

    def _take_backup(self, event: BackupMade) -> None:
        self._set_busy(is_busy=False)
        if event.backup is None:
            self._tell(self.back_up_row, tr("Nothing was written."), event.problem)
            return
        words = tr("Backed up and checked: {chats} chats, {size}, in {name}.").format(
            chats=event.backup.manifest.chats,
            size=bytes_in_words(event.backup.size_bytes),
            name=one_line(event.backup.path.name, 80),
        )
        self._tell(self.back_up_row, words, None)

    def _take_checked(self, event: BackupChecked) -> None:
        self._set_busy(is_busy=False)
        if event.backup is None:
            self._tell(self.restore_row, tr("Nothing was changed."), event.problem)
            return
        self._checked = event.path
        self.restore_row.about.setText(_about(event.backup.manifest))
        words = tr("Put this in the place of all that is here? What is here now is kept aside.")
        if self._encryption.is_sealed and not event.backup.manifest.is_encrypted:
            words += " " + tr("This backup is not encrypted: your chats will not be either.")
        self.question.ask(words)

    def _take_prepared(self, event: RestorePrepared) -> None:
        self._set_busy(is_busy=False)
        if event.problem is not None:
            self._tell(self.restore_row, tr("Nothing was changed."), event.problem)
            return
        self.restore_row.about.setText(tr("Ready. The next start shows what was restored."))
        self.ending.ask(
            tr("All is ready. Inglenook opens its chats anew to show it; this takes a moment.")
        )

    # --- inside ---

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        for button in (self.back_up, self.restore, self.undo):
            button.setEnabled(not is_busy)

    def _tell(self, row: SettingRow, words: str, problem: Problem | None) -> None:
        row.about.setText(words)
        row.show_problem(problem)
        if problem is None:
            speak(self, words)


def _indented(question: Question) -> QVBoxLayout:
    around = QVBoxLayout()
    around.setContentsMargins(10, 0, 16, 0)
    around.addWidget(question)
    return around


def _about(manifest: Manifest) -> str:
    """Return what a backup holds, and of when it is."""
    when = moment_in_words(manifest.made_ms)
    words = tr("{chats} chats with {messages} messages, of {when}.").format(
        chats=manifest.chats, messages=manifest.messages, when=when
    )
    if manifest.is_encrypted:
        words += " " + tr("It is encrypted: its own passphrase opens it.")
    return words
