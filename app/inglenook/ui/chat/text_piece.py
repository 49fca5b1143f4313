"""A paragraph or heading, laid out in lines of one height."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from inglenook.services.formulas import Formula
from inglenook.ui.chat.block import Span, words_of
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.inset import STAND_IN, Inset, formula_of, to_layout, to_text
from inglenook.ui.chat.piece import LinkPlace, Mark, Marks, Range
from inglenook.ui.theme import BODY, TypeStyle

BOLD = 600
FORMULA_SIZE = 1.12
"""Beside the type around it: the letters of formulas are lower than those of Inter."""
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
        lowered: By so much a tall formula pushed the first line down, in pixels.
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
        self._line_height = ink.px(style.line)
        self._formula_size = FORMULA_SIZE * ink.px(style.size)
        self._insets: list[Inset] = []
        self.formulas: frozenset[Formula] = frozenset()
        self._spans = self._with_stand_ins(spans)
        shown = words_of(self._spans) if self._insets else self.text
        self._layout = QTextLayout(shown, ink.font(style))
        self._layout.setCacheEnabled(True)
        self.turned = align == "left" and not self.text.isascii() and _begins_right(self.text)
        self._layout.setTextOption(_option("right" if self.turned else align))
        self._chips, self._links = self._style_spans()
        self.natural_width = self.lowered = 0.0
        self._break_lines(max(width, 1.0))
        if hug:
            self._break_lines(self.natural_width + 1)
        self.height = self._tops[-1] if self._layout.lineCount() else self._line_height

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint the lines, with grounds under inline code and under what is marked."""
        painter.setPen(self._ink.colour(self._colour))
        for start, end in self._chips:
            self._paint_chip(painter, at, start, end)
        shown = self._in_layout(marks) if self._insets else marks
        self._paint_matches(painter, at, clip, [mark for mark in shown if mark.is_match])
        others = [marked(mark) for mark in shown if not mark.is_match]
        self._layout.draw(painter, at, others, clip)
        for inset in self._insets:
            self._paint_formula(painter, at, inset)

    def offset_at(self, point: QPointF) -> int:
        """Return the place in the text nearest to a point."""
        count = self._layout.lineCount()
        if count == 0 or point.y() < 0:
            return 0
        if point.y() >= self.height:
            return utf16_length(self.text)
        number = bisect_right(self._tops, point.y()) - 1
        line = self._layout.lineAt(max(0, min(number, count - 1)))
        return to_text(self._insets, line.xToCursor(point.x()))

    def caret_at(self, offset: int) -> QRectF:
        """Return where a caret stands before a character."""
        offset = to_layout(self._insets, offset)
        line = self._layout.lineForTextPosition(offset)
        if not line.isValid():
            return QRectF(0, 0, 1, self._line_height)
        x, number = _x_of(line, offset), line.lineNumber()
        top = self._tops[number]
        return QRectF(x, top, 1, self._tops[number + 1] - top)

    def links(self) -> list[LinkPlace]:
        """Return the links, one for each line a link stands on."""
        places: list[LinkPlace] = []
        for start, end, span in self._links:
            rects = self._rects(start, end)
            places.extend(LinkPlace(span.link, span.text, rect) for rect in rects)
        return places

    # Inside

    def _with_stand_ins(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Put a stand-in for each formula that is drawn; others stay as they are written."""
        if not any(span.tex for span in spans):
            return tuple(spans)
        shown, waiting = list[Span](), set[Formula]()
        at = place = 0
        for span in spans:
            length = utf16_length(span.text) if span.tex or self._insets else 0
            drawing = self._ink.formulas.drawing(formula_of(span)) if span.tex else None
            if drawing is not None:
                inset = Inset(formula_of(span), drawing, at, at + length, place)
                self._insets.append(inset)
                shown.append(replace(span, text=STAND_IN))
                place = inset.after
            else:
                if span.tex:
                    waiting.add(formula_of(span))
                shown.append(replace(span, code=True) if span.tex else span)
                place += length or utf16_length(span.text)
            at += length or utf16_length(span.text)
        self.formulas = frozenset(waiting)
        return tuple(shown)

    def _in_layout(self, marks: Marks) -> list[Mark]:
        return [
            replace(
                mark,
                start=to_layout(self._insets, mark.start),
                end=to_layout(self._insets, mark.end, is_end=True),
            )
            for mark in marks
        ]

    def _paint_matches(
        self, painter: QPainter, at: QPointF, clip: QRectF, matches: list[Mark]
    ) -> None:
        """Paint grounds on the lines that are seen: a layout takes long over thousands."""
        if not matches:
            return
        first = 0 if clip.isNull() else bisect_right(self._tops, clip.top() - at.y()) - 1
        for number in range(max(0, first), self._layout.lineCount()):
            if not clip.isNull() and at.y() + self._tops[number] > clip.bottom():
                break
            line = self._layout.lineAt(number)
            begin, end = line.textStart(), line.textStart() + line.textLength()
            index = bisect_right(matches, begin, key=_end_of)
            while index < len(matches) and matches[index].start < end:
                mark = matches[index]
                left = _x_of(line, max(mark.start, begin))
                right = _x_of(line, min(mark.end, end))
                top = at.y() + line.y()
                ground = QRectF(at.x() + left, top, right - left, line.height())
                painter.fillRect(ground.normalized(), mark.ground)
                index += 1

    def _paint_formula(self, painter: QPainter, at: QPointF, inset: Inset) -> None:
        line = self._layout.lineForTextPosition(inset.at)
        size, drawing = self._formula_size, inset.drawing
        left = min(_x_of(line, inset.at), _x_of(line, inset.at + 1))
        top = line.y() + line.ascent() - drawing.above * size
        ratio = painter.device().devicePixelRatioF()
        colour = self._ink.colour(self._colour).name()
        picture = self._ink.formulas.picture(inset.formula, size, colour, ratio)
        high = (drawing.above + drawing.below) * size
        place = QRectF(at.x() + left, at.y() + top, drawing.width * size, high)
        if not picture.isNull():
            painter.drawPixmap(place, picture, QRectF(picture.rect()))

    def _style_spans(self) -> tuple[list[Range], list[tuple[int, int, Span]]]:
        formats: list[QTextLayout.FormatRange] = []
        chips: list[Range] = []
        links = []
        at = 0
        for span in self._spans:
            end = at + utf16_length(span.text)
            form = self._format(span) if span != Span(span.text) else None
            if span.tex and not span.code:
                formats.append(_range(at, at + 1, self._as_wide_as(at)))
            elif span.code:
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
        if span.raised:
            form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
            form.setForeground(self._ink.colour("accent"))
        if span.link:
            form.setForeground(self._ink.colour("accent"))
            form.setFontUnderline(True)
        return form

    def _as_wide_as(self, at: int) -> QTextCharFormat:
        """Return the format that stretches a formula's stand-in to its width."""
        drawing = next(inset.drawing for inset in self._insets if inset.at == at)
        form = QTextCharFormat()
        font = QFont(self._ink.font(self._style))
        space = QFontMetricsF(font).horizontalAdvance(STAND_IN[0])
        wide = drawing.width * self._formula_size
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, wide - space)
        form.setFont(font)
        return form

    def _break_lines(self, width: float) -> None:
        baseline = self._ink.baseline(self._style)
        self._layout.beginLayout()
        self._tops = [0.0]
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            above, below = self._more_room(line, baseline) if self._insets else (0.0, 0.0)
            self.lowered = above if len(self._tops) == 1 else self.lowered
            y = self._tops[-1] + above + baseline - line.ascent()
            line.setPosition(QPointF(0, y))
            self.natural_width = max(self.natural_width, line.naturalTextWidth())
            self._tops.append(self._tops[-1] + above + self._line_height + below)
        self._layout.endLayout()

    def _more_room(self, line: QTextLine, baseline: float) -> tuple[float, float]:
        """Return what a line needs above and below beside its usual height."""
        size = self._formula_size
        end = line.textStart() + line.textLength()
        here = [each.drawing for each in self._insets if line.textStart() <= each.at < end]
        above = max((each.above * size for each in here), default=0.0) - baseline
        below = max((each.below * size for each in here), default=0.0)
        below -= self._line_height - baseline
        return float(ceil(max(0.0, above))), float(ceil(max(0.0, below)))

    def _rects(self, start: int, end: int) -> list[QRectF]:
        rects = []
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            first = max(start, line.textStart())
            last = min(end, line.textStart() + line.textLength())
            if first < last:
                left, right = sorted((_x_of(line, first), _x_of(line, last)))
                top, bottom = self._tops[number], self._tops[number + 1]
                rects.append(QRectF(left, top, right - left, bottom - top))
        return rects

    def _paint_chip(self, painter: QPainter, at: QPointF, start: int, end: int) -> None:
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.colour("hover"))
        high = self._ink.px(self._style.size) * 1.4
        for rect in self._rects(start, end):
            inset = (rect.height() - high) / 2
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


def _end_of(mark: Mark) -> int:
    return mark.end


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
