"""What a model's maker has written about it, as text that can do nothing."""

import re

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from inglenook.ui import theme
from inglenook.ui.chat.block import Block, Kind, Row, Span
from inglenook.ui.style import Look
from inglenook.ui.words import tr

LONGEST = 20_000
"""Characters that are shown; the rest is on the Hub."""
_MOST_CELLS = 400
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]{0,2000}>", re.DOTALL)
_PICTURE = re.compile(r"\[?!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)(?:\]\([^)\n]{0,2000}\))?")
_OBJECT = "\ufffc"
"""The sign that a document keeps pictures under."""
_HEADINGS = {1: theme.H3, 2: theme.H3}
_SMALL_HEADING = theme.TypeStyle(14, 20, 600)


def readable(text: str) -> str:
    """Return Markdown without tags and pictures, and not too long.

    Code between fences stays as it is.
    """
    parts = text[:LONGEST].split("```")
    for number in range(0, len(parts), 2):
        parts[number] = _PICTURE.sub("", _TAG.sub("", parts[number]))
    return "```".join(parts).replace(_OBJECT, "")


class ReadmeView(QTextBrowser):
    """Paragraphs, lists, code and tables, inserted as plain text with formats.

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
        self.document().setDocumentMargin(0)
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
        )

        self._blocks = blocks_of(new_parser().parse(harmless(readable(text))))
        self._write()

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Alt+Left and Esc lead back from the page, not within the text.
        leaves = event.key() == Qt.Key.Key_Escape or (
            event.key() == Qt.Key.Key_Left
            and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        )
        if leaves:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page around it scrolls

    def _write(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, block in enumerate(self._blocks):
            self._add(cursor, block, is_first=number == 0)
        cursor.endEditBlock()
        self._fit()

    def _add(self, cursor: QTextCursor, block: Block, *, is_first: bool) -> None:
        if block.kind is Kind.RULE:
            return
        if not is_first:
            cursor.insertBlock()
        shape = QTextBlockFormat()
        shape.setTopMargin(0 if is_first else self._look.px(_gap(block)))
        shape.setLeftMargin(self._look.px(20) * len(block.inside))
        if block.kind is Kind.CODE:
            shape.setBackground(QColor(self._look.palette.inset))
        cursor.setBlockFormat(shape)
        if block.kind is Kind.TABLE:
            self._add_table(cursor, block.rows)
        elif block.kind is Kind.CODE:
            cursor.insertText(block.code.replace("\n", "\u2028"), self._code())
        else:
            marker = block.inside[-1].marker if block.inside else ""
            if marker:
                cursor.insertText(f"{marker} ", self._letters(block))
            for span in block.spans:
                cursor.insertText(span.text, self._styled(block, span))

    def _add_table(self, cursor: QTextCursor, rows: tuple[Row, ...]) -> None:
        wide = max((len(row) for row in rows), default=0)
        if wide == 0 or wide * len(rows) > _MOST_CELLS:
            for row in rows:
                line = " | ".join("".join(span.text for span in cell) for cell in row)
                cursor.insertText(line + "\u2028", self._letters(None))
            return
        shape = QTextTableFormat()
        shape.setCellPadding(self._look.px(4))
        shape.setCellSpacing(0)
        shape.setBorder(1)
        shape.setBorderBrush(QColor(self._look.palette.line))
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderCollapse(True)
        table = cursor.insertTable(len(rows), wide, shape)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                inside = table.cellAt(y, x).firstCursorPosition()
                for span in cell:
                    inside.insertText(span.text, self._styled(None, span))
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _letters(self, block: Block | None) -> QTextCharFormat:
        is_heading = block is not None and block.kind is Kind.HEADING
        level = block.level if block is not None else 0
        style = _HEADINGS.get(level, _SMALL_HEADING) if is_heading else theme.UI
        letters = QTextCharFormat()
        letters.setFont(self._look.font(style))
        tone = self._look.palette.text if is_heading else self._look.palette.text_muted
        letters.setForeground(QColor(tone))
        return letters

    def _code(self) -> QTextCharFormat:
        letters = self._letters(None)
        font = QFont(self._look.font(theme.CODE))
        font.setFamilies(list(theme.MONO_FAMILIES))
        letters.setFont(font)
        letters.setForeground(QColor(self._look.palette.text))
        return letters

    def _styled(self, block: Block | None, span: Span) -> QTextCharFormat:
        letters = self._code() if span.code else self._letters(block)
        if span.bold:
            letters.setFontWeight(QFont.Weight.DemiBold)
        letters.setFontItalic(span.italic)
        letters.setFontStrikeOut(span.struck)
        if span.link:
            letters.setAnchor(True)
            letters.setAnchorHref(span.link)
            letters.setForeground(QColor(self._look.palette.accent))
            letters.setFontUnderline(True)
        return letters

    def _fit(self) -> None:
        """Be as high as the text: the page scrolls, not the text in it."""
        self.setFixedHeight(round(self.document().size().height()) + 2)

    def _ask(self, address: QUrl) -> None:
        self.link_asked.emit(address.toString())


def _gap(block: Block) -> int:
    if block.kind is Kind.HEADING:
        return 20
    return 4 if block.in_list else 10
