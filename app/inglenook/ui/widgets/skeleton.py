"""The shape of what is still being looked up."""

from PySide6.QtCore import QRectF, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.words import tr

BEFORE_MS = 200
"""What is there sooner needs no sign that it is being looked up."""
_BREATH_MS = 1400
_CARD, _ROW, _GAP = 152, 40, 16
_FAINTEST = 0.55


class Skeleton(QWidget):
    """Grey shapes of a card and rows; they appear only when waiting takes a while.

    Args:
        rows: How many rows.
        card: A large shape stands above them.
    """

    def __init__(self, look: Look, rows: int, *, card: bool = False) -> None:
        super().__init__()
        self._look, self._count, self._has_card = look, rows, card
        self._is_due = False
        self.setAccessibleName(tr("Looking it up"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(BEFORE_MS)
        self._wait.timeout.connect(self._appear)
        self._breath = QVariantAnimation(self)
        self._breath.setStartValue(1.0)
        self._breath.setKeyValueAt(0.5, _FAINTEST)
        self._breath.setEndValue(1.0)
        self._breath.setLoopCount(-1)
        self._breath.valueChanged.connect(self.update)
        look.changed.connect(self._resize)
        self._resize()

    @property
    def is_due(self) -> bool:
        """It has waited long enough to be seen."""
        return self._is_due

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wait.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wait.stop()
        self._breath.stop()
        self._is_due = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._is_due:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.palette.inset))
        if self._breath.state() is QVariantAnimation.State.Running:
            painter.setOpacity(float(self._breath.currentValue()))
        px, top = self._look.px, 0.0
        if self._has_card:
            box = QRectF(0, 0, self.width(), px(_CARD))
            painter.drawRoundedRect(box, theme.RADIUS_CARD, theme.RADIUS_CARD)
            top = px(_CARD + _GAP)
        for number in range(self._count):
            share = (0.62, 0.48, 0.7)[number % 3]
            line = px(12)
            painter.drawRoundedRect(QRectF(0, top + line, self.width() * share, line), 6, 6)
            short = QRectF(self.width() - px(96), top + line, px(96), line)
            painter.drawRoundedRect(short, 6, 6)
            top += px(_ROW + _GAP)

    def _appear(self) -> None:
        self._is_due = True
        if (duration := self._look.motion_ms(_BREATH_MS)) > 0:
            self._breath.setDuration(duration)
            self._breath.start()
        self.update()

    def _resize(self) -> None:
        card = _CARD + _GAP if self._has_card else 0
        self.setFixedHeight(self._look.px(card + self._count * (_ROW + _GAP)))
