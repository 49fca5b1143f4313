"""Asks how chats shall be exported, says what will be in the file, and writes it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDir, QFileInfo, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.chat.filename import file_name
from inglenook.chat.portable import PortableChat
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.portability import Form
from inglenook.services.portabilitynews import ChatsExported, ChatsRead
from inglenook.services.portable import PortableService
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.portability.pdfjob import PdfJob
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import one_line, problem_words, tr

_WIDTH = 520
_ENDINGS = {"json": ".json", "markdown": ".md", "pdf": ".pdf"}


class ExportDialog(QDialog):
    """Exports one chat, several, or all.

    Args:
        look: Colours and type.
        parent: The window.
        portable: Reads and writes.
        bridge: Brings what came of it.
        chats: Which; None for all.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        portable: PortableService,
        bridge: Bridge,
        chats: Sequence[ChatId] | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._portable, self._chats = look, portable, chats
        self._read: tuple[PortableChat, ...] = ()
        self._target = ""
        self._job: PdfJob | None = None
        self.setWindowTitle(tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(_WIDTH), max(360, parent.width() - 32)))
        self._make_parts(look)
        self._lay_out(look)
        self._connect(bridge)
        self.form.show_choice("json")
        self._show_form()
        portable.read(chats, str(id(self)))

    # --- building ---

    def _make_parts(self, look: Look) -> None:
        one = self._chats is not None and len(self._chats) == 1
        title = tr("Export this chat") if one else tr("Export chats")
        title = tr("Export all chats") if self._chats is None else title
        self.title = Label(look, title, theme.H2, display=True)
        self.scope = Label(look, tr("Reading…"), theme.LABEL, tone="text_muted", wrap=True)
        names = [("json", tr("Everything")), ("markdown", "Markdown"), ("pdf", "PDF")]
        self.form = Segments(look, tr("Format"), names)
        self.lines = [_Line(look) for _ in range(4)]
        self.thinking = Switch(look, tr("Include what the model thought"))
        self.thinking_words = Label(
            look, tr("Include what the model thought"), theme.UI, wrap=True
        )
        self.bar = Bar(look, tr("Writing the export"))
        self.outcome = Label(look, "", theme.LABEL, wrap=True)
        self.show_it = Button(look, icon="folder", text=tr("Show in folder"), height=36)
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet", height=36)
        self.go = Button(look, text=tr("Export…"), kind="accent", height=36)
        self.bar.hide()
        self.outcome.hide()
        self.show_it.hide()
        self.go.setEnabled(False)

    def _lay_out(self, look: Look) -> None:
        card = Surface(look, "side", radius=theme.RADIUS_CARD)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        for line in self.lines:
            inside.addWidget(line)
        self._switch = QWidget()
        row = QHBoxLayout(self._switch)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.thinking_words, 1)
        row.addWidget(self.thinking)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.scope)
        column.addSpacing(12)
        column.addWidget(self.form, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(card)
        column.addSpacing(4)
        column.addWidget(self._switch)
        column.addWidget(self.bar)
        column.addWidget(self.outcome)
        column.addSpacing(12)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.show_it)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        column.addLayout(foot)

    def _connect(self, bridge: Bridge) -> None:
        self.form.chosen.connect(self._show_form)
        self.go.clicked.connect(self._choose)
        self.cancel.clicked.connect(self.reject)
        self.show_it.clicked.connect(self._show_folder)
        self.finished.connect(self._stop)
        bridge.chats_read.connect(self._take_chats)
        bridge.chats_exported.connect(self._take_exported)

    # --- what is in it ---

    def _take_chats(self, event: ChatsRead) -> None:
        if event.ticket != str(id(self)):
            return
        if event.problem is not None:
            self._end(problem_words(event.problem), "bad")
            return
        self._read = event.chats
        self.go.setEnabled(bool(event.chats))
        self.scope.setText(_scope(event.chats))
        self._show_form()

    def _show_form(self) -> None:
        form = self.form.choice()
        for line, (icon, words) in zip(self.lines, _contents(form, self._read), strict=False):
            line.show_line(icon, words)
        self._switch.setVisible(form != "json")
        self.adjustSize()

    # --- writing ---

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Export to"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(place))
        if self._needs_folder():
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile(self.suggested_name())
        dialog.fileSelected.connect(self.write)
        dialog.open()

    def _needs_folder(self) -> bool:
        return self.form.choice() != "json" and len(self._read) != 1

    def suggested_name(self) -> str:
        """Return a name for the file that every system keeps."""
        title = self._read[0].conversation.title if len(self._read) == 1 else tr("Chats")
        return file_name(title, _ENDINGS[self.form.choice()])

    def write(self, target: str) -> None:
        """Write the export."""
        form = self.form.choice()
        self._target = target
        self._set_busy()
        with_thinking = self.thinking.isChecked()
        if form == "pdf":
            self._job = PdfJob(self._read, _pdf_places(self._read, target), with_thinking)
            self._job.progressed.connect(self.bar.set_fraction)
            self._job.finished.connect(self._take_pdf)
            self._job.start()
            return
        chats = [each.conversation.id for each in self._read]
        kind: Form = "json" if form == "json" else "markdown"
        self._portable.export(chats, target, kind, with_thinking=with_thinking)

    def _set_busy(self) -> None:
        self.form.setEnabled(False)
        self._switch.setEnabled(False)
        self.go.setEnabled(False)
        self.bar.setVisible(self.form.choice() == "pdf")
        self.outcome.hide()

    def _take_exported(self, event: ChatsExported) -> None:
        if event.place == self._target:
            self._tell(event.files, event.problem)

    def _take_pdf(self, files: int, problem: object) -> None:
        self._tell(files, problem if isinstance(problem, Problem) else None)

    def _tell(self, files: int, problem: Problem | None) -> None:
        if problem is not None:
            self.form.setEnabled(True)
            self._switch.setEnabled(True)
            self.go.setEnabled(True)
            self._end(problem_words(problem), "bad")
            return
        name = one_line(QFileInfo(self._target).fileName(), 80)
        many = tr("{count} files were written to {name}.").format(count=files, name=name)
        self._end(tr("Written to {name}.").format(name=name) if files == 1 else many, "ok")
        self.go.hide()
        self.show_it.show()
        self.cancel.setText(tr("Close"))
        self.cancel.set_name(tr("Close"))
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self, words: str, tone: str) -> None:
        self.bar.hide()
        self.outcome.set_tone(tone)
        self.outcome.setText(words)
        self.outcome.show()
        self.adjustSize()
        speak(self, words, at_once=True)

    def _show_folder(self) -> None:
        place = QFileInfo(self._target)
        folder = place.absoluteFilePath() if place.isDir() else place.absolutePath()
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()


