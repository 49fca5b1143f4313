"""Looking for a newer version: asked for by a person, said before anything is asked."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inglenook import __version__
from inglenook.services.releasenews import ReleaseChecked
from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import problem_words, tr

_WIDTH = 480
_LONGEST_ADDRESS = 300
_LONGEST_NOTES = 1200


class UpdateDialog(QDialog):
    """Checks a release file on this computer, or one at an address.

    Attributes:
        field: The address.
        ask: Asks it, once.
        choose: Chooses a file instead; no connection is made.
        words: What was found.
    """

    def __init__(self, around: Around, parent: QWidget) -> None:
        super().__init__(parent)
        self._around, look = around, around.look
        self.setWindowTitle(tr("Look for a newer version"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(_WIDTH), max(parent.width() - 32, 280)))
        self.field = QLineEdit()
        self.field.setMaxLength(_LONGEST_ADDRESS)
        self.field.setFont(look.font(theme.UI))
        self.field.setFixedHeight(look.px(38))
        self.field.setPlaceholderText(tr("https://"))
        self.field.setAccessibleName(tr("Address of a release file"))
        self.ask = Button(look, text=tr("Ask this address"), kind="accent", height=36)
        self.choose = Button(
            look, icon="file", text=tr("Choose a file…"), kind="outline", height=36
        )
        self.shut = Button(look, text=tr("Close"), kind="quiet", height=36)
        self.words = Label(look, "", theme.UI, wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.hide()
        self._lay_out()
        self.field.textChanged.connect(self._offer)
        self.field.returnPressed.connect(self._ask)
        self.ask.clicked.connect(self._ask)
        self.choose.clicked.connect(self._choose)
        self.shut.clicked.connect(self.reject)
        around.bridge.release_checked.connect(self._show)
        self._offer()
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        self.adjustSize()

    def look_at(self, place: str) -> None:
        """Have a file or an address checked."""
        self._wait(is_waiting=True)
        self._say(tr("Looking…"), "text_muted")
        self._around.services.updates.look(place)

    def _lay_out(self) -> None:
        look = self._around.look
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon(look, "refresh", 24))
        title = tr("Look for a newer version")
        head.addWidget(Label(look, title, theme.H2, wrap=True, display=True), 1)
        told = tr(
            "Inglenook never looks by itself. A release brings a small signed file, "
            "release.json: choose one that you have, or give its address. That address is "
            "asked once, and learns the address of this computer; nothing is installed."
        )
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 8, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self.choose)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        foot.addWidget(self.ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(Label(look, told, theme.UI, tone="text_muted", wrap=True))
        column.addSpacing(4)
        address = QVBoxLayout()
        address.setSpacing(6)
        address.addWidget(Label(look, tr("Address of a release file"), theme.LABEL))
        address.addWidget(self.field)
        column.addLayout(address)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addLayout(foot)

    def _offer(self, _text: str = "") -> None:
        self.ask.setEnabled("://" in self.field.text())

    def _ask(self) -> None:
        if self.ask.isEnabled():
            self.look_at(self.field.text().strip())

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Choose a release file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Release files (*.json)"))
        dialog.fileSelected.connect(self.look_at)
        dialog.open()

    def _wait(self, *, is_waiting: bool) -> None:
        self.choose.setEnabled(not is_waiting)
        self.field.setEnabled(not is_waiting)
        self.ask.setEnabled(not is_waiting and "://" in self.field.text())

    def _show(self, found: ReleaseChecked) -> None:
        self._wait(is_waiting=False)
        if found.problem is not None:
            self._say(problem_words(found.problem), "bad")
        elif found.release is None or not found.is_newer:
            words = tr("This is the newest version that the file tells of: {version}.")
            self._say(words.format(version=__version__), "text")
        else:
            words = tr("Version {version} is there. Fetch it where you had this one from.")
            told = words.format(version=found.release.version)
            notes = found.release.notes.strip()[:_LONGEST_NOTES]
            self._say("\n\n".join(filter(None, (told, notes))), "text")

    def _say(self, words: str, tone: str) -> None:
        self.words.set_tone(tone)
        self.words.setText(words)
        self.words.show()
        self.adjustSize()


def update_button(around: Around) -> Button:
    """Return the button that opens the dialog; hidden where this build can check nothing."""
    button = Button(around.look, icon="refresh", text=tr("Newer version…"), kind="outline")
    button.set_name(tr("Look for a newer version"), tr("Nothing is asked before you agree"))
    button.clicked.connect(lambda: UpdateDialog(around, button.window()).open())
    button.setVisible(around.services.updates.can_check)
    return button
