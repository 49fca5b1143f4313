"""A dialog that explains what a yes means, and asks for it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label

_WIDTH = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked, and what a person should know before the answer.

    Attributes:
        title: The question, or what will be done.
        mark: The icon beside it.
        tone: Of that icon.
        lines: What it means, each with its icon; "" for none.
        yes: What the button says that does it.
        yes_icon: Of that button.
        no: What the button says that leaves all as it is.
        window_title: What the system calls the dialog; "" for the title.
    """

    title: str
    mark: str
    tone: str
    lines: tuple[tuple[str, str], ...]
    yes: str
    yes_icon: str
    no: str
    window_title: str = ""


class AgreementDialog(QDialog):
    """Accepted once the person knows what it means and wants it.

    Attributes:
        agree: Does it.
        cancel: Leaves all as it is, and has the keyboard first.
        body: What stands between the explanation and the buttons; empty at first.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, parent: QWidget, terms: Terms) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle(terms.window_title or terms.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(_WIDTH), parent.window().width() - 32))
        self.agree = Button(look, icon=terms.yes_icon, text=terms.yes, kind="accent", height=36)
        self.cancel = Button(look, text=terms.no, kind="quiet", height=36)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 20)
        self._column.setSpacing(12)
        self._column.addLayout(self._head(terms))
        for icon, words in terms.lines:
            self._column.addLayout(self._line(icon, words))
        self._column.addLayout(self.body)
        self._column.addLayout(self._foot())
        self.agree.clicked.connect(self.go_on)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def go_on(self) -> None:
        """Take the yes; here nothing is left to be checked."""
        self.accept()

    def fit(self) -> None:
        """Be as high as what is in it."""
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))

    def _head(self, terms: Terms) -> QHBoxLayout:
        row, top = QHBoxLayout(), Qt.AlignmentFlag.AlignTop
        row.setSpacing(12)
        row.addWidget(Icon(self._look, terms.mark, 24, tone=terms.tone), 0, top)
        title = Label(self._look, terms.title, theme.H2, wrap=True, display=True)
        row.addWidget(title, 1)
        return row

    def _line(self, icon: str, words: str) -> QHBoxLayout:
        row, top = QHBoxLayout(), Qt.AlignmentFlag.AlignTop
        if icon:
            row.setContentsMargins(3, 0, 0, 0)
            row.setSpacing(15)
            row.addWidget(Icon(self._look, icon, 18, tone="text_muted"), 0, top)
        row.addWidget(Label(self._look, words, theme.UI, tone="text_muted", wrap=True), 1)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.agree)
        return row
