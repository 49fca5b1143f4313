"""An answer with each token tinted by how likely it was."""

import math
from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from inglenook.engine.lookback import TokenOdds
from inglenook.ui import theme
from inglenook.ui.chat.markdown import harmless
from inglenook.ui.style import Look
from inglenook.ui.words import tr

_NO_WIDTH = "\u200b"
UNSURE, UNLIKELY = 0.5, 0.2
"""Below these probabilities a token is underlined, dotted or through, besides its tint."""


def chance_in_words(logprob: float) -> str:
    """Return a probability from its logarithm: ``"97 %"``, ``"0.4 %"``, ``"< 0.1 %"``."""
    percent = 100 * math.exp(min(logprob, 0.0))
    if percent >= 99.95:
        return "100 %"
    if percent < 0.1:
        return "< 0.1 %"
    return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"


def shown_token(text: str) -> str:
    """Return a token as one can see it: blanks and line ends have signs."""
    marked = harmless(text).replace("\n", "⏎").replace("\t", "⇥")
    if marked != marked.strip(" ") or not marked:
        marked = marked.replace(" ", "·")
    return marked or tr("part of a sign")


class OddsText(QTextEdit):
    """Text that only grows; the caret says which token is looked at.

    Signals:
        looked_at(number): the pointer or the caret is on this token now.

    Threads: the UI thread.
    """

    looked_at = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._starts: list[int] = []
        self._odds: list[TokenOdds] = []
        self._marked = -1
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAcceptRichText(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setFont(look.font(theme.BODY))
        self.setAccessibleName(tr("The answer, token by token"))
        self.document().setDocumentMargin(theme.SPACE_3)
        airy = QTextBlockFormat()
        airy.setLineHeight(150, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(self.document()).setBlockFormat(airy)
        self.viewport().setMouseTracking(True)
        self.cursorPositionChanged.connect(self._follow_caret)

    def add(self, odds: Sequence[TokenOdds]) -> None:
        """Show more tokens behind the others."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for each in odds:
            self._starts.append(cursor.position())
            self._odds.append(each)
            cursor.insertText(harmless(each.text) or _NO_WIDTH, self._format(each))
        cursor.endEditBlock()

    def step(self, step: int) -> None:
        """Look at the next token (1) or the one before (-1)."""
        number = max(0, min(self._marked + step, len(self._odds) - 1))
        if self._odds:
            cursor = self.textCursor()
            cursor.setPosition(self._starts[number])
            self.setTextCursor(cursor)
            self.mark(number)

    def mark(self, number: int) -> None:
        """Say which token is looked at, and put a line around it."""
        if number == self._marked or not 0 <= number < len(self._odds):
            return
        self._marked = number
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._starts[number])
        end = self._starts[number + 1] if number + 1 < len(self._starts) else None
        last = self.document().characterCount() - 1
        cursor.setPosition(last if end is None else end, QTextCursor.MoveMode.KeepAnchor)
        colours = self._look.palette
        shape = QTextCharFormat()
        shape.setBackground(QColor(colours.accent))
        shape.setForeground(QColor(colours.on_accent))
        selection.format = shape
        selection.cursor = cursor
        self.setExtraSelections([selection])
        self.looked_at.emit(number)

    def viewportEvent(self, event: QEvent) -> bool:
        """Look at the token under the pointer."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._look_at(event.position().toPoint())
        return super().viewportEvent(event)

    def _look_at(self, point: QPoint) -> None:
        cursor = self.cursorForPosition(point)
        if self._odds:
            self.mark(bisect_right(self._starts, cursor.position()) - 1)

    def _follow_caret(self) -> None:
        if self._odds and self.hasFocus():
            self.mark(bisect_right(self._starts, self.textCursor().position()) - 1)

    def _format(self, odds: TokenOdds) -> QTextCharFormat:
        chance = math.exp(min(odds.logprob, 0.0))
        colours = self._look.palette
        shape = QTextCharFormat()
        shape.setForeground(QColor(colours.text))
        ground = QColor(colours.warn if chance >= UNLIKELY else colours.bad)
        # A tint that text stays readable on: at most a third of the colour.
        ground.setAlphaF(0.34 * (1.0 - chance) ** 1.5)
        shape.setBackground(ground)
        if chance < UNSURE:
            style = QTextCharFormat.UnderlineStyle
            is_unlikely = chance < UNLIKELY
            shape.setUnderlineStyle(style.SingleUnderline if is_unlikely else style.DotLine)
            shape.setUnderlineColor(QColor(colours.bad if is_unlikely else colours.warn))
        return shape
