"""How the rows of the side bar are painted and renamed in place."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from inglenook.ui import theme
from inglenook.ui.chats.hitpaint import draw_line, paint_hit
from inglenook.ui.chats.rows import (
    MARK_ROLE,
    OPEN_ROLE,
    ROW_ROLE,
    ChatRow,
    FolderRow,
    Heading,
    HitRow,
    Index,
    Mark,
    MoreRow,
)
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.button import paint_ring
from inglenook.ui.words import tr

_TITLE = TypeStyle(13, 18, 450)
_OPEN_TITLE = TypeStyle(13, 18, 600)
_HEADING = TypeStyle(12, 16, 550)
_INSET = 10
_STEP = 24
"""From the edge of an icon to the text beside it: 16 for the icon and 8 between."""
_MARK_ROOM = 26
_DOT, _SMALL_DOT, _BETWEEN = 8, 4, 7


class ChatRows(QStyledItemDelegate):
    """Paints headings, folders, chats and hits.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, view: QWidget) -> None:
        super().__init__(view)
        self._look = look
        self.keyboard = False
        """The list was reached by keyboard, so the current row wears a ring."""
        self.beat = 0
        """Which of three dots is the strong one where an answer is being written."""
        self.several = False
        """Several rows are selected, and each of them is marked."""
        self.is_covered = False
        """Another page lies over the open chat."""
        self._box, self._way = QRect(), Qt.LayoutDirection.LeftToRight
        self.drop_on: QPersistentModelIndex | None = None
        """The row that takes what is being dragged."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        match index.data(ROW_ROLE):
            case Heading():
                height = 36 if index.row() else 28
            case HitRow(is_first=True):
                height = 52
            case HitRow() | MoreRow():
                height = 28
            case _:
                height = 34
        return QSize(0, self._look.row(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        self._box, self._way = option.rect, option.direction
        if isinstance(row, Heading):
            self._paint_heading(painter, option.rect, row)
        else:
            box = option.rect.adjusted(0, 1, 0, -1)
            self._paint_ground(painter, option, box, index)
            inside = box.adjusted(self._look.px(_INSET), 0, -self._look.px(_INSET), 0)
            self._paint_row(painter, inside, index)
            if self.keyboard and option.state & QStyle.StateFlag.State_HasFocus:
                paint_ring(painter, box, theme.RADIUS_ROW, self._look.palette.accent)
        painter.restore()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        is_folder = isinstance(index.data(ROW_ROLE), FolderRow)
        editor = QLineEdit(parent)
        editor.setObjectName("rename")
        name = tr("Name of the folder") if is_folder else tr("Title of the chat")
        editor.setAccessibleName(name)
        editor.setMaxLength(80 if is_folder else 200)
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
            and not row.note
            and metrics.horizontalAdvance(row.title) <= room - self._indent(row)
        ):
            return False
        return super().helpEvent(event, view, option, index)  # type: ignore[arg-type]  # stubs

    # --- parts of a row ---

    def _paint_heading(self, painter: QPainter, box: QRect, row: Heading) -> None:
        painter.setFont(self._look.font(_HEADING))
        painter.setPen(QColor(self._look.palette.text_faint))
        inset = self._look.px(_INSET)
        place = box.adjusted(inset, 0, -inset, -self._look.px(6))
        painter.drawText(
            place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.text
        )

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: Index
    ) -> None:
        colours, state = self._look.palette, option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_chat = isinstance(index.data(ROW_ROLE), ChatRow)
        # Of what was found, the row that Enter opens is marked, not all of the open chat.
        is_marked = index.data(OPEN_ROLE) if is_chat and not self.several else chosen
        if isinstance(index.data(ROW_ROLE), FolderRow) and not self.several:
            is_marked = False
        is_marked = is_marked and (self.several or not self.is_covered)
        takes = self.drop_on is not None and index == self.drop_on
        if not (is_marked or takes or state & QStyle.StateFlag.State_MouseOver):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        tone = colours.selected if is_marked else colours.hover
        painter.setBrush(QColor(colours.accent_soft if takes else tone))
        painter.drawRoundedRect(QRectF(box), theme.RADIUS_ROW, theme.RADIUS_ROW)
        if takes:
            paint_ring(painter, box, theme.RADIUS_ROW, colours.accent)

    def _paint_row(self, painter: QPainter, inside: QRect, index: Index) -> None:
        look, colours = self._look, self._look.palette
        match index.data(ROW_ROLE):
            case FolderRow() as folder:
                self._paint_folder(painter, inside, folder)
            case HitRow() as hit:
                paint_hit(painter, look, inside, hit)
            case MoreRow():
                more = inside.adjusted(look.px(_INSET), 0, 0, 0)
                self._line(
                    painter, more, index.data(), look.font(theme.CAPTION), colours.accent
                )
            case ChatRow() as row:
                mark, is_open = Mark(index.data(MARK_ROLE)), bool(index.data(OPEN_ROLE))
                self._paint_chat(painter, inside, row, mark, is_open=is_open)

    def _paint_folder(self, painter: QPainter, inside: QRect, row: FolderRow) -> None:
        look, colours = self._look, self._look.palette
        count = str(row.count) if row.count else ""
        metrics = QFontMetrics(look.font(theme.CAPTION))
        self._paint_icon(painter, inside, "folder", colours.text_muted)
        chevron = look.px(14)
        name = inside.adjusted(look.px(_STEP), 0, -chevron - look.px(6), 0)
        if count:
            room = metrics.horizontalAdvance(count)
            place = QRect(name.right() - room, name.top(), room + 2, name.height())
            self._line(painter, place, count, look.font(theme.CAPTION), colours.text_faint)
            name.setRight(place.left() - look.px(8))
        self._line(painter, name, row.title, look.font(_TITLE), colours.text)
        end = QRect(inside.right() - chevron, inside.top(), chevron, inside.height())
        is_rtl = self._way is Qt.LayoutDirection.RightToLeft
        closed = "chevron-left" if is_rtl else "chevron-right"
        icon = "chevron-down" if row.is_open else closed
        self._paint_icon(painter, end, icon, colours.text_faint, 14)

    def _paint_chat(
        self, painter: QPainter, inside: QRect, row: ChatRow, mark: Mark, *, is_open: bool
    ) -> None:
        look, colours = self._look, self._look.palette
        box = QRect(inside)
        if row.is_pinned:
            self._paint_icon(painter, box, "pin", colours.text_muted)
        box.setLeft(box.left() + self._indent(row))
        if row.note:
            metrics = QFontMetrics(look.font(theme.CAPTION))
            room = metrics.horizontalAdvance(row.note)
            place = QRect(box.right() - room, box.top(), room + 2, box.height())
            self._line(painter, place, row.note, look.font(theme.CAPTION), colours.text_faint)
            box.setRight(place.left() - look.px(8))
        if mark:
            self._paint_mark(painter, inside, mark)
            box.setRight(box.right() - look.px(_MARK_ROOM))
        is_strong = is_open or mark is Mark.ARRIVED
        tone = colours.text if is_strong else colours.text_muted
        font = look.font(_OPEN_TITLE if is_open else _TITLE)
        self._line(painter, box, row.title, font, tone)

    def _indent(self, row: ChatRow) -> int:
        return self._look.px(_STEP) if row.is_pinned or row.is_inside else 0

    def _paint_icon(
        self, painter: QPainter, box: QRect, name: str, tone: str, size: int = 16
    ) -> None:
        look, side = self._look, self._look.px(size)
        ratio = painter.device().devicePixelRatioF()
        pixmap = look.icons.pixmap(name, tone, side, ratio)
        place = QRect(box.left(), box.top() + (box.height() - side) // 2, side, side)
        painter.drawPixmap(QStyle.visualRect(self._way, self._box, place).topLeft(), pixmap)

    def _line(self, painter: QPainter, box: QRect, text: str, font: QFont, tone: str) -> None:
        """Paint one line where it belongs in the reading direction of the interface."""
        draw_line(painter, QStyle.visualRect(self._way, self._box, box), text, font, tone)

    def _paint_mark(self, painter: QPainter, inside: QRect, mark: Mark) -> None:
        """Paint three dots for what is being written, one for what has arrived."""
        look, colours = self._look, self._look.palette
        painter.setPen(Qt.PenStyle.NoPen)
        spot = QPoint(inside.right() - look.px(_DOT), inside.center().y())
        middle = QPointF(QStyle.visualPos(self._way, self._box, spot)) + QPointF(0, 0.5)
        if mark is Mark.ARRIVED:
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(middle, look.px(_DOT) / 2, look.px(_DOT) / 2)
            return
        for number in range(3):
            is_strong = number == self.beat % 3
            painter.setBrush(QColor(colours.accent if is_strong else colours.edge))
            place = middle + QPointF((number - 1) * look.px(_BETWEEN), 0)
            painter.drawEllipse(place, look.px(_SMALL_DOT) / 2, look.px(_SMALL_DOT) / 2)
