"""The bar above a conversation: side bar toggle, model pill, badge, chat menu."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from inglenook.ui import theme
from inglenook.ui.actions import Actions, icon_name
from inglenook.ui.pill import ModelPill
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.mirror import placed
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tip, tr

_BADGE = TypeStyle(13, 18, 550)
_CHAT_ACTIONS = ("rename", "find", "copy_chat", "export_chat", "delete")
_BADGE_FROM = 620
"""Narrower than this the bar belongs to the pill alone."""


class Badge(QWidget):
    """Says that everything stays on this computer."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(tr("On-device: nothing leaves this computer"))
        self.setToolTip(tip(tr("Model, chats and files are on this computer and stay here.")))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._look.font(_BADGE))
        width = metrics.horizontalAdvance(tr("On-device")) + self._look.px(42)
        return QSize(width, self._look.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.ok_soft))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        size = look.px(14)
        icon = look.icons.pixmap("shield-check", colours.ok, size, self.devicePixelRatioF())
        at = placed(self, QRect(look.px(9), (self.height() - size) // 2, size, size))
        painter.drawPixmap(at.topLeft(), icon)
        painter.setFont(look.font(_BADGE))
        painter.setPen(QColor(colours.ok))
        place = placed(self, self.rect().adjusted(look.px(29), 0, 0, 0))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, tr("On-device"))


class TopBar(Surface):
    """56 pixels of what matters about the chat on screen.

    Signals:
        side_asked(): the side bar shall come back.
    """

    side_asked = Signal()

    def __init__(self, look: Look, actions: Actions) -> None:
        super().__init__(look, "ground", line="bottom")
        self._actions = actions
        self._is_stored = False
        self._is_chat = True
        self.side = Button(look, icon="sidebar", name=tr("Show the side bar"))
        self.side.set_name(tr("Show the side bar"), "Ctrl+B")
        self.pill = ModelPill(look)
        self.badge = Badge(look)
        self.more = Button(look, icon="more", name=tr("More about this chat"))
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 1)
        row.setSpacing(10)
        row.addWidget(self.side)
        row.addWidget(self.pill, 1)
        row.addWidget(self.badge)
        row.addWidget(self.more)
        self.side.clicked.connect(self.side_asked)
        self.more.clicked.connect(self._open_menu)
        look.changed.connect(self._resize)
        self._resize()

    def add_mark(self, mark: QWidget) -> None:
        """Have something beside the badge that must be seen on every page."""
        self._row.insertWidget(self._row.indexOf(self.badge), mark)

    def set_chat(self, *, is_stored: bool) -> None:
        """Offer the chat menu only for a chat that has something in it."""
        self._is_stored = is_stored
        self.more.setVisible(self._is_stored and self._is_chat)

    def set_page(self, *, is_chat: bool) -> None:
        """Offer the chat menu only while the chat is on screen."""
        self._is_chat = is_chat
        self.more.setVisible(self._is_stored and self._is_chat)

    def set_width(self, width: int) -> None:
        """Show the badge where there is room for it."""
        self.badge.setVisible(width >= self._look.px(_BADGE_FROM))

    def chat_menu(self) -> QMenu:
        """Return the menu of what can be done with this chat."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _CHAT_ACTIONS:
            action = self._actions[name]
            colour = self._look.palette.text_muted
            action.setIcon(self._look.icons.icon(icon_name(action), colour))
            menu.addAction(action)
        return menu

    def _open_menu(self) -> None:
        menu = self.chat_menu()
        corner = QPoint(self.more.width() - menu.sizeHint().width(), self.more.height() + 4)
        menu.popup(self.more.mapToGlobal(corner))

    def _resize(self) -> None:
        self.setFixedHeight(self._look.px(theme.TOP_HEIGHT))
