"""Choosing who answers: a quiet button, and the assistants on a card above it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from inglenook.chat.assistant import PLAIN, Assistant
from inglenook.ui import theme
from inglenook.ui.assistants.row import PictureRow
from inglenook.ui.assistants.words import about_of, name_of
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.widgets.popupcard import PopupCard
from inglenook.ui.widgets.roles import call_dialog
from inglenook.ui.widgets.shadow import REACH
from inglenook.ui.words import tr

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_WIDTH, _MOST_ROWS, _MOST_NAME = 380, 6, 160
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class AssistantButton(Button):
    """Says who answers next; without words where there is no room for them."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, icon="flame", text=" ", icon_size=16)
        self._is_small = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_assistant(Assistant(PLAIN, "Inglenook", "flame"))

    def show_assistant(self, assistant: Assistant, *, has_instructions: bool = False) -> None:
        """Show another assistant; a dot says that this chat has instructions of its own."""
        self._icon = assistant.icon
        name = name_of(assistant)
        self.setText(f"{name} •" if has_instructions else name)
        said = tr("Assistant: {name}, with instructions for this chat")
        plain = tr("Assistant: {name}")
        self.set_name((said if has_instructions else plain).format(name=name))
        self.updateGeometry()
        self.update()

    def set_small(self, *, is_small: bool) -> None:
        """Show the picture alone, or the name as well."""
        if is_small is not self._is_small:
            self._is_small = is_small
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        px = self._look.px
        if self._is_small:
            return QSize(px(8 + 16 + 4 + 16 + 6), px(32))
        words = QFontMetrics(self._look.font(self._style)).horizontalAdvance(self.text())
        return QSize(px(8 + 16 + 8) + min(words, px(_MOST_NAME)) + px(6 + 16 + 6), px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px, ratio = self._look.palette, self._look.px, self.devicePixelRatioF()
        self._paint_ground(painter, colours)
        side, icons = px(16), self._look.icons
        middle = (self.height() - side) // 2
        icon = icons.pixmap(self._icon, colours.accent, side, ratio)
        painter.drawPixmap(self._placed(QRect(px(8), middle, side, side)).topLeft(), icon)
        chevron = icons.pixmap("chevron-down", colours.text_muted, side, ratio)
        end = self._placed(QRect(self.width() - px(6) - side, middle, side, side))
        painter.drawPixmap(end.topLeft(), chevron)
        if not self._is_small:
            font = self._look.font(self._style)
            painter.setFont(font)
            painter.setPen(QColor(colours.text_muted))
            room = self._placed(self.rect().adjusted(px(32), 0, -px(6 + 16 + 4), 0))
            elided = Qt.TextElideMode.ElideRight
            words = QFontMetrics(font).elidedText(self.text(), elided, room.width())
            along = QStyle.visualAlignment(self.layoutDirection(), _ALONG)
            painter.drawText(room, along, words)
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_ROW, colours.accent)

    def _placed(self, box: QRect) -> QRect:
        """Return where a part lies: mirrored where people read from the right."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)


class AssistantMenu(PopupCard):
    """The assistants on a card that goes away once one is chosen, or with Esc.

    Signals:
        chosen(id): the person picked this one.
        instruct_asked(): something shall be said in this chat alone.
        manage_asked(): the page of all assistants is wanted.

    Threads: the UI thread.
    """

    chosen = Signal(str)
    instruct_asked = Signal()
    manage_asked = Signal()

    def __init__(
        self, look: Look, parent: QWidget, assistants: Sequence[Assistant], now: str
    ) -> None:
        """Show assistants.

        Args:
            look: Colours and type.
            parent: The window's part it stands over.
            assistants: Those that are offered, in their order.
            now: Id of the one that is chosen.
        """
        super().__init__(look, parent)
        call_dialog(self, tr("Assistants"))
        self._ids = [each.id for each in assistants]
        self.rows = [self._row(each, now) for each in assistants]
        group = QButtonGroup(self)
        group.setExclusive(False)
        for number, row in enumerate(self.rows):
            group.addButton(row, number)
        group.idClicked.connect(self._choose)
        self.instruct = self._command("pencil", tr("Instructions for this chat…"))
        self.manage = self._command("person", tr("Edit assistants…"))
        self.instruct.clicked.connect(self._ask_to_instruct)
        self.manage.clicked.connect(self._ask_to_manage)
        self._lay_out()

    def open_above(self, button: QWidget) -> None:
        """Stand over a button, its left edge where the button's is."""
        self.place_above(button, button.mapToGlobal(QPoint(0, 0)), button.window().geometry())
        self.show()
        chosen = next((row for row in self.rows if row.isChecked()), self.instruct)
        chosen.setFocus(Qt.FocusReason.PopupFocusReason)

    def place_above(self, button: QWidget, corner: QPoint, room: QRect) -> None:
        """Move to where the menu fits: above the button's corner, or below, inside the room."""
        self.resize(self.sizeHint())
        top = corner.y() - self.height() + REACH - 4
        if top < room.top() - REACH:
            below = corner.y() + button.height() + 4 - REACH
            top = below if below + self.height() < room.bottom() else room.top() - REACH
        self.move_into(QPoint(corner.x() - REACH - 6, top), room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def _row(self, assistant: Assistant, now: str) -> PictureRow:
        words = (assistant.icon, name_of(assistant), about_of(assistant))
        row = PictureRow(self._look, *words, ticked=True)
        row.setChecked(assistant.id == now)
        return row

    def _command(self, icon: str, text: str) -> Button:
        row = Button(self._look, icon=icon, text=text, height=36, icon_size=16, leading=True)
        row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return row

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for row in self.rows:
            column.addWidget(row)
        self._area = area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        tall = sum(row.sizeHint().height() + 2 for row in self.rows[:_MOST_ROWS])
        area.setFixedHeight(tall)
        around = QVBoxLayout(self)
        edge = REACH + 6
        around.setContentsMargins(edge, edge, edge, edge)
        around.setSpacing(2)
        around.addWidget(area)
        around.addSpacing(4)
        around.addWidget(self.instruct)
        around.addWidget(self.manage)
        self.setMinimumWidth(self._look.px(_WIDTH) + 2 * edge)

    def _step(self, step: int) -> None:
        rows: list[Button] = [*self.rows, self.instruct, self.manage]
        focus = self.focusWidget()
        here = next((n for n, row in enumerate(rows) if row is focus), -1)
        row = rows[(here + step) % len(rows)]
        row.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(row, 0, 2)

    def _choose(self, number: int) -> None:
        self.chosen.emit(self._ids[number])
        self.close()

    def _ask_to_instruct(self) -> None:
        self.close()
        self.instruct_asked.emit()

    def _ask_to_manage(self) -> None:
        self.close()
        self.manage_asked.emit()
