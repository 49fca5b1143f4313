"""The list of chats that were found, each with a tick that says whether it shall come."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from inglenook.chat.importing.reading import Arrival
from inglenook.core.ids import ChatId
from inglenook.ui import theme
from inglenook.ui.dates import day_in_words
from inglenook.ui.style import Look
from inglenook.ui.words import one_line, tr, tr_n

_HEIGHT, _PAD, _BOX = 52, 12, 18
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_TICK = Qt.ItemDataRole.CheckStateRole


class Found(QAbstractListModel):
    """Chats with their ticks; those that are here already cannot be ticked.

    Signals:
        changed(): other ones are ticked now.
    """

    changed = Signal()

    def __init__(self, arrivals: Sequence[Arrival], known: frozenset[ChatId]) -> None:
        super().__init__()
        self._known = known
        # Those that may come first, the newest of them first.
        self.arrivals = sorted(
            arrivals,
            key=lambda each: (each.chat.conversation.id in known, -each.chat.updated_ms),
        )
        self.chosen = {each.chat.conversation.id for each in arrivals} - known

    @property
    def choosable(self) -> int:
        """How many can be ticked."""
        return len({each.chat.conversation.id for each in self.arrivals} - self._known)

    def choose_all(self, *, is_all: bool) -> None:
        """Tick all, or none."""
        every = {each.chat.conversation.id for each in self.arrivals} - self._known
        self.chosen = every if is_all else set()
        self.dataChanged.emit(self.index(0), self.index(len(self.arrivals) - 1), [_TICK])
        self.changed.emit()

    def toggle(self, row: int) -> None:
        """Tick or untick one."""
        chat = self.arrivals[row].chat.conversation.id
        if chat in self._known:
            return
        self.chosen ^= {chat}
        self.dataChanged.emit(self.index(row), self.index(row), [_TICK])
        self.changed.emit()

    def rowCount(self, _parent: _Index = _NOWHERE) -> int:
        return len(self.arrivals)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        chat = self.arrivals[index.row()].chat.conversation.id
        usable = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        return usable if chat in self._known else usable | Qt.ItemFlag.ItemIsEnabled

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        arrival = self.arrivals[index.row()]
        if role == _TICK:
            is_chosen = arrival.chat.conversation.id in self.chosen
            return Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(arrival.chat.conversation.title, 120) or tr("New chat")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.data(index)}. {self.about(index.row())}"
        return None

    def about(self, row: int) -> str:
        """Return what is known of a chat besides its title."""
        arrival = self.arrivals[row]
        if arrival.chat.conversation.id in self._known:
            return tr("Here already")
        count = len(arrival.chat.conversation.nodes)
        day = QDateTime.fromMSecsSinceEpoch(arrival.chat.updated_ms).date()
        when = day_in_words(day)
        messages = tr_n("1 message", "{count} messages", count)
        return f"{when} · {messages.format(count=count)} · {arrival.source}"


class FoundList(QListView):
    """Shows the chats; Space or a click ticks one."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setItemDelegate(_Face(look))
        self.setAccessibleName(tr("Chats that were found"))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._toggle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._toggle(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        model = self.model()
        if isinstance(model, Found):
            model.toggle(index.row())


class _Face(QStyledItemDelegate):
    """Paints a row: box, title, and what is known below it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, self._look.px(_HEIGHT))

    def editorEvent(self, *_arguments: object) -> bool:
        return False  # the view ticks

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look, colours = self._look, self._look.palette
        px, box = look.px, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_live = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        if option.state & QStyle.StateFlag.State_MouseOver and is_live:
            painter.fillRect(box, QColor(colours.hover))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), 6, 6)
        place = QPoint(box.left() + px(_PAD), box.center().y())
        self._paint_tick(painter, place, index, is_live=is_live)
        left = box.left() + px(_PAD + _BOX + 12)
        width = box.right() - px(_PAD) - left
        model = index.model()
        about = model.about(index.row()) if isinstance(model, Found) else ""
        lines = (
            (str(index.data()), theme.UI, "text" if is_live else "text_muted", px(8)),
            (about, theme.CAPTION, "text_muted", px(28)),
        )
        for words, style, tone, top in lines:
            font = look.font(style)
            painter.setFont(font)
            painter.setPen(QColor(getattr(colours, tone)))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, width)
            area = QRectF(left, box.top() + top, width, px(style.line))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_tick(
        self, painter: QPainter, place: QPoint, index: _Index, *, is_live: bool
    ) -> None:
        left, middle = place.x(), place.y()
        look, colours = self._look, self._look.palette
        side = look.px(_BOX)
        square = QRectF(left + 0.5, middle - side / 2 + 0.5, side - 1, side - 1)
        if not is_live:
            icon = look.icons.pixmap("check", colours.text_faint, side)
            painter.drawPixmap(left, round(middle - side / 2), icon)
            return
        is_on = index.data(_TICK) == Qt.CheckState.Checked
        painter.setPen(QPen(QColor(colours.accent if is_on else colours.edge), 1))
        painter.setBrush(QColor(colours.accent if is_on else colours.raised))
        painter.drawRoundedRect(square, 5, 5)
        if is_on:
            inner = look.px(_BOX - 4)
            icon = look.icons.pixmap("check", colours.on_accent, inner)
            painter.drawPixmap(left + look.px(2), round(middle - inner / 2), icon)
