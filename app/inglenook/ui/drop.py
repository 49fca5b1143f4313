"""What happens to files that are dropped on the window, and a veil that says so."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inglenook.storage.documents import looks_like_export
from inglenook.ui import theme
from inglenook.ui.attachments.words import names_of
from inglenook.ui.style import Look
from inglenook.ui.words import tr

_SUFFIX = ".gguf"


class Use(StrEnum):
    """What files are taken for."""

    MODEL = "model"
    CHATS = "chats"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Drop:
    """Files of this computer, and what they are taken for."""

    use: Use
    paths: tuple[str, ...]


def dropped(data: QMimeData) -> Drop | None:
    """Return what becomes of files when they are let go; None if nothing does.

    A model is opened, chats that another program exported are imported; whatever else it is
    goes with the next message.
    """
    paths = tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())
    models = tuple(path for path in paths if path.lower().endswith(_SUFFIX))
    if models:
        return Drop(Use.MODEL, models[:1])
    if len(paths) == 1 and looks_like_export(Path(paths[0])):
        return Drop(Use.CHATS, paths)
    return Drop(Use.DOCUMENTS, paths) if paths else None


class DropVeil(QWidget):
    """Says what will happen when the file is let go; it takes no part in the dragging."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icon, self._words, self._below = "box", "", ""
        self.hide()

    def cover(self, drop: Drop) -> None:
        """Cover the window and say what will happen."""
        icons = {Use.MODEL: "box", Use.CHATS: "download", Use.DOCUMENTS: "paperclip"}
        words = {
            Use.MODEL: tr("Drop to open this model"),
            Use.CHATS: tr("Drop to import these chats"),
            Use.DOCUMENTS: tr("Drop to attach"),
        }
        self._icon, self._words = icons[drop.use], words[drop.use]
        self._below = names_of(drop.paths)
        self.setAccessibleName(f"{self._words}: {self._below}")
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.ground)
        veil.setAlphaF(0.92)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(colours.accent_soft))
        box = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        painter.drawRoundedRect(box, theme.RADIUS_COMPOSER, theme.RADIUS_COMPOSER)
        size = look.px(40)
        icon = look.icons.pixmap(self._icon, colours.accent, size, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - size) // 2, self.height() // 2 - size, icon)
        painter.setFont(look.font(theme.H1, display=True))
        painter.setPen(QColor(colours.on_accent_soft))
        words = box.adjusted(0, size + look.px(24), 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._words)
        painter.setFont(look.font(theme.UI))
        below = words.adjusted(0, 2 * look.px(theme.H1.line), 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._below)
