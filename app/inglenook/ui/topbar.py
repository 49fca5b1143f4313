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
    """Says that everything stays on this computer, or that this chat does not.

    Attributes:
        is_away: The chat on screen leaves this computer.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._is_short = False
        self.is_away = False
        self.say_home()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def say_home(self) -> None:
        """Say that nothing leaves this computer."""
        name = tr("On-device: nothing leaves this computer")
        hint = tr("Model, chats and files are on this computer and stay here.")
        self._say(tr("On-device"), name, hint, is_away=False)

    def say_away(self, word: str, hint: str) -> None:
        """Say that the chat on screen leaves this computer.

        Args:
            word: In two or three words.
            hint: Where it goes.
        """
        self._say(word, f"{word}: {hint}", hint, is_away=True)

    def set_short(self, *, is_short: bool) -> None:
        """Show the symbol alone, where there is no room for words."""
        self._is_short = is_short
        self.updateGeometry()
        self.update()

    def _say(self, word: str, name: str, hint: str, *, is_away: bool) -> None:
        self._word, self.is_away = word, is_away
        self.setAccessibleName(name)
        self.setToolTip(tip(hint))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._is_short:
            return QSize(self._look.px(32), self._look.px(24))
        metrics = QFontMetrics(self._look.font(_BADGE))
        width = metrics.horizontalAdvance(self._word) + self._look.px(42)
        return QSize(width, self._look.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tone, ground = colours.ok, colours.ok_soft
        if self.is_away:
            tone, ground = colours.away, colours.away_soft
        painter.setBrush(QColor(ground))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        size = look.px(14)
        name = "external" if self.is_away else "shield-check"
        icon = look.icons.pixmap(name, tone, size, self.devicePixelRatioF())
        at = placed(self, QRect(look.px(9), (self.height() - size) // 2, size, size))
        painter.drawPixmap(at.topLeft(), icon)
        painter.setFont(look.font(_BADGE))
        painter.setPen(QColor(tone))
        if self._is_short:
            return
        place = placed(self, self.rect().adjusted(look.px(29), 0, 0, 0))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._word)


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
        self._is_chat = self._is_wide = True
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
        """Show the badge where there is room for it; what leaves is marked in any case."""
        self._is_wide = width >= self._look.px(_BADGE_FROM)
        self.badge.setVisible(self._is_wide or self.badge.is_away)
        self.badge.set_short(is_short=not self._is_wide)

    def show_away(self, word: str, hint: str) -> None:
        """Mark that the chat on screen leaves this computer; "" where it stays."""
        if word:
            self.badge.say_away(word, hint)
        else:
            self.badge.say_home()
        self.badge.setVisible(self._is_wide or bool(word))

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
