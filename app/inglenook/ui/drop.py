"""Where a model file can be dropped: a veil over the whole window."""

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.words import tr

_SUFFIX = ".gguf"


def model_files(data: QMimeData) -> list[str]:
    """Return the paths of model files on this computer that are being dragged."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.lower().endswith(_SUFFIX)]


class DropVeil(QWidget):
    """Says what will happen when the file is let go; it takes no part in the dragging."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("Drop the file to open this model"))
        self.hide()

    def cover(self) -> None:
        """Cover the window."""
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
        icon = look.icons.pixmap("box", colours.accent, size, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - size) // 2, self.height() // 2 - size, icon)
        painter.setFont(look.font(theme.H1, display=True))
        painter.setPen(QColor(colours.on_accent_soft))
        words = box.adjusted(0, size + look.px(24), 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, tr("Drop to open this model"))
