"""A press for PDF pages: lines of text, breaks between them, and page numbers.

Text is laid out line by line with QTextLayout, which never loads anything: whatever a chat
says, no file and no address is opened.
"""

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from inglenook.ui import theme
from inglenook.ui.chat.block import Span
from inglenook.ui.fonts import Fonts
from inglenook.ui.theme import TypeStyle

_DPI, _SCREEN_DPI, _SHARE = 300, 96, 0.86
"""A page is read from nearer than a screen: text of 15 pixels has 9.7 points."""
_MARGIN, _FOOT = 68, 36
_COLOURS = theme.LIGHT


class Press:
    """Puts text on pages from top to bottom.

    Threads: the UI thread.

    Attributes:
        page: Number of the page being filled, from 1.
    """

    def __init__(self, device: QIODevice, title: str) -> None:
        writer = QPdfWriter(device)
        writer.setResolution(_DPI)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        writer.setTitle(title)
        writer.setCreator("Inglenook")
        self._writer, self._title = writer, title
        self._painter = QPainter(writer)
        self._fonts = Fonts()
        self._y = self.px(_MARGIN)
        self.page = 1

    def px(self, pixels: float) -> float:
        """Return a length of the design in dots of the page."""
        return pixels * _DPI / _SCREEN_DPI * _SHARE

    @property
    def width(self) -> float:
        """What a line has, in dots."""
        return self._writer.width() - 2 * self.px(_MARGIN)

    @property
    def _bottom(self) -> float:
        return self._writer.height() - self.px(_MARGIN)

    def close(self) -> None:
        """Finish the last page and the file."""
        self._number()
        self._painter.end()

    def skip(self, pixels: float) -> None:
        """Leave a space, but none at the top of a page."""
        if self._y > self.px(_MARGIN):
            self._y += self.px(pixels)

    def keep(self, pixels: float) -> None:
        """Begin a page if less than so much is left."""
        if self._y + self.px(pixels) > self._bottom:
            self._turn()

    def rule(self, left: float = 0) -> None:
        """Draw a hairline."""
        self.keep(12)
        self._fill(left, self.width - left, self.px(1), _COLOURS.line)
        self._y += self.px(2)

    def text(
        self,
        spans: Sequence[Span],
        style: TypeStyle,
        *,
        left: float = 0,
        tone: str = "text",
        ground: str = "",
        bar: bool = False,
        marker: str = "",
        mono: bool = False,
    ) -> None:
        """Put a paragraph on the page, breaking the page between its lines.

        Args:
            spans: What it says.
            style: Size and weight.
            left: Where it begins, in pixels of the design.
            tone: Colour of the palette.
            ground: Colour behind each line; none if empty.
            bar: A line at the left, as of a quote.
            marker: Stands before the first line.
            mono: As code.
        """
        start = self.px(left)
        pad = self.px(10) if ground else 0.0
        layout = self._laid(spans, style, self.width - start - 2 * pad, mono=mono)
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            height = max(line.height(), self.px(style.line))
            if self._y + height > self._bottom:
                self._turn()
            if ground:
                self._fill(start, self.width - start, height + 1, ground)
            if bar:
                self._fill(start - self.px(12), self.px(2), height + 1, _COLOURS.edge)
            self._painter.setPen(QColor(getattr(_COLOURS, tone)))
            above = (height - line.height()) / 2
            x = self.px(_MARGIN) + start + pad
            if marker and number == 0:
                self._mark(marker, style, x, height)
            line.draw(self._painter, QPointF(x, self._y + above - line.y()))
            self._y += height

    def row(
        self, cells: Sequence[Sequence[Span]], shares: Sequence[float], *, bold: bool
    ) -> None:
        """Put a row of a table on the page; one higher than a page goes cell by cell."""
        style = theme.TypeStyle(13, 19, 600 if bold else 400)
        gap = self.px(12)
        widths = [max(self.width * share - gap, self.px(20)) for share in shares]
        laid = [self._laid(cell, style, w) for cell, w in zip(cells, widths, strict=False)]
        height = max((each.boundingRect().height() for each in laid), default=0.0)
        if height + self.px(8) > self._bottom - self.px(_MARGIN):
            for cell in cells:
                self.text(cell, style)
            return
        if self._y + height + self.px(8) > self._bottom:
            self._turn()
        x = self.px(_MARGIN)
        self._painter.setPen(QColor(_COLOURS.text))
        for layout, width in zip(laid, widths, strict=True):
            layout.draw(self._painter, QPointF(x, self._y + self.px(4)))
            x += width + gap
        self._y += height + self.px(8)
        self._fill(0, self.width, self.px(1), _COLOURS.edge if bold else _COLOURS.line)

    # --- inside ---

    def _laid(
        self, spans: Sequence[Span], style: TypeStyle, width: float, *, mono: bool = False
    ) -> QTextLayout:
        text = "".join(span.text for span in spans)
        layout = QTextLayout(text, self._font(style, mono=mono), self._writer)
        option = QTextOption()
        option.setWrapMode(
            QTextOption.WrapMode.WrapAnywhere
            if mono
            else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        )
        if not mono and _begins_at_right(text):
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
            option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        layout.setTextOption(option)
        layout.setFormats(self._formats(spans, style, mono=mono))
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        return layout

    def _formats(
        self, spans: Sequence[Span], style: TypeStyle, *, mono: bool
    ) -> list[QTextLayout.FormatRange]:
        ranges, place = [], 0
        for span in spans:
            # Qt counts in UTF-16: a sign outside the first plane is two of its characters.
            length = len(span.text.encode("utf-16-le", "surrogatepass")) // 2
            piece = QTextLayout.FormatRange()
            piece.start, piece.length = place, length
            kind = QTextCharFormat()
            is_code = mono or span.code or bool(span.tex)
            kind.setFont(self._font(style, mono=is_code))
            if span.bold:
                kind.setFontWeight(QFont.Weight.DemiBold)
            kind.setFontItalic(span.italic or bool(span.tex))
            kind.setFontStrikeOut(span.struck)
            piece.format = kind
            ranges.append(piece)
            place += length
        return ranges

    def _font(self, style: TypeStyle, *, mono: bool = False) -> QFont:
        font = QFont(self._fonts.font(style, mono=mono))
        font.setPixelSize(max(1, round(self.px(style.size * (0.92 if mono else 1)))))
        return font

    def _mark(self, marker: str, style: TypeStyle, x: float, height: float) -> None:
        self._painter.setFont(self._font(style))
        box = QRectF(x - self.px(60), self._y, self.px(52), height)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._painter.drawText(box, flags, marker)

    def _fill(self, left: float, width: float, height: float, colour: str) -> None:
        tone = getattr(_COLOURS, colour, colour)
        box = QRectF(self.px(_MARGIN) + left, self._y, width, height)
        self._painter.fillRect(box, QColor(tone))

    def _turn(self) -> None:
        self._number()
        self._writer.newPage()
        self.page += 1
        self._y = self.px(_MARGIN)

    def _number(self) -> None:
        self._painter.setFont(self._font(theme.CAPTION))
        self._painter.setPen(QColor(_COLOURS.text_muted))
        top = self._writer.height() - self.px(_MARGIN - 20)
        box = QRectF(self.px(_MARGIN), top, self.width, self.px(_FOOT - 16))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(self.page))
        metrics = self._painter.fontMetrics()
        title = metrics.elidedText(
            self._title, Qt.TextElideMode.ElideRight, round(self.width * 0.8)
        )
        self._painter.drawText(box, Qt.AlignmentFlag.AlignLeft, title)


def _begins_at_right(text: str) -> bool:
    """Tell whether the first letter with a direction is one of Arabic, Hebrew and the like."""
    kinds = (unicodedata.bidirectional(sign) for sign in text[:200])
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"
