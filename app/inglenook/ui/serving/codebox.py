"""A program to be copied: its heading, a button, and its lines in colours."""

import math
from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inglenook.services.snippets import Snippet
from inglenook.ui import theme
from inglenook.ui.chat.highlight import Highlighter
from inglenook.ui.chat.promptsheet import code_font
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_FRAME, _MARGIN, _BAR = 10, 8, 12


class CodeBox(QWidget):
    """Code that is shown and copied; what is copied may be more than what is shown.

    Attributes:
        text: Shows it; read from left to right in every language.
        copy: Copies it.

    Signals:
        copied(): it is in the clipboard.

    Threads: the UI thread.
    """

    copied = Signal()

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look, self._whole = look, ""
        self.text = _Lines(look)
        self.text.setAccessibleName(name)
        self.copy = Button(look, icon="copy", text=tr("Copy"), icon_size=16)
        self.copy.set_name(tr("Copy: {name}").format(name=name))
        self.copy.setToolTip("")
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE_2)
        head.addWidget(Label(look, name, theme.LABEL, tone="text_muted", wrap=True), 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_1)
        column.addLayout(head)
        column.addWidget(self.text)
        self.copy.clicked.connect(self._copy)

    def show_code(self, shown: Snippet, whole: str = "") -> None:
        """Show a program.

        Args:
            shown: What is seen.
            whole: What is copied in its place, where a part is hidden.
        """
        self._whole = whole or shown.text
        self.text.show_code(shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole)
        self.copied.emit()


class _Lines(QPlainTextEdit):
    """As high as its lines; wide ones are scrolled to."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown = Snippet("", "")
        self._colours = _Colours(look, self)
        self.setObjectName("framed")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.document().setDocumentMargin(_MARGIN)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_code(self, shown: Snippet) -> None:
        """Show a program; nothing happens if it is shown already."""
        if shown != self._shown:
            self._shown = shown
            self._colours.take(shown)
            self.setPlainText(shown.text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().x():
            super().wheelEvent(event)
        else:
            event.ignore()  # up and down belong to the page

    def _restyle(self) -> None:
        self.setFont(code_font(self._look))
        self._colours.rehighlight()
        self._fit()

    def _fit(self) -> None:
        # As the lines are laid out: a font's own line spacing is a pixel more on some systems.
        # One of the two margins is in them.
        lines = [self.blockBoundingRect(each) for each in _blocks(self.document())]
        high = math.ceil(sum(each.height() for each in lines)) + _MARGIN + _FRAME
        metrics = QFontMetricsF(self.font())
        widest = max(map(metrics.horizontalAdvance, self._shown.text.split("\n")))
        has_bar = widest + 2 * _MARGIN > self.viewport().width()
        self.setFixedHeight(high + (_BAR if has_bar else 0))


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.firstBlock()
    while block.isValid():
        yield block
        block = block.next()


class _Colours(QSyntaxHighlighter):
    """Gives the lines of a whole program their colours."""

    def __init__(self, look: Look, box: QPlainTextEdit) -> None:
        super().__init__(box.document())
        self._look = look
        self._lines: list[list[tuple[int, int, str]]] = []

    def take(self, shown: Snippet) -> None:
        """Know the colours of another program."""
        found = Highlighter(shown.text, shown.language)
        while not found.done:
            found.step()
        self._lines = found.lines

    def highlightBlock(self, _text: str) -> None:  # noqa: N802  (Qt's name)
        number = self.currentBlock().blockNumber()
        for start, length, role in self._lines[number] if number < len(self._lines) else ():
            form = QTextCharFormat()
            form.setForeground(QColor(getattr(self._look.palette, role)))
            self.setFormat(start, length, form)
