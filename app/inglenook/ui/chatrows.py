"""How the rows of the side bar are painted and renamed in place."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from inglenook.ui import theme
from inglenook.ui.chatlist import (
    MARK_ROLE,
    OPEN_ROLE,
    ROW_ROLE,
    ChatRow,
    Heading,
    HitRow,
    Index,
    Mark,
    snippet_runs,
)
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.button import paint_ring
from inglenook.ui.words import one_line, tr

_TITLE = TypeStyle(13, 18, 450)
_OPEN_TITLE = TypeStyle(13, 18, 600)
_HEADING = TypeStyle(12, 16, 550)
_INSET = 10
_MARK_ROOM = 26
_DOT, _SMALL_DOT, _BETWEEN = 8, 4, 7
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ChatRows(QStyledItemDelegate):
    """Paints headings, chats and hits.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, view: QWidget) -> None:
        super().__init__(view)
        self._look = look
        self.keyboard = False
        """The list was reached by keyboard, so the current row wears a ring."""
        self.beat = 0
        """Which of three dots is the strong one where an answer is being written."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW_ROLE)
        if isinstance(row, Heading):
            return QSize(0, self._look.row(36 if index.row() else 28))
        return QSize(0, self._look.row(52 if isinstance(row, HitRow) else 34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box: QRect = option.rect
        if isinstance(row, Heading):
            self._paint_heading(painter, box, row)
        elif isinstance(row, ChatRow | HitRow):
            # Of what was found, the row that Enter opens is marked, not all of the open chat.
            chosen = option.state & QStyle.StateFlag.State_Selected
            is_open = chosen if isinstance(row, HitRow) else index.data(OPEN_ROLE)
            mark = Mark(index.data(MARK_ROLE))
            self._paint_row(painter, option, row, is_open=bool(is_open), mark=mark)
        painter.restore()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("rename")
        editor.setAccessibleName(tr("Title of the chat"))
        editor.setMaxLength(200)
        return editor

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        editor.setGeometry(option.rect)

    def helpEvent(
        self, event: QEvent, view: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Show a tool tip only for titles that are cut off."""
        row = index.data(ROW_ROLE)
        metrics = QFontMetrics(self._look.font(_OPEN_TITLE))
        room = view.width() - 2 * self._look.px(_INSET)
        has_mark = index.data(MARK_ROLE) != Mark.NONE
        if (
            isinstance(row, ChatRow)
            and not has_mark
            and metrics.horizontalAdvance(row.title) <= room
        ):
            return False
        return super().helpEvent(event, view, option, index)  # type: ignore[arg-type]  # stubs

    def _paint_heading(self, painter: QPainter, box: QRect, row: Heading) -> None:
        painter.setFont(self._look.font(_HEADING))
        painter.setPen(QColor(self._look.palette.text_faint))
        place = box.adjusted(self._look.px(_INSET), 0, 0, -self._look.px(6))
        painter.drawText(
            place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.text
        )

    def _paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: ChatRow | HitRow,
        *,
        is_open: bool,
        mark: Mark,
    ) -> None:
        look, colours = self._look, self._look.palette
        state: QStyle.StateFlag = option.state
        box = option.rect.adjusted(0, 1, 0, -1)
        if is_open or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected if is_open else colours.hover))
            painter.drawRoundedRect(QRectF(box), theme.RADIUS_ROW, theme.RADIUS_ROW)
        inside = box.adjusted(look.px(_INSET), 0, -look.px(_INSET), 0)
        if isinstance(row, HitRow):
            self._paint_hit(painter, inside, row)
        else:
            font = look.font(_OPEN_TITLE if is_open else _TITLE)
            is_strong = is_open or mark is Mark.ARRIVED
            tone = colours.text if is_strong else colours.text_muted
            if mark:
                inside.setRight(inside.right() - look.px(_MARK_ROOM))
                self._paint_mark(painter, box, mark)
            _draw_line(painter, inside, row.title, font, tone)
        if self.keyboard and state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, box, theme.RADIUS_ROW, colours.accent)

    def _paint_mark(self, painter: QPainter, box: QRect, mark: Mark) -> None:
        """Paint three dots for what is being written, one for what has arrived."""
        look, colours = self._look, self._look.palette
        painter.setPen(Qt.PenStyle.NoPen)
        middle = QPointF(box.right() - look.px(_INSET + _DOT), box.center().y() + 0.5)
        if mark is Mark.ARRIVED:
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(middle, look.px(_DOT) / 2, look.px(_DOT) / 2)
            return
        for number in range(3):
            is_strong = number == self.beat % 3
            painter.setBrush(QColor(colours.accent if is_strong else colours.edge))
            place = middle + QPointF((number - 1) * look.px(_BETWEEN), 0)
            painter.drawEllipse(place, look.px(_SMALL_DOT) / 2, look.px(_SMALL_DOT) / 2)

    def _paint_hit(self, painter: QPainter, box: QRect, row: HitRow) -> None:
        look, colours = self._look, self._look.palette
        half = box.height() // 2
        top = QRect(box.left(), box.top() + look.px(3), box.width(), half - look.px(3))
        _draw_line(painter, top, row.title, look.font(theme.LABEL), colours.text)
        left, below = box.left(), QRect(box.left(), box.top() + half, box.width(), half)
        normal, strong = look.font(theme.CAPTION), look.font(TypeStyle(12, 16, 650))
        for text, is_match in snippet_runs(row.snippet):
            font = strong if is_match else normal
            place = QRect(left, below.top(), below.right() - left, below.height())
            shown = one_line(text) if is_match else text.replace("\n", " ")
            tone = colours.accent if is_match else colours.text_muted
            _draw_line(painter, place, shown, font, tone)
            left += QFontMetrics(font).horizontalAdvance(shown)
            if left >= below.right():
                break


def _draw_line(painter: QPainter, box: QRect, text: str, font: QFont, colour: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _ALONG, cut)
