"""Models of other programs: what a look through their folders has found."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.modelnews import ModelsScanned
from inglenook.services.shelved import Scanned
from inglenook.ui import theme
from inglenook.ui.models.rowlist import FACTS, ListRow, RowList
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.words import one_line, problem_words, tip, tr, tr_told

_NAME = theme.TypeStyle(14, 20, 600)


class FoundRow(ListRow):
    """A model file of another program.

    Signals:
        use_asked(path): use it where it lies.
    """

    use_asked = Signal(str)

    def __init__(self, look: Look, path: str) -> None:
        super().__init__(look)
        self.name = ElidedLabel(look, _NAME)
        self.facts = ElidedLabel(look, FACTS, tone="text_muted")
        self._known = Label(look, tr("On your list"), FACTS, tone="text_muted")
        self.use = Button(look, text=tr("Use in place"), kind="outline")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(Icon(look, "file", 20, tone="text_muted"))
        row.addLayout(words, 1)
        row.addWidget(self._known)
        row.addWidget(self.use)
        self.use.clicked.connect(partial(self.use_asked.emit, path))

    def show_found(self, found: Scanned, *, is_known: bool) -> None:
        """Show what was found."""
        name = found.model.name if found.model is not None else found.provenance.name
        title = one_line(name or found.path.rsplit("/", 1)[-1], 120)
        self.name.set_text(title)
        self.facts.set_text(_facts(found))
        self.facts.setToolTip(tip(one_line(found.path, 400)))
        self.use.set_name(tr("Use {name} in place").format(name=title))
        self._known.setVisible(is_known)
        self.use.setVisible(not is_known and found.model is not None)

    def take_keyboard(self) -> None:
        """Give the keyboard to the button."""
        self.use.setFocus(Qt.FocusReason.OtherFocusReason)


class ScanPart(QWidget):
    """The part of the library about files of other programs.

    Signals:
        scan_asked(folders): look there; an empty tuple for the usual places.
        borrow_asked(Scanned): put it on the list.
    """

    scan_asked = Signal(tuple)
    borrow_asked = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._found: dict[str, Scanned] = {}
        self._on_list: frozenset[str] = frozenset()
        self.look_for = Button(look, icon="search", text=tr("Look for them"), kind="outline")
        self.choose = Button(look, text=tr("Look in a folder…"))
        self.words = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self.list = RowList(look, partial(self._new_row, look))
        self._lay_out(look)
        self.look_for.clicked.connect(self._scan)
        self.choose.clicked.connect(self._choose_folder)

    def show_scanned(self, event: ModelsScanned) -> None:
        """Show what was found; files that are no chat models come last."""
        found = sorted(event.found, key=lambda each: each.model is None)
        self._found = {each.path: each for each in found}
        if event.problem is not None:
            self._say(problem_words(event.problem))
        else:
            self._say("" if found else tr("No models of other programs were found."))
        self._refresh()

    def show_listed(self, paths: frozenset[str]) -> None:
        """Take what is on the person's list."""
        self._on_list = paths
        self._refresh()

    def _lay_out(self, look: Look) -> None:
        title = Label(look, tr("Models of other programs on this computer"), theme.H3)
        about = tr(
            "Models of LM Studio, Ollama and others can be used where they are: nothing is "
            "copied, changed or deleted."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(Label(look, about, FACTS, tone="text_muted", wrap=True))
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 4)
        row.setSpacing(8)
        row.addWidget(self.look_for)
        row.addWidget(self.choose)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(self.list.card)
        self.words.hide()

    def _new_row(self, look: Look, path: str) -> FoundRow:
        row = FoundRow(look, path)
        row.use_asked.connect(self._borrow)
        return row

    def _refresh(self) -> None:
        self.list.show_keys(list(self._found), self.look_for)
        held = next((row for row in self.list.rows.values() if row.use.hasFocus()), None)
        by_key = held is not None and held.use.wears_ring()
        for path, row in self.list.rows.items():
            found = self._found[path]
            row.show_found(found, is_known=found.is_known or path in self._on_list)
        if held is not None and held.use.isHidden():
            reason = (
                Qt.FocusReason.OtherFocusReason if by_key else Qt.FocusReason.MouseFocusReason
            )
            self.look_for.setFocus(reason)

    def _borrow(self, path: str) -> None:
        self.borrow_asked.emit(self._found[path])

    def _scan(self) -> None:
        self._begin(())

    def _begin(self, folders: tuple[str, ...]) -> None:
        # The button keeps the keyboard: disabled it would lose it.
        self._say(tr("Looking…"))
        self.scan_asked.emit(folders)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Look for models in"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._scan_folder)
        dialog.open()

    def _scan_folder(self, folder: str) -> None:
        self._begin((folder,))

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))


def _facts(found: Scanned) -> str:
    """Return the second line: whose it is, what it is, or why it is of no use here."""
    whose = one_line(found.provenance.origin, 30)
    if found.model is not None:
        what = one_line(found.model.quant, 40), bytes_in_words(found.model.size_bytes)
    else:
        why = tr_told(found.problem.title) if found.problem is not None else tr("no chat model")
        what = one_line(why, 120), ""
    return " · ".join(each for each in (whose, *what) if each)
