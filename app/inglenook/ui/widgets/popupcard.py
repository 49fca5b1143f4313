"""A card that stands over the window until it is left: rich menus, and lists of facts."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.shadow import REACH, Shadow

_FLAGS = (
    Qt.WindowType.Popup
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.NoDropShadowWindowHint
)


class PopupCard(QWidget):
    """A rounded card with the shadow of the design system; what holds it lays out the inside.

    The shadow lies within the widget: contents keep ``REACH`` pixels away from its edges.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent, _FLAGS)
        self._look = look
        self._shadow = Shadow(theme.RADIUS_CARD)
        self._behind = QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def move_into(self, place: QPoint, room: QRect) -> None:
        """Move to a place on the screen, as near as the card stays inside a room there."""
        left = min(place.x(), room.right() - self.width() + REACH)
        top = min(place.y(), room.bottom() - self.height() + REACH)
        self.move(max(left, room.left() - REACH), max(top, room.top() - REACH))

    def showEvent(self, event: QShowEvent) -> None:
        if not shows_through():
            self._behind = self._window_behind()
        super().showEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._behind)
        card = self.rect().adjusted(REACH, REACH, -REACH - 1, -REACH - 1)
        self._shadow.paint(painter, card, dark=colours.name == "dark")
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(card, theme.RADIUS_CARD, theme.RADIUS_CARD)

    def _window_behind(self) -> QPixmap:
        """Return what the window shows where the card is going to be."""
        ratio = self.devicePixelRatioF()
        behind = QPixmap(self.size() * ratio)
        behind.setDevicePixelRatio(ratio)
        behind.fill(QColor(self._look.palette.ground))
        if (parent := self.parentWidget()) is not None:
            window = parent.window()
            place = QRect(window.mapFromGlobal(self.pos()), self.size()) & window.rect()
            painter = QPainter(behind)
            at = window.mapToGlobal(place.topLeft()) - self.pos()
            painter.drawPixmap(at, window.grab(place))
            painter.end()
        return behind


def shows_through() -> bool:
    """Tell whether windows can be translucent here.

    An X11 screen without a compositor paints black where nothing is; whether it has one
    cannot be asked through Qt.
    """
    return QGuiApplication.platformName() != "xcb"
