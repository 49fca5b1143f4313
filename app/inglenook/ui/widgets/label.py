"""A line or paragraph of plain text in a size and a tone of the design system."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.mirror import own_way

_AT_THE_RIGHT = (
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
)


class Label(QLabel):
    """Text that is never read as markup.

    Args:
        tone: Name of a palette colour.
        wrap: Break lines to the width.
        display: Use the optical size for headings.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        style: TypeStyle = theme.UI,
        *,
        tone: str = "text",
        wrap: bool = False,
        display: bool = False,
    ) -> None:
        super().__init__()
        self._look = look
        self._style = style
        self._tone = tone
        self._display = display
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            # Qt would put a Latin name at the left of its room, away from what it names.
            self.setAlignment(_AT_THE_RIGHT)
        self.setText(text)
        self._restyle()
        look.changed.connect(self._restyle)

    def set_tone(self, tone: str) -> None:
        """Take another colour of the palette."""
        self._tone = tone
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._look.font(self._style, display=self._display))
        palette = QPalette(self.palette())
        colour = QColor(getattr(self._look.palette, self._tone))
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)


class ElidedLabel(QWidget):
    """One line that ends in … when there is no room; a screen reader gets all of it."""

    def __init__(self, look: Look, style: TypeStyle = theme.UI, *, tone: str = "text") -> None:
        super().__init__()
        self._look = look
        self._style = style
        self._tone = tone
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        if self.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Ignored:
            # Else no layout asks for the width, and laying out a page takes milliseconds.
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._look.font(self._style))
        return QSize(metrics.horizontalAdvance(self._text) + 2, self._look.px(self._style.line))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._look.font(self._style)
        painter.setFont(font)
        painter.setPen(QColor(getattr(self._look.palette, self._tone)))
        text = QFontMetrics(font).elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, own_way(painter, text))
