"""The few dialogs: where a link leads, and which keys there are."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inglenook.ui import theme
from inglenook.ui.actions import Actions, keys_in_words
from inglenook.ui.chat.links import host_of, openable
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr


class LinkDialog(QDialog):
    """Shows where a link of an answer leads, in plain text, and opens it only after a yes.

    An address that is neither a web page nor mail cannot be opened at all.
    """

    def __init__(self, look: Look, parent: QWidget, address: str) -> None:
        super().__init__(parent)
        self._address = openable(address)
        self.setWindowTitle(tr("Open this link?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.open_it = Button(
            look, icon="external", text=tr("Open in the browser"), kind="accent"
        )
        self.copy = Button(look, icon="copy", text=tr("Copy the address"), kind="outline")
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(10)
        column.addLayout(self._head(look))
        column.addWidget(self._full(look, one_line(address, 4000)))
        column.addWidget(self._warning(look))
        column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.open_it)
        column.addLayout(row)
        self.open_it.setVisible(bool(self._address))
        self.copy.setVisible(bool(self._address))
        self.open_it.clicked.connect(self._open)
        self.copy.clicked.connect(self._copy)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFixedWidth(max(look.px(480), column.minimumSize().width()))
        self.adjustSize()

    def _head(self, look: Look) -> QHBoxLayout:
        host = host_of(self._address) if self._address else tr("This link cannot be opened")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(look, tr("This link leads to"), theme.LABEL, tone="text_muted"))
        words.addWidget(Label(look, one_line(host, 120), theme.H2, wrap=True, display=True))
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(Icon(look, "external", 24), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _full(self, look: Look, address: str) -> QPlainTextEdit:
        box = QPlainTextEdit(address)
        box.setObjectName("framed")
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setAccessibleName(tr("The whole address"))
        box.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        box.setFont(look.font(theme.LABEL))
        box.setFixedHeight(look.px(84))
        return box

    def _warning(self, look: Look) -> Label:
        offline = tr(
            "It opens in your browser, outside Inglenook. The page will see your visit."
        )
        refused = tr("Inglenook opens web pages and mail addresses only.")
        text = offline if self._address else refused
        return Label(look, text, theme.LABEL, tone="text_muted", wrap=True)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self._address))
        self.accept()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self.accept()


class KeysDialog(QDialog):
    """Lists every action that has keys."""

    def __init__(self, look: Look, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.resize(look.px(460), min(look.px(640), parent.height()))
        page = QWidget()
        page.setObjectName("page")
        grid = QGridLayout(page)
        grid.setContentsMargins(24, 20, 24, 12)
        grid.setVerticalSpacing(9)
        for group, entries in actions.groups().items():
            _add_group(look, grid, group, [(a.text(), keys_in_words(a)) for a in entries])
        more = [
            (tr("Edit the last message"), tr("Up, in the empty field")),
            (tr("New line"), "Shift+Enter"),
        ]
        _add_group(look, grid, tr("While writing"), more)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("Keyboard shortcuts"))
        self.shut = Button(look, text=tr("Close"), kind="quiet")
        self.shut.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        row = QHBoxLayout()
        row.setContentsMargins(24, 4, 24, 18)
        row.addStretch(1)
        row.addWidget(self.shut)
        column.addLayout(row)


def _add_group(look: Look, grid: QGridLayout, title: str, lines: list[tuple[str, str]]) -> None:
    row = grid.rowCount()
    grid.addWidget(Label(look, title, theme.H3), row, 0, 1, 2)
    for number, (text, keys) in enumerate(((t, k) for t, k in lines if k), row + 1):
        grid.addWidget(Label(look, text, theme.UI, tone="text_muted"), number, 0)
        grid.addWidget(Label(look, keys, theme.LABEL), number, 1, Qt.AlignmentFlag.AlignRight)
    grid.setRowMinimumHeight(grid.rowCount(), look.px(10))
