"""A paragraph or heading, laid out in lines of one height."""

from collections.abc import Sequence
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from inglenook.ui.chat.block import Span, words_of
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.piece import LinkPlace, Mark, Marks, Range
from inglenook.ui.theme import BODY, TypeStyle

BOLD = 600
_CODE_SIZE = 0.9
_CHIP_PAD, _CHIP_RADIUS = 3.0, 5.0


def utf16_length(text: str) -> int:
    """Return how many units Qt counts in a text: two for letters beyond the first 65,536."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def part_of(text: str, start: int, end: int) -> str:
    """Return a part of a text by Qt's units; a half letter at an edge is left out."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "ignore")


class TextPiece:
    """Spans of text wrapped at a width.

    QTextLayout shapes glyphs and nothing else: unlike a document it knows no pictures,
    so no text can make it open a file.

    Args:
        align: ``"left"`` means where the text's own direction begins.
        hug: Lines end where the longest one does, as a bubble around them will.

    Attributes:
        turned: The text runs from right to left, and what belongs before it stands there.

    Threads: the window's.
    """

    def __init__(
        self,
        spans: Sequence[Span],
        ink: Ink,
        width: float,
        *,
        style: TypeStyle = BODY,
        colour: str = "text",
        align: str = "left",
        hug: bool = False,
    ) -> None:
        self.text = words_of(tuple(spans))
        self._ink, self._style, self._colour = ink, style, colour
        self._spans = tuple(spans)
        self._line_height = ink.px(style.line)
        self._layout = QTextLayout(self.text, ink.font(style))
        self._layout.setCacheEnabled(True)
        self.turned = align == "left" and not self.text.isascii() and _begins_right(self.text)
        self._layout.setTextOption(_option("right" if self.turned else align))
        self._chips, self._links = self._style_spans()
        self.natural_width = 0.0
        self._break_lines(max(width, 1.0))
        if hug:
            self._break_lines(self.natural_width + 1)
        self.height = self._line_height * max(self._layout.lineCount(), 1)

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint the lines, with grounds under inline code and under what is marked."""
        painter.setPen(self._ink.colour(self._colour))
        for start, end in self._chips:
            self._paint_chip(painter, at, start, end)
        self._layout.draw(painter, at, [marked(mark) for mark in marks], clip)

    def offset_at(self, point: QPointF) -> int:
        """Return the place in the text nearest to a point."""
        count = self._layout.lineCount()
        if count == 0 or point.y() < 0:
            return 0
        if point.y() >= self.height:
            return utf16_length(self.text)
        line = self._layout.lineAt(min(int(point.y() // self._line_height), count - 1))
        return line.xToCursor(point.x())

    def caret_at(self, offset: int) -> QRectF:
        """Return where a caret stands before a character."""
        line = self._layout.lineForTextPosition(offset)
        if not line.isValid():
            return QRectF(0, 0, 1, self._line_height)
        x = _x_of(line, offset)
        return QRectF(x, line.lineNumber() * self._line_height, 1, self._line_height)

    def links(self) -> list[LinkPlace]:
        """Return the links, one for each line a link stands on."""
        places: list[LinkPlace] = []
        for start, end, span in self._links:
            rects = self._rects(start, end)
            places.extend(LinkPlace(span.link, span.text, rect) for rect in rects)
        return places

    # Inside

    def _style_spans(self) -> tuple[list[Range], list[tuple[int, int, Span]]]:
        formats: list[QTextLayout.FormatRange] = []
        chips: list[Range] = []
        links = []
        at = 0
        for span in self._spans:
            end = at + utf16_length(span.text)
            form = self._format(span) if span != Span(span.text) else None
            if span.code:
                self._make_room(formats, at)
                chips.append((at, end))
                formats += [_range(at, end - 1, form), _range(end - 1, end, _spaced(form))]
            elif form is not None:
                formats.append(_range(at, end, form))
            if span.link:
                links.append((at, end, span))
            at = end
        self._layout.setFormats(formats)
        return chips, links

    def _make_room(self, formats: list[QTextLayout.FormatRange], at: int) -> None:
        """Put a little air between a chip and the letter before it."""
        if not at:
            return
        last = formats[-1] if formats else None
        if last is not None and last.start + last.length == at:
            last.length -= 1
            formats.append(_range(at - 1, at, _spaced(last.format)))
        else:
            plain = QTextCharFormat()
            plain.setFont(self._ink.font(self._style))
            formats.append(_range(at - 1, at, _spaced(plain)))

    def _format(self, span: Span) -> QTextCharFormat:
        style = self._style
        if span.code:
            style = TypeStyle(round(style.size * _CODE_SIZE), style.line, style.weight)
        if span.bold:
            style = TypeStyle(style.size, style.line, max(BOLD, style.weight))
        form = QTextCharFormat()
        form.setFont(self._ink.font(style, mono=span.code, italic=span.italic))
        if span.struck:
            form.setFontStrikeOut(True)
        if span.link:
            form.setForeground(self._ink.colour("accent"))
            form.setFontUnderline(True)
        return form

    def _break_lines(self, width: float) -> None:
        baseline = self._ink.baseline(self._style)
        self._layout.beginLayout()
        y = 0.0
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y + baseline - line.ascent()))
            self.natural_width = max(self.natural_width, line.naturalTextWidth())
            y += self._line_height
        self._layout.endLayout()

    def _rects(self, start: int, end: int) -> list[QRectF]:
        rects = []
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            first = max(start, line.textStart())
            last = min(end, line.textStart() + line.textLength())
            if first < last:
                left, right = sorted((_x_of(line, first), _x_of(line, last)))
                top = number * self._line_height
                rects.append(QRectF(left, top, right - left, self._line_height))
        return rects

    def _paint_chip(self, painter: QPainter, at: QPointF, start: int, end: int) -> None:
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.colour("hover"))
        inset = (self._line_height - self._ink.px(self._style.size) * 1.4) / 2
        for rect in self._rects(start, end):
            chip = rect.translated(at).adjusted(-_CHIP_PAD, inset, 0, -inset)
            painter.drawRoundedRect(chip, _CHIP_RADIUS, _CHIP_RADIUS)
        painter.restore()


def _range(start: int, end: int, form: QTextCharFormat | None) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = start, end - start
    if form is not None:
        made.format = form
    return made


def marked(mark: Mark) -> QTextLayout.FormatRange:
    """Return a mark as a layout draws it."""
    made = _range(mark.start, mark.end, None)
    made.format.setBackground(mark.ground)
    if mark.ink is not None:
        made.format.setForeground(mark.ink)
    return made


def _spaced(form: QTextCharFormat | None) -> QTextCharFormat:
    wide = QTextCharFormat(form) if form is not None else QTextCharFormat()
    font = wide.font()
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, _CHIP_PAD)
    wide.setFont(font)
    return wide


def _begins_right(text: str) -> bool:
    """Whether the first letter with a direction is of a script that runs to the left."""
    kinds = (bidirectional(letter) for letter in text[:200])
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def _option(align: str) -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    # Each paragraph follows its own first strong letter.
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setAlignment(_ALIGNMENTS[align])
    return option


_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


def _x_of(line: QTextLine, offset: int) -> float:
    # The binding answers with (x, offset) or with x alone, by version.
    answer: object = line.cursorToX(offset)
    return float(answer[0]) if isinstance(answer, tuple) else float(str(answer))


def plain_piece(text: str, ink: Ink, width: float, style: TypeStyle, colour: str) -> TextPiece:
    """Lay out one style of text: labels, names and notes."""
    return TextPiece((Span(text),), ink, width, style=style, colour=colour)
