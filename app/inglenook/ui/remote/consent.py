"""The step before a chat leaves this computer for the first time: what that means."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.chat.elsewhere import Endpoint
from inglenook.ui import theme
from inglenook.ui.remote.words import host_of, terms_of
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_WIDTH = 500


class ConsentDialog(QDialog):
    """Accepted once the person knows and wants it; asked once for each engine.

    Attributes:
        agree: Lets chats go there.
        cancel: Leaves the chat on this computer, and has the keyboard first.
    """

    def __init__(
        self, look: Look, parent: QWidget, endpoint: Endpoint, *, is_for_new: bool = False
    ) -> None:
        """Ask about an engine.

        Args:
            look: Colours and type.
            parent: Before which window.
            endpoint: The engine.
            is_for_new: For all new chats, in the place of the one on screen.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Let this chat leave this computer?"))
        title = tr("Let {host} answer this chat?")
        if is_for_new:
            self.setWindowTitle(tr("Let new chats leave this computer?"))
            title = tr("Let {host} answer new chats?")
        title = title.format(host=host_of(endpoint))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(_WIDTH), parent.window().width() - 32))
        self.agree = Button(look, icon="external", text=tr("Let it answer"), kind="accent",
                            height=36)  # fmt: skip
        self.cancel = Button(look, text=tr("Stay here"), kind="quiet", height=36)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon(look, "external", 24, tone="away"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Label(look, title, theme.H2, wrap=True, display=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        for icon, words in terms_of(endpoint, is_for_new=is_for_new):
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


def _line(look: Look, icon: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(3, 0, 0, 0)
    row.setSpacing(15)
    row.addWidget(Icon(look, icon, 18, tone="text_muted"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(look, words, theme.UI, tone="text_muted", wrap=True), 1)
    return row
