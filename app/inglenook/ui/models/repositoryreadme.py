"""What a model's maker has written about it, as text that can do nothing."""

import re

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from inglenook.ui.chat.block import Block
from inglenook.ui.models.repositorytext import write
from inglenook.ui.style import Look
from inglenook.ui.words import tr

LONGEST = 20_000
"""Characters that are shown; the rest is on the Hub."""
_MOST_BLOCKS = 300
_MOST_BRACKETS = 1_000
"""The parser looks for the end of each again: 20,000 take it 0.3 s (measured 2026-11)."""
_TAG = re.compile(r"<!--.{0,2000}?-->|</?[A-Za-z][^<>]{0,2000}>", re.DOTALL)
_PICTURE = re.compile(r"\[?!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)(?:\]\([^)\n]{0,2000}\))?")
_OBJECT = "\ufffc"
"""The sign that a document keeps pictures under."""


def readable(text: str) -> str:
    """Return Markdown without tags and pictures, and not too long.

    Code between fences stays as it is.
    """
    parts = text[:LONGEST].split("```")
    for number in range(0, len(parts), 2):
        parts[number] = _PICTURE.sub("", _TAG.sub("", parts[number]))
    return "```".join(parts).replace(_OBJECT, "")


class ReadmeView(QTextBrowser):
    """Paragraphs, lists, code and tables.

    No HTML is read, no picture loaded, and no link followed.

    Signals:
        link_asked(address): a link was pressed.
    """

    link_asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._blocks: list[Block] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("What its maker says"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; }")
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.anchorClicked.connect(self._ask)
        look.changed.connect(self._write)

    def show_text(self, text: str) -> None:
        """Show a page.

        Args:
            text: Markdown; nobody has checked it.
        """
        # Parsing is needed here and in chats, and not before either is shown.
        from inglenook.ui.chat.markdown import (  # noqa: PLC0415
            blocks_of,
            harmless,
            new_parser,
            plain_blocks,
        )

        words = harmless(readable(text))
        if words.count("[") > _MOST_BRACKETS:
            blocks = plain_blocks(words)
        else:
            blocks = blocks_of(new_parser().parse(words))
        self._blocks = blocks[:_MOST_BLOCKS]
        self._write()

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()  # it leads back from the page
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page around it scrolls

    def _write(self) -> None:
        write(self.document(), self._blocks, self._look)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the text: the page scrolls, not the text in it."""
        self.setFixedHeight(round(self.document().size().height()) + 2)

    def _ask(self, address: QUrl) -> None:
        self.link_asked.emit(address.toString())
