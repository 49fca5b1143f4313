"""How well a model runs here: an icon and a word, and where its memory goes."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.models.memory import MemoryPart
from inglenook.models.search import Verdict
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.mirror import placed_in
from inglenook.ui.words import one_line, tip, tr

_ICON, _GAP, _PAD, _HEIGHT = 14, 6, 8, 22


@dataclass(frozen=True, slots=True)
class FitFace:
    """How a verdict looks.

    Attributes:
        icon: Name of an icon.
        word: What is said.
        tone: Palette colour of both; its ``_soft`` companion is the ground.
    """

    icon: str
    word: str
    tone: str


def fit_face(verdict: Verdict) -> FitFace:
    """Return how a verdict looks; never by its colour alone."""
    match verdict:
        case Verdict.GPU:
            return FitFace("check", tr("Runs on GPU"), "ok")
        case Verdict.SPLIT:
            return FitFace("layers", tr("Runs, partly on CPU"), "info")
        case Verdict.CPU:
            return FitFace("cpu", tr("Runs on CPU"), "info")
        case Verdict.TIGHT:
            return FitFace("warning", tr("Tight"), "warn")
        case Verdict.TOO_BIG:
            return FitFace("x", tr("Too big"), "bad")


def memory_in_words(parts: tuple[MemoryPart, ...]) -> str:
    """Return what a model takes, a line for each device that holds any of it."""
    return "\n".join(_part_in_words(part) for part in parts if part.total_bytes > 0)


def _part_in_words(part: MemoryPart) -> str:
    device = tr("Main memory") if part.device == "CPU" else one_line(part.device, 40)
    shares = (
        (tr("weights {size}"), part.weights_bytes),
        (tr("context {size}"), part.kv_bytes),
        (tr("work space {size}"), part.compute_bytes),
        (tr("driver {size}"), part.overhead_bytes),
    )
    told = [text.format(size=bytes_in_words(size)) for text, size in shares if size > 0]
    total = bytes_in_words(part.total_bytes)
    return tr("{device}: {total} ({shares})").format(
        device=device, total=total, shares=", ".join(told)
    )


class FitBadge(QWidget):
    """A soft pill that says how well a model runs on this computer.

    It is hidden while nothing is known. It needs a parent before a verdict is shown: without
    one, Qt would make a window of it.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._face: FitFace | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._resize)
        self.hide()

    def show_verdict(self, verdict: Verdict | None, parts: str = "") -> None:
        """Show how well a model fits; hide if None.

        Args:
            verdict: As the plan has it.
            parts: Where its memory goes, in words, a line a device.
        """
        self._face = fit_face(verdict) if verdict is not None else None
        word = self._face.word if self._face else ""
        self.setAccessibleName(word)
        self.setAccessibleDescription(parts)
        self.setToolTip(tip(*parts.split("\n")))
        self.setVisible(self._face is not None)
        self._resize()

    def sizeHint(self) -> QSize:
        if self._face is None:
            return QSize(0, 0)
        return badge_size(self._look, self._face)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._face is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_badge(painter, self.rect(), self._look, self._face, self.devicePixelRatioF())

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()


def badge_size(look: Look, face: FitFace) -> QSize:
    """Return how much room a badge takes, in pixels."""
    text = QFontMetrics(look.font(theme.CAPTION)).horizontalAdvance(face.word)
    return QSize(text + look.px(2 * _PAD + _ICON + _GAP) + 1, look.px(_HEIGHT))


def paint_badge(painter: QPainter, box: QRect, look: Look, face: FitFace, ratio: float) -> None:
    """Draw a badge; lists that paint their rows themselves use it as well.

    Args:
        painter: With antialiasing.
        box: As large as ``badge_size`` says.
        look: Colours and type.
        face: What to draw.
        ratio: Device pixels to a logical pixel.
    """
    colours = look.palette
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(colours, f"{face.tone}_soft")))
    painter.drawRoundedRect(QRectF(box), box.height() / 2, box.height() / 2)
    side = look.px(_ICON)
    tone = getattr(colours, face.tone)
    left = box.left() + look.px(_PAD)
    pixmap = look.icons.pixmap(face.icon, tone, side, ratio)
    icon = QRectF(left, box.top() + (box.height() - side) // 2, side, side)
    painter.drawPixmap(placed_in(painter, QRectF(box), icon).topLeft(), pixmap)
    left += side + look.px(_GAP)
    painter.setFont(look.font(theme.CAPTION))
    painter.setPen(QColor(tone))
    room = QRectF(left, box.top(), box.right() - left + 1, box.height())
    room = placed_in(painter, QRectF(box), room)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, face.word)
