"""The licences of every part: their names at the left, the text of one at the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from inglenook.services.licences import licences
from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.licences import Licence


class LicencesDialog(QDialog):
    """Shows what each part may be used for.

    Attributes:
        list: The parts.
        text: The licence of the one that is chosen.
    """

    def __init__(self, look: Look, parent: QWidget, told: "tuple[Licence, ...]") -> None:
        super().__init__(parent)
        self._look, self._told = look, told
        self.setWindowTitle(tr("Licences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.resize(min(look.px(860), parent.width() - 32), min(640, parent.height() - 32))
        self.list = QListWidget()
        self.list.setObjectName("parts")
        self.list.setAccessibleName(tr("Parts"))
        self.list.setFont(look.font(theme.NOTE))
        self.list.setFixedWidth(look.px(230))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.addItems([one_line(f"{one.name} {one.version}", 80) for one in told])
        self.text = QPlainTextEdit()
        self.text.setObjectName("framed")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Text of the licence"))
        self.text.setFont(look.font(theme.NOTE))
        self.terms = Label(look, "", theme.LABEL, wrap=True)
        self.shut = Button(look, text=tr("Close"), kind="quiet", height=36)
        self._lay_out()
        self.list.currentRowChanged.connect(self._show)
        self.shut.clicked.connect(self.accept)
        self.list.setCurrentRow(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.terms)
        right.addWidget(self.text, 1)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.list)
        body.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(Label(self._look, tr("Licences"), theme.H2, display=True))
        column.addLayout(body, 1)
        column.addLayout(foot)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._told):
            one = self._told[row]
            terms = f" · {one_line(one.terms, 80)}" if one.terms else ""
            self.terms.setText(f"{one_line(one.name, 80)} {one.version}{terms}".strip())
            self.text.setPlainText(one.text)


def licences_button(around: Around) -> Button:
    """Return the button that shows them; they are read when it is pressed."""
    button = Button(around.look, icon="file", text=tr("Show"), kind="outline")
    button.set_name(tr("Show the licences"))
    button.clicked.connect(
        lambda: LicencesDialog(around.look, button.window(), licences()).open()
    )
    return button
