"""Takes chats out of an exported file: choose it, choose what of it, see what came."""

from collections.abc import Sequence

from PySide6.QtCore import QDir, QFileInfo, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from inglenook.chat.importing.reading import Refusal
from inglenook.services.portabilitynews import (
    ChatsImported,
    Haul,
    ImportProgressed,
    ImportRead,
    ImportReport,
)
from inglenook.services.portable import PortableService
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.portability.chosen import Found, FoundList
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, problem_words, tr, tr_n, tr_told

_WIDTH, _HEIGHT = 600, 560
_REASONS_SHOWN = 3
_START, _LIST, _END = range(3)


class ImportDialog(QDialog):
    """Shows what is in an exported file and stores what is chosen.

    Args:
        look: Colours and type.
        parent: The window.
        portable: Reads and stores.
        bridge: Brings what came of it.
        path: What was dropped; without it the person chooses.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        portable: PortableService,
        bridge: Bridge,
        path: str = "",
    ) -> None:
        super().__init__(parent)
        self._look, self._portable = look, portable
        self._path = ""
        self._haul: Haul | None = None
        self._found: Found | None = None
        self._is_taking = False
        self.setWindowTitle(tr("Import chats"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setAcceptDrops(True)
        self.resize(
            min(look.px(_WIDTH), max(360, parent.width() - 32)),
            min(look.px(_HEIGHT), max(320, parent.height() - 32)),
        )
        self._make_parts(look)
        self._lay_out(look)
        self._connect(bridge)
        self._show_start()
        if path:
            self.look_through(path)

    def look_through(self, path: str) -> None:
        """Find out what is in a file or a folder."""
        self._path = path
        self.choose.setEnabled(False)
        self.choose_folder.setEnabled(False)
        name = one_line(QFileInfo(path).fileName() or QDir(path).dirName(), 80)
        self.hint.set_tone("text_muted")
        self.hint.setText(tr("Looking through {name}…").format(name=name))
        self._portable.look(path)

    # --- building ---

    def _make_parts(self, look: Look) -> None:
        self.title = Label(look, tr("Import chats"), theme.H2, display=True)
        self.scope = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self.hint = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self.choose = Button(
            look, icon="file", text=tr("Choose a file…"), kind="outline", height=36
        )
        self.choose_folder = Button(
            look, icon="folder", text=tr("Choose a folder…"), kind="outline", height=36
        )
        self.list = FoundList(look)
        self.all = Button(look, text=tr("Choose none"), kind="plain")
        self.refused = Label(look, "", theme.NOTE, tone="warn", wrap=True)
        self.bar = Bar(look, tr("Importing chats"))
        self.report = Label(look, "", theme.H3, wrap=True)
        self.details = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet", height=36)
        self.go = Button(look, text=tr("Import"), kind="accent", height=36)

    def _lay_out(self, look: Look) -> None:
        head = Surface(look, "ground", line="bottom")
        words = QVBoxLayout(head)
        words.setContentsMargins(24, 16, 24, 16)
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.scope)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for page in (self._start_page(look), self._list_page(), self._end_page(look)):
            self._stack.addWidget(page)
        foot = Surface(look, "side")
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 12, 24, 12)
        row.setSpacing(8)
        row.addWidget(self.bar, 1)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(holder, 1)
        column.addWidget(foot)

    def _start_page(self, look: Look) -> QWidget:
        page = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.choose)
        buttons.addWidget(self.choose_folder)
        buttons.addStretch(1)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(
            Icon(look, "download", 32, tone="text_faint"), 0, Qt.AlignmentFlag.AlignHCenter
        )
        column.addWidget(self.hint)
        column.addSpacing(4)
        column.addLayout(buttons)
        column.addStretch(2)
        return page

    def _list_page(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(24, 4, 16, 0)
        row.addWidget(self.refused, 1)
        row.addWidget(self.all)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        around = QHBoxLayout()
        around.setContentsMargins(12, 0, 4, 4)
        around.addWidget(self.list)
        column.addLayout(around, 1)
        return page

    def _end_page(self, look: Look) -> QWidget:
        page = QWidget()
        self.mark = Icon(look, "check", 32, tone="ok")
        for label in (self.report, self.details):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.report)
        column.addWidget(self.details)
        column.addStretch(2)
        return page

    def _connect(self, bridge: Bridge) -> None:
        self.choose.clicked.connect(self._choose_file)
        self.choose_folder.clicked.connect(self._choose_folder)
        self.all.clicked.connect(self._toggle_all)
        self.go.clicked.connect(self._take)
        self.cancel.clicked.connect(self._cancel)
        self.finished.connect(self._portable.stop)
        bridge.import_read.connect(self._take_read)
        bridge.import_progressed.connect(self._take_progress)
        bridge.chats_imported.connect(self._take_report)

    # --- choosing a file ---

    def _show_start(self) -> None:
        self._stack.setCurrentIndex(_START)
        self.scope.setText(tr("From Inglenook, ChatGPT, Claude, LM Studio or Jan."))
        self.hint.setText(
            tr("Drop an export here: a JSON file, the zip it came in, or a folder of chats.")
        )
        self.go.hide()
        self.bar.hide()
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Choose an exported file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Exported chats") + " (*.json *.jsonl *.zip)")
        self._open(dialog)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Choose a folder of chats"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.look_through)
        dialog.open()

    def _take_read(self, event: ImportRead) -> None:
        if event.path != self._path:
            return
        self.choose.setEnabled(True)
        self.choose_folder.setEnabled(True)
        if event.haul is not None:
            self._show_haul(event.haul)
        elif event.problem is not None:
            self.hint.set_tone("bad")
            self.hint.setText(problem_words(event.problem))
            speak(self, problem_words(event.problem), at_once=True)

    # --- choosing chats ---

    def _show_haul(self, haul: Haul) -> None:
        self._haul = haul
        self._found = Found(haul.arrivals, haul.known)
        self._found.changed.connect(self._show_count)
        self.list.setModel(self._found)
        self.scope.setText(_scope(haul))
        self.refused.setText(_refused_in_words(haul))
        self.refused.setVisible(bool(haul.refusals))
        self.all.setVisible(self._found.choosable > 1)
        self.go.show()
        self._show_count()
        self._stack.setCurrentIndex(_LIST)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        speak(self, self.scope.text(), at_once=True)

    def _show_count(self) -> None:
        if self._found is None:
            return
        count = len(self._found.chosen)
        words = tr_n("Import 1 chat", "Import {count} chats", count)
        self.go.setText(words.format(count=count))
        self.go.set_name(words.format(count=count))
        self.go.updateGeometry()
        self.go.setEnabled(count > 0)
        is_all = count == self._found.choosable
        self.all.setText(tr("Choose none") if is_all else tr("Choose all"))
        self.all.set_name(self.all.text())

    def _toggle_all(self) -> None:
        if self._found is not None:
            is_all = len(self._found.chosen) == self._found.choosable
            self._found.choose_all(is_all=not is_all)

    # --- taking them ---

    def _take(self) -> None:
        if self._haul is None or self._found is None:
            return
        self._is_taking = True
        self.go.hide()
        self.list.setEnabled(False)
        self.all.setEnabled(False)
        self.bar.set_fraction(0.0)
        self.bar.show()
        self.cancel.setText(tr("Stop"))
        self.cancel.set_name(tr("Stop"))
        self._portable.take(self._haul, frozenset(self._found.chosen))

    def _take_progress(self, event: ImportProgressed) -> None:
        if self._is_taking:
            self.bar.set_fraction(event.done / max(event.total, 1))

    def _take_report(self, event: ChatsImported) -> None:
        if not self._is_taking:
            return
        self._is_taking = False
        self.bar.hide()
        self.cancel.setText(tr("Close"))
        self.cancel.set_name(tr("Close"))
        self._show_report(event.report)

    def _show_report(self, report: ImportReport) -> None:
        came = len(report.came) + report.restored
        words = tr_n("1 chat came", "{count} chats came", came)
        self.report.setText(words.format(count=came))
        self.details.setText(_details(report))
        is_well = came > 0 or not report.refusals
        self.mark.show_icon("check" if is_well else "warning", "ok" if is_well else "warn")
        self._stack.setCurrentIndex(_END)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        speak(self, f"{self.report.text()}. {self.details.text()}", at_once=True)

    def _cancel(self) -> None:
        if self._is_taking:
            self._portable.stop()
        else:
            self.reject()

    # --- Qt ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter belongs to the control that has the focus; Esc closes.
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._stack.currentIndex() == _START and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.look_through(paths[0])


def _scope(haul: Haul) -> str:
    words = (
        tr("1 chat from {sources}")
        if len(haul.arrivals) == 1
        else tr("{count} chats from {sources}")
    )
    told = [words.format(count=len(haul.arrivals), sources=", ".join(haul.sources))]
    if haul.known:
        told.append(tr("{count} of them here already").format(count=len(haul.known)))
    return " · ".join(told) if haul.arrivals else tr("No chat in this file can be read.")


def _refused_in_words(haul: Haul) -> str:
    """Return how many cannot be read, and why the first ones cannot."""
    if not haul.refusals:
        return ""
    count = len(haul.refusals)
    words = tr_n("1 chat cannot be read", "{count} chats cannot be read", count)
    return f"{words.format(count=count)}: {_reasons(haul.refusals)}"


def _reasons(refusals: Sequence[Refusal], between: str = "; ") -> str:
    shown = [
        f"“{one_line(each.name, 40)}”: {tr_told(one_line(each.why, 120))}" for each in refusals
    ]
    more = f"{between}…" if len(shown) > _REASONS_SHOWN else ""
    return between.join(shown[:_REASONS_SHOWN]) + more


def _details(report: ImportReport) -> str:
    told = []
    if report.is_stopped:
        told.append(tr("You stopped it; what had come stays."))
    if report.restored:
        told.append(tr("Back from the trash: {count}.").format(count=report.restored))
    if here := report.known - report.restored:
        told.append(tr("Here already and left as they are: {count}.").format(count=here))
    if report.refusals:
        told.append(tr("Could not be read: {count}.").format(count=len(report.refusals)))
        told.append(_reasons(report.refusals, "\n"))
    return "\n".join(told)
