"""A code block: a card with its language, a copy button, and lines that do not wrap."""

from bisect import bisect_right

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTextCharFormat, QTextLayout

from inglenook.ui.chat.block import Block
from inglenook.ui.chat.highlight import Colouring, Highlighter, colour_line, language_name
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.piece import LinkPlace, Marks
from inglenook.ui.chat.sideways import Sideways
from inglenook.ui.chat.text_piece import marked, utf16_length
from inglenook.ui.theme import CODE, LABEL, RADIUS_CARD
from inglenook.ui.words import tr

LONGEST_SHOWN_LINE = 2_000
HEAD, PAD, PAD_X = 36, 12, 16
MOST_LAYOUTS = 300


class CodePiece:
    """Lines of code on a card. Only lines that are painted are ever laid out.

    Args:
        width: Of the card, in pixels.

    Threads: the window's.
    """

    def __init__(self, block: Block, ink: Ink, width: float) -> None:
        self._ink, self._width = ink, width
        self._line_height = ink.px(CODE.line)
        self._letter = 0.0
        self.language = block.language
        self.name = language_name(block.language) or tr("Code")
        self.text = ""
        self._lines: list[str] = []
        self._starts: list[int] = []
        self._layouts: dict[int, QTextLayout] = {}
        self._highlighter: Highlighter | None = None
        self._recoloured = 0
        self._widest = 0
        self.sideways = Sideways(0, width - 2 * PAD_X)
        self.height = 0.0
        self.take(block)

    def take(self, block: Block) -> bool:
        """Show a block that continues the one shown; return False if it does not."""
        code = block.code
        if block.language != self.language or not code.startswith(self.text):
            return False
        first = self._last_line_start()
        del self._lines[first:], self._starts[first:]
        at = self._starts[-1] + utf16_length(self._lines[-1]) + 1 if first else 0
        position = _units_before(self.text, at)
        for line in code[position:].split("\n"):
            at = self._add_line(line, at)
        self.text = code
        for number in [each for each in self._layouts if each >= first]:
            del self._layouts[number]
        if block.closed and self._highlighter is None:
            self._highlighter = Highlighter(code, self.language)
        self._measure()
        return True

    def colour_more(self) -> bool:
        """Colour some more of a closed block; return whether it goes on.

        Meant for idle moments: a step takes about a millisecond.
        """
        if self._highlighter is None or self._highlighter.done:
            return False
        self._highlighter.step()
        return True

    def copy_rect(self) -> QRectF:
        """Return where the copy button is."""
        width = self._ink.px(78)
        return QRectF(self._width - width - 6, 2, width, self._head - 4)

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint the card and the lines that lie in ``clip``."""
        self._paint_card(painter, at)
        inner = QRectF(
            at.x() + 1, at.y() + self._head, self._width - 2, self.height - self._head
        )
        painter.save()
        painter.setClipRect(inner.adjusted(PAD_X - 5, 0, 5 - PAD_X, 0), _INTERSECT)
        painter.setPen(self._ink.colour("text"))
        top = at.y() + self._head + PAD
        first = max(0, int((clip.top() - top) // self._line_height))
        last = min(len(self._lines), int((clip.bottom() - top) // self._line_height) + 1)
        x = at.x() + PAD_X - self.sideways.at
        for number in range(first, last):
            place = QPointF(x, top + number * self._line_height)
            self._layout(number).draw(painter, place, self._marks(number, marks))
        painter.restore()
        self.sideways.paint(
            painter, self._ink, QPointF(at.x() + PAD_X, at.y() + self.height - 3)
        )

    def offset_at(self, point: QPointF) -> int:
        """Return the place in the text nearest to a point."""
        y = point.y() - self._head - PAD
        if y < 0:
            return 0
        number = int(y // self._line_height)
        if number >= len(self._lines):
            return self._starts[-1] + utf16_length(self._lines[-1])
        line = self._layout(number).lineAt(0)
        return self._starts[number] + line.xToCursor(point.x() - PAD_X + self.sideways.at)

    def caret_at(self, offset: int) -> QRectF:
        """Return where a caret stands before a character."""
        number = max(0, bisect_right(self._starts, offset) - 1)
        line = self._layout(number).lineAt(0)
        answer: object = line.cursorToX(offset - self._starts[number])
        x = float(answer[0]) if isinstance(answer, tuple) else 0.0
        top = self._head + PAD + number * self._line_height
        return QRectF(PAD_X + x - self.sideways.at, top, 1, self._line_height)

    def links(self) -> list[LinkPlace]:
        """Code has no links."""
        return []

    # Inside

    def _last_line_start(self) -> int:
        """Return the first shown line of the last line of code, which may still grow."""
        number = len(self._lines) - 1
        while number > 0 and self._starts[number] == (
            self._starts[number - 1] + utf16_length(self._lines[number - 1])
        ):
            number -= 1
        return max(0, number)

    def _add_line(self, line: str, at: int) -> int:
        # A line without end would take quadratic time to shape.
        for cut in range(0, max(len(line), 1), LONGEST_SHOWN_LINE):
            part = line[cut : cut + LONGEST_SHOWN_LINE]
            self._lines.append(part)
            self._starts.append(at)
            self._widest = max(self._widest, len(part))
            at += utf16_length(part)
        return at + 1

    def _measure(self) -> None:
        self._head = self._ink.px(HEAD)
        if not self._letter:
            layout = self._lay("0" * 10, [])
            self._letter = layout.lineAt(0).naturalTextWidth() / 10
        self.sideways.content = self._widest * self._letter + 2
        bar = 6 if self.sideways.room else 0
        lines = len(self._lines) * self._line_height
        self.height = self._head + lines + 2 * PAD + bar

    def _layout(self, number: int) -> QTextLayout:
        highlighter = self._highlighter
        if highlighter is not None and self._recoloured < len(highlighter.lines):
            for done in range(max(0, self._recoloured - 1), len(highlighter.lines)):
                self._layouts.pop(done, None)
            self._recoloured = len(highlighter.lines)
        if number not in self._layouts:
            if len(self._layouts) >= MOST_LAYOUTS:
                self._layouts.clear()
            line = self._lines[number]
            layout = self._lay(line, self._colours(number, line))
            natural = layout.lineAt(0).naturalTextWidth() + 2
            # Wide letters (Chinese, emoji) are only known once they are shaped.
            self.sideways.content = max(self.sideways.content, natural)
            self._layouts[number] = layout
        return self._layouts[number]

    def _colours(self, number: int, line: str) -> Colouring:
        highlighter = self._highlighter
        done = highlighter is not None and number < len(highlighter.lines) - (
            0 if highlighter.done else 1
        )
        if highlighter is not None and done and len(highlighter.lines) == len(self._lines):
            return highlighter.lines[number]
        if highlighter is not None and done:
            return highlighter.lines[number]
        return colour_line(line, self.language)

    def _lay(self, line: str, colours: Colouring) -> QTextLayout:
        layout = QTextLayout(line, self._ink.font(CODE, mono=True))
        layout.setCacheEnabled(True)
        formats = []
        for start, length, token in colours:
            part = QTextLayout.FormatRange()
            part.start, part.length = utf16_length(line[:start]), length
            form = QTextCharFormat()
            form.setForeground(self._ink.colour(token))
            part.format = form
            formats.append(part)
        layout.setFormats(formats)
        layout.beginLayout()
        row = layout.createLine()
        row.setNumColumns(1 << 20)
        row.setPosition(QPointF(0, (self._line_height - row.height()) / 2))
        layout.endLayout()
        return layout

    def _marks(self, number: int, marks: Marks) -> list[QTextLayout.FormatRange]:
        if not marks:
            return []
        start, length = self._starts[number], utf16_length(self._lines[number])
        inside = (mark.within(start, length) for mark in marks)
        return [marked(part) for part in inside if part is not None]

    def _paint_card(self, painter: QPainter, at: QPointF) -> None:
        ink = self._ink
        card = QRectF(at.x() + 0.5, at.y() + 0.5, self._width - 1, self.height - 1)
        painter.setPen(ink.colour("line"))
        painter.setBrush(ink.colour("inset"))
        painter.drawRoundedRect(card, RADIUS_CARD, RADIUS_CARD)
        y = at.y() + self._head - 0.5
        painter.drawLine(QPointF(card.left(), y), QPointF(card.right(), y))
        painter.setPen(ink.colour("text_muted"))
        painter.setFont(ink.font(LABEL))
        label = QRectF(at.x() + PAD_X, at.y(), self._width / 2, self._head)
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, self.name)


_INTERSECT = Qt.ClipOperation.IntersectClip


def _units_before(text: str, units: int) -> int:
    """Return the index of a character that stands after so many of Qt's units."""
    if text.isascii():
        return units
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le"))