class _Line(QWidget):
    """One thing that is or is not in the file."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._icon = Icon(look, "check", 16, tone="ok")
        self.words = Label(look, "", theme.UI, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def show_line(self, icon: str, words: str) -> None:
        self._icon.show_icon(icon, "ok" if icon == "check" else "text_faint")
        self.words.set_tone("text" if icon == "check" else "text_muted")
        self.words.setText(words)
        self.setVisible(bool(words))


def _scope(chats: Sequence[PortableChat]) -> str:
    if not chats:
        return tr("There is nothing to export yet.")
    messages = sum(len(each.conversation.nodes) for each in chats)
    if len(chats) == 1:
        title = one_line(chats[0].conversation.title, 80) or tr("New chat")
        return tr("“{title}”, {count} messages").format(title=title, count=messages)
    return tr("{chats} chats with {count} messages").format(chats=len(chats), count=messages)


def _contents(form: str, chats: Sequence[PortableChat]) -> list[tuple[str, str]]:
    """Return what is in a file of a format, as icon and words."""
    files = sum(len(each) for chat in chats for each in chat.files.values())
    versions = sum(chat.branches for chat in chats)
    shown = sum(len(chat.conversation.path()) for chat in chats)
    if form == "json":
        held = tr("Attachments: {count}").format(count=files) if files else ""
        return [
            ("check", tr("Every message and every version. Branches: {n}").format(n=versions)),
            ("check", tr("What models thought, their drafts and figures")),
            ("check", held),
            ("info", tr("A JSON file that Inglenook imports again without a difference")),
        ]
    read = (
        tr("To read and print, with page numbers")
        if form == "pdf"
        else tr("Plain text with marks, for any editor")
    )
    names = tr("Names of attachments, not what is in them") if files else ""
    return [
        ("check", tr("The {count} messages on screen").format(count=shown)),
        ("check", read),
        ("info", tr("Other versions are left out")),
        ("info", names),
    ]


def _pdf_places(chats: Sequence[PortableChat], target: str) -> list[str]:
    """Return where the PDF of each chat goes; in a folder none takes another's place."""
    folder = Path(target)
    if not QFileInfo(target).isDir():
        return [target]
    taken = QDir(target).entryList()
    places = []
    for chat in chats:
        name = file_name(chat.conversation.title, ".pdf", taken)
        taken.append(name)
        places.append(str(folder / name))
    return places
