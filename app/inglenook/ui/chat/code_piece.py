"""A code block: a card with its language, its buttons, and lines that may wrap."""

from bisect import bisect_right
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

from inglenook.ui.chat.block import Block
from inglenook.ui.chat.highlight import Colouring, Highlighter, colour_line, language_name
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.piece import LinkPlace, Marks
from inglenook.ui.chat.sideways import Sideways
from inglenook.ui.chat.target import Act
from inglenook.ui.chat.text_piece import marked, utf16_length
from inglenook.ui.chat.wrapping import TAB_COLUMNS, wrapped_parts
from inglenook.ui.theme import CODE, LABEL, RADIUS_CARD
from inglenook.ui.words import tr

LONGEST_SHOWN_LINE = 2_000
HEAD, PAD, PAD_X = 36, 12, 16
MOST_LAYOUTS = 300
COPY_WIDE, BUTTON = 78, 32
BEFORE_COPY = 33
"""The icon and the space around it, beside the word."""


class CodePiece:
    """Lines of code on a card. Only lines that are painted are ever laid out.

    Args:
        width: Of the card, in pixels.
        wrapped: Long lines go on below instead of to the right.

    Threads: the window's.
    """

    def __init__(self, block: Block, ink: Ink, width: float, *, wrapped: bool = False) -> None:
        self._ink, self._width = ink, width
        self._line_height = ink.px(CODE.line)
        self.wrapped = wrapped
        self._letter = self._letter_width()
        self.language = block.language
        self.name = language_name(block.language) or tr("Code")
        self.text = ""
        self._lines: list[str] = []
        self._starts: list[int] = []
        self._sources: list[tuple[int, int]] = []
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
        source = self._sources[first][0] if first < len(self._sources) else 0
        del self._lines[first:], self._starts[first:], self._sources[first:]
        at = self._starts[-1] + utf16_length(self._lines[-1]) + 1 if first else 0
        position = _units_before(self.text, at)
        for number, line in enumerate(code[position:].split("\n"), source):
            at = self._add_line(number, line, at)
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

    def _copy_width(self) -> float:
        """Return the width that the button needs in the person's language, before and after."""
        metrics = QFontMetricsF(self._ink.font(LABEL))
        words = max(metrics.horizontalAdvance(each) for each in (tr("Copy"), tr("Copied")))
        return max(self._ink.px(COPY_WIDE), self._ink.px(BEFORE_COPY) + words)

    def buttons(self) -> dict[Act, QRectF]:
        """Return what can be done with the code, and where the buttons stand."""
        wide, high = self._copy_width(), self._head - 4
        right = self._width - 6
        places = {Act.COPY_CODE: QRectF(right - wide, 2, wide, high)}
        left = right - wide
        for act in (Act.SAVE_CODE, Act.WRAP):
            if act is Act.WRAP and not (self.wrapped or self.sideways.room):
                continue  # everything fits
            left -= self._ink.px(BUTTON)
            places[act] = QRectF(left, 2, self._ink.px(BUTTON), high)
        return places

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

    def _add_line(self, source: int, line: str, at: int) -> int:
        column = 0
        for part in self._parts(line):
            self._lines.append(part)
            self._starts.append(at)
            self._sources.append((source, column))
            self._widest = max(self._widest, len(part))
            at += utf16_length(part)
            column += len(part)
        return at + 1

    def _parts(self, line: str) -> Iterable[str]:
        if self.wrapped:
            return wrapped_parts(line, int(self.sideways.view // self._letter))
        # A line without end would take quadratic time to shape.
        cuts = range(0, max(len(line), 1), LONGEST_SHOWN_LINE)
        return (line[cut : cut + LONGEST_SHOWN_LINE] for cut in cuts)

    def _letter_width(self) -> float:
        return QFontMetricsF(self._ink.font(CODE, mono=True)).horizontalAdvance("0")

    def _measure(self) -> None:
        self._head = self._ink.px(HEAD)
        self.sideways.content = 0 if self.wrapped else self._widest * self._letter + 2
        bar = 6 if self.sideways.room else 0
        lines = len(self._lines) * self._line_height
        self.height = self._head + lines + 2 * PAD + bar

    def _layout(self, number: int) -> QTextLayout:
        highlighter = self._highlighter
        if highlighter is not None and self._recoloured < len(highlighter.lines):
            first = max(0, self._recoloured - 1)
            for shown in [n for n in self._layouts if self._sources[n][0] >= first]:
                del self._layouts[shown]
            self._recoloured = len(highlighter.lines)
        if number not in self._layouts:
            if len(self._layouts) >= MOST_LAYOUTS:
                self._layouts.clear()
            line = self._lines[number]
            layout = self._lay(line, self._colours(number, line))
            natural = layout.lineAt(0).naturalTextWidth() + 2
            # Wide letters (Chinese, emoji) are only known once they are shaped.
            if not self.wrapped:
                self.sideways.content = max(self.sideways.content, natural)
            self._layouts[number] = layout
        return self._layouts[number]

    def _colours(self, number: int, line: str) -> Colouring:
        highlighter, (source, column) = self._highlighter, self._sources[number]
        if highlighter is not None and source < len(highlighter.lines) - (not highlighter.done):
            return _shifted(highlighter.lines[source], column, len(line))
        if not column and not self.wrapped:
            return colour_line(line, self.language)
        whole = self._source_line(number)
        return _shifted(colour_line(whole, self.language), column, len(line))

    def _source_line(self, number: int) -> str:
        source = self._sources[number][0]
        first = last = number
        while first and self._sources[first - 1][0] == source:
            first -= 1
        while last < len(self._lines) and self._sources[last][0] == source:
            last += 1
        return "".join(self._lines[first:last])

    def _lay(self, line: str, colours: Colouring) -> QTextLayout:
        layout = QTextLayout(line, self._ink.font(CODE, mono=True))
        layout.setCacheEnabled(True)
        option = QTextOption()
        # A line that begins with a Hebrew word would stand a million letters to the right.
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setTabStopDistance(TAB_COLUMNS * self._letter)
        layout.setTextOption(option)
        formats = []
        for start, length, token in colours:
            part = QTextLayout.FormatRange()
            part.start = utf16_length(line[:start])
            part.length = utf16_length(line[start : start + length])
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


def _shifted(colours: Colouring, column: int, length: int) -> Colouring:
    """Return the colours of a part of a line, counted from where the part begins."""
    found: Colouring = []
    for start, count, token in colours:
        first, last = max(start - column, 0), min(start + count - column, length)
        if first < last:
            found.append((first, last - first, token))
    return found


_INTERSECT = Qt.ClipOperation.IntersectClip


def _units_before(text: str, units: int) -> int:
    """Return the index of a character that stands after so many of Qt's units."""
    if text.isascii():
        return units
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le"))
