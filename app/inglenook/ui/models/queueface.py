"""How one download stands: its name, a bar, and a line of facts, painted as one."""

from dataclasses import replace

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from inglenook.services.events import Download
from inglenook.ui import theme
from inglenook.ui.downloadwords import DownloadFace, face_of
from inglenook.ui.models.rowlist import FACTS
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.bar import bar_height, paint_bar
from inglenook.ui.widgets.button import KEYBOARD_REASONS, paint_ring
from inglenook.ui.words import one_line

_TITLE = TypeStyle(14, 20, 600)
_HEIGHT, _SIDE, _PERCENT_ROOM = 64, 6, 48
_WORDS_MS = 350
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignRight


class QueueFace(QProgressBar):
    """A download as a bar with words; only what has changed is painted again.

    Ten updates a second must cost next to nothing, so there are no labels to lay out, and
    the bar's value, which repaints at once and tells screen readers, moves by whole percents.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = ""
        self._ring = False
        self._kind: tuple[str, str, str, str, bool] | None = None
        self._worded_ms = 0
        self.face = DownloadFace(0.0, "", "")
        self.setTextVisible(False)
        self.setRange(0, 100)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_download(self, download: Download, now_ms: int, *, is_offline: bool) -> bool:
        """Show how a download stands; tell whether anything but the numbers is new.

        The bar moves with every update. The words follow at once when the state is another,
        and otherwise no faster than they can be read.
        """
        face = face_of(download, now_ms, is_offline=is_offline)
        title = one_line(download.title, 120)
        kind = (title, download.state, download.phase, face.trouble, is_offline)
        is_other, self._kind = kind != self._kind, kind
        if is_other or not 0 <= now_ms - self._worded_ms < _WORDS_MS:
            self._worded_ms = now_ms
        else:
            face = replace(face, facts=self.face.facts)
        before, self.face = self.face, face
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self.update()
        if face.facts != before.facts:
            self.update(self._facts_box())
        if face.percent != before.percent:
            self.update(self._percent_box())
        if (face.fraction, face.tone) != (before.fraction, before.tone):
            self.update(self._bar_box().toAlignedRect())
        if face.percent != before.percent or is_other:
            self.setAccessibleDescription(face.facts)
            self._tell_value(int(face.fraction * 100))
        return is_other

    def wears_ring(self) -> bool:
        """Tell whether the keyboard is here and came here by a key."""
        return self._ring and self.hasFocus()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(240), self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self._look.px(_HEIGHT))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dirty, face = event.region(), self.face
        if dirty.intersects(self._title_box()):
            self._write(painter, self._title_box(), self._title, _TITLE, "text")
        if dirty.intersects(self._facts_box()):
            self._write(painter, self._facts_box(), face.facts, FACTS, "text_muted")
        if dirty.intersects(self._percent_box()):
            painter.setFont(self._look.font(FACTS))
            painter.setPen(QColor(self._look.palette.text_muted))
            painter.drawText(self._percent_box(), _RIGHT, face.percent)
        paint_bar(painter, self._bar_box(), face.fraction, self._look, face.tone)
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_ROW, self._look.palette.accent)

    def _tell_value(self, percent: int) -> None:
        """Take the value that screen readers hear, without painting at once."""
        if percent != self.value():
            self.setUpdatesEnabled(False)
            self.setValue(percent)
            self.setUpdatesEnabled(True)

    def _write(
        self, painter: QPainter, box: QRect, text: str, style: TypeStyle, tone: str
    ) -> None:
        font = self._look.font(style)
        painter.setFont(font)
        painter.setPen(QColor(getattr(self._look.palette, tone)))
        mode = Qt.TextElideMode.ElideRight
        painter.drawText(box, _MIDDLE, QFontMetrics(font).elidedText(text, mode, box.width()))

    def _title_box(self) -> QRect:
        return self._line(4, 22)

    def _bar_box(self) -> QRectF:
        high = bar_height(self._look)
        return QRectF(self._line(31, 4)).adjusted(0, 0, 0, high - self._look.px(4))

    def _facts_box(self) -> QRect:
        return self._line(39, 20).adjusted(0, 0, -self._look.px(_PERCENT_ROOM), 0)

    def _percent_box(self) -> QRect:
        line, room = self._line(39, 20), self._look.px(_PERCENT_ROOM)
        return line.adjusted(line.width() - room, 0, 0, 0)

    def _line(self, top: int, height: int) -> QRect:
        px = self._look.px
        side = px(_SIDE)
        return QRect(side, px(top), self.width() - 2 * side, px(height))
