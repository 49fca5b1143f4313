"""The step before other computers are let in: what that means, in plain words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_WIDTH = 500


class NetworkDialog(QDialog):
    """Accepted once the person knows and wants it.

    Attributes:
        agree: Opens the server to the network.
        cancel: Leaves all as it is, and has the keyboard first.
    """

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        title = tr("Let other computers use your model?")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(_WIDTH), parent.window().width() - 32))
        self.agree = Button(look, icon="globe", text=tr("Open it to the network"),
                            kind="accent", height=36)  # fmt: skip
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet", height=36)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon(look, "globe", 24, tone="warn"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Label(look, title, theme.H2, wrap=True, display=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        for icon, words in _lines():
            column.addLayout(_line(look, icon, words))
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 8, 0, 0)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.agree)
        column.addLayout(foot)
        self.agree.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFixedHeight(column.totalHeightForWidth(self.width()))


def _lines() -> tuple[tuple[str, str], ...]:
    return (
        ("monitor", tr("Every device in the same network can then ask this computer. Only "
                       "those that have the key get an answer.")),
        ("eye", tr("Questions and answers travel unencrypted: somebody who listens in that "
                   "network can read them, and the key as well.")),
        ("lock", tr("Your chats, files and settings stay closed to all of them.")),
        ("shield-check", tr("Good at home, or in an office you trust. Not in a café, a hotel "
                            "or a train.")),
    )  # fmt: skip


def _line(look: Look, icon: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(3, 0, 0, 0)
    row.setSpacing(15)
    row.addWidget(Icon(look, icon, 18, tone="text_muted"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(look, words, theme.UI, tone="text_muted", wrap=True), 1)
    return row
