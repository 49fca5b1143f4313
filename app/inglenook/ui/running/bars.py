"""Stacked bars of memory, a legend with figures, and the same for screen readers."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.running.amounts import Amounts, Slice, slice_in_words
from inglenook.ui.style import Look
from inglenook.ui.theme import Palette
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.words import tr

_HEIGHT, _GAP, _DOT = 12, 2, 8
_TONES = {
    "other": "edge",
    "weights": "accent",
    "context": "info",
    "work": "ok",
    "driver": "warn",
    "graphics": "accent",
    "margin": "selected",
    "free": "inset",
}


def paint_slice(painter: QPainter, box: QRectF, kind: str, colours: Palette) -> None:
    """Fill a box as a stretch of this kind; what is kept free is hatched."""
    ground = QColor(getattr(colours, _TONES[kind]))
    painter.fillRect(box, ground)
    if kind == "margin":
        hatch = QBrush(QColor(colours.edge), Qt.BrushStyle.BDiagPattern)
        painter.fillRect(box, hatch)


class MemoryBar(QWidget):
    """One bar; where memory lacks it goes on in red beyond the mark of what there is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._amounts: Amounts | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_amounts(self, amounts: Amounts) -> None:
        """Show who has the memory."""
        self._amounts = amounts
        self.setAccessibleName(amounts.in_words())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._look.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._amounts is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, box = self._look.palette, QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setClipPath(clip)
        painter.fillRect(box, QColor(colours.inset))
        there = self._amounts.total_bytes
        scale = box.width() / max(1, there, self._amounts.used_bytes, self._needed_bytes())
        self._paint_slices(painter, scale)
        if self._amounts.lack_bytes:
            self._paint_lack(painter, scale)
        painter.setClipping(False)
        # Free memory is nearly as bright as the ground, so that the bar has an edge.
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, edge.height() / 2, edge.height() / 2)

    def _needed_bytes(self) -> int:
        amounts = self._amounts
        return 0 if amounts is None else amounts.total_bytes + amounts.lack_bytes

    def _paint_slices(self, painter: QPainter, scale: float) -> None:
        left, right = 0.0, float(self.width())
        for each in self._amounts.slices if self._amounts else ():
            # The least that can be seen; together they never leave the bar.
            width = max(each.size_bytes * scale, 2.0)
            box = QRectF(left, 0, min(width, right - left), self.height())
            gap = _GAP if width > 3 * _GAP and each.kind != "free" else 0
            paint_slice(painter, box.adjusted(0, 0, -gap, 0), each.kind, self._look.palette)
            left += width

    def _paint_lack(self, painter: QPainter, scale: float) -> None:
        amounts, colours = self._amounts, self._look.palette
        if amounts is None:
            return
        start, end = amounts.total_bytes * scale, self._needed_bytes() * scale
        box = QRectF(start, 0, max(end - start, 4.0), self.height())
        ground = QColor(colours.bad_soft)
        ground.setAlphaF(0.75)
        painter.fillRect(box, ground)
        painter.fillRect(box, QBrush(QColor(colours.bad), Qt.BrushStyle.BDiagPattern))
        painter.fillRect(QRectF(start - 1, 0, 3, self.height()), QColor(colours.bad))


class Legend(QWidget):
    """What the colours mean, with figures; it takes as many lines as it needs."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._slices: tuple[Slice, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.updateGeometry)

    def show_slices(self, slices: tuple[Slice, ...]) -> None:
        """Explain these stretches."""
        self._slices = slices
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self._look.px(theme.CAPTION.line + 4))

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return places[-1].bottom() + 1 if places else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._look.palette, self._look.px
        painter.setFont(self._look.font(theme.CAPTION))
        for each, box in zip(self._slices, self._places(self.width()), strict=True):
            dot = QRectF(box.left(), box.center().y() - px(_DOT) / 2 + 0.5, px(_DOT), px(_DOT))
            path = QPainterPath(QPointF())
            path.addRoundedRect(dot, 2, 2)
            painter.save()
            painter.setClipPath(path)
            paint_slice(painter, dot, each.kind, colours)
            painter.restore()
            if each.kind in {"free", "margin"}:
                painter.setPen(QPen(QColor(colours.edge), 1))
                painter.drawPath(path)
            painter.setPen(QColor(colours.text_muted))
            text = box.adjusted(px(_DOT + 6), 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, slice_in_words(each))

    def _places(self, room: int) -> list[QRect]:
        """Return where each entry goes, line by line."""
        px, metrics = self._look.px, QFontMetrics(self._look.font(theme.CAPTION))
        left, top, line = 0, 0, px(theme.CAPTION.line + 4)
        places = []
        for each in self._slices:
            width = metrics.horizontalAdvance(slice_in_words(each)) + px(_DOT + 6) + 1
            if left and left + width > room:
                left, top = 0, top + line
            places.append(QRect(left, top, width, line))
            left += width + px(16)
        return places


class DeviceBar(QWidget):
    """One device: its name, the bar, and what is in it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.title = Label(look, "", theme.LABEL)
        self.detail = ElidedLabel(look, theme.CAPTION, tone="text_faint")
        self.total = Label(look, "", theme.CAPTION, tone="text_muted")
        self.bar = MemoryBar(look)
        self.legend = Legend(look)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.detail, 1)
        head.addWidget(self.total)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.legend)

    def show_amounts(self, amounts: Amounts) -> None:
        """Show who has the memory."""
        self.title.setText(amounts.title)
        self.detail.set_text(amounts.detail)
        lack = tr("{lack} too little").format(lack=bytes_in_words(amounts.lack_bytes))
        used = tr("{used} of {total}").format(
            used=bytes_in_words(amounts.used_bytes), total=bytes_in_words(amounts.total_bytes)
        )
        self.total.setText(lack if amounts.lack_bytes else used)
        self.total.set_tone("bad" if amounts.lack_bytes else "text_muted")
        self.bar.show_amounts(amounts)
        self.legend.show_slices(amounts.slices)


class MemoryBars(QWidget):
    """A bar for each device, main memory last."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.bars: list[DeviceBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)

    def show_amounts(self, amounts: Sequence[Amounts]) -> None:
        """Show who has the memory of each device."""
        while len(self.bars) > len(amounts):
            bar = self.bars.pop()
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        while len(self.bars) < len(amounts):
            self.bars.append(DeviceBar(self._look))
            self._column.addWidget(self.bars[-1])
        for bar, each in zip(self.bars, amounts, strict=True):
            bar.show_amounts(each)
