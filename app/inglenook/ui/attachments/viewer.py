"""What the model is given of a document, as plain text, to be read."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextCursor, QTextOption
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inglenook.chat.attachment import Attachment
from inglenook.chat.tokens import about_tokens
from inglenook.ui import theme
from inglenook.ui.attachments.words import kind_words, token_words
from inglenook.ui.chat.clipboard import put_on_clipboard
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr

_SLICE = 60_000
"""Characters at a time: some milliseconds, so that the window stays awake."""
_LONGEST_LINE = 2_000
"""Qt takes seconds to lay out one line of a megabyte; longer lines are broken here only."""


class DocumentViewer(QDialog):
    """Shows the exact text, and copies it."""

    def __init__(self, look: Look, parent: QWidget, attachment: Attachment) -> None:
        super().__init__(parent)
        self._look, self._attachment = look, attachment
        self.setWindowTitle(tr("What the model is given"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(look.px(760), room.width() - 48), min(look.px(640), room.height() - 48))
        self.text = self._make_text()
        self.copy = Button(look, icon="copy", text=tr("Copy all"), kind="outline")
        self.shut = Button(look, text=tr("Close"), kind="quiet")
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        self.shut.clicked.connect(self.accept)
        self._slices = slices_of(attachment.text)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._add_slice)
        self._add_slice()
        self._timer.start()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- inside ---

    def _make_text(self) -> QPlainTextEdit:
        box = QPlainTextEdit()
        box.setObjectName("framed")
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setUndoRedoEnabled(False)
        box.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box.setAccessibleName(tr("Text of the document"))
        box.setFont(self._look.font(theme.NOTE))
        return box

    def _lay_out(self) -> None:
        look, given = self._look, self._attachment
        facts = (
            kind_words(given.name, given.media_type),
            one_line(given.note, 80),
            token_words(about_tokens(given.text)),
        )
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(look, one_line(given.name, 120), theme.H3, wrap=True))
        said = " · ".join(each for each in facts if each)
        words.addWidget(Label(look, said, theme.NOTE, tone="text_muted", wrap=True))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Icon(look, "file", 24), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        about = tr("This is exactly what the model is given.")
        foot = QHBoxLayout()
        foot.setContentsMargins(0, theme.SPACE_1, 0, 0)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(theme.SPACE_2)
        column.addLayout(head)
        column.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        column.addWidget(self.text, 1)
        column.addLayout(foot)

    def _add_slice(self) -> None:
        piece = next(self._slices, None)
        if piece is None:
            self._timer.stop()
            return
        # A cursor of its own leaves the person's where it is.
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece)

    def _copy(self) -> None:
        put_on_clipboard(self._attachment.text, self._attachment.text)


def slices_of(text: str) -> Iterator[str]:
    """Return a text in pieces that are quickly shown, without lines that are not."""
    for start in range(0, len(text), _SLICE):
        yield "\n".join(_bearable(text[start : start + _SLICE]))


def _bearable(piece: str) -> Iterator[str]:
    for line in piece.split("\n"):
        for start in range(0, max(1, len(line)), _LONGEST_LINE):
            yield line[start : start + _LONGEST_LINE]
