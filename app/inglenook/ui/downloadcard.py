"""The card of the side bar that shows what is coming; a press leads to all downloads."""

import time
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from inglenook.services.events import Download
from inglenook.ui import theme
from inglenook.ui.downloadwords import DownloadFace, face_of, is_held, is_under_way
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import bar_height, paint_bar
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.widgets.mirror import own_way, placed
from inglenook.ui.words import one_line, tip, tr

_NAME = theme.TypeStyle(13, 18, 600)
_PAD, _ICON, _HEIGHT = 12, 16, 74
_WORDS_MS = 350
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class DownloadCard(Button):
    """The download that is at work, and how many more there are.

    It is hidden while nothing comes and nothing waits for the person.

    Args:
        now_ms: Milliseconds since 1970, as retries are told in.
    """

    def __init__(
        self, look: Look, *, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    ) -> None:
        super().__init__(look, text=" ", kind="outline", radius=theme.RADIUS_FIELD)
        self._now_ms = now_ms
        self._shown_ms = 0
        self._told: tuple[object, ...] = ()
        self._title = ""
        self._face = DownloadFace(0.0, "", "")
        self._more = 0
        self._is_offline = False
        self._downloads: tuple[Download, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_downloads(self, downloads: tuple[Download, ...]) -> None:
        """Show how the first one stands; hide if there is nothing to tell."""
        self._downloads = downloads
        told = _in_order(downloads)
        if told:
            self._show(told[0], len(told) - 1)
        self.setVisible(bool(told))

    def show_offline(self, *, is_offline: bool) -> None:
        """Take whether the network is switched off."""
        if is_offline is not self._is_offline:
            self._is_offline = is_offline
            self.show_downloads(self._downloads)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, px = self._look, self._look.px
        self._paint_ground(painter, look.palette)
        pad = px(_PAD)
        inside = self.rect().adjusted(pad, px(8), -pad, -px(8))
        self._paint_head(painter, QRect(inside.left(), inside.top(), inside.width(), px(22)))
        high = bar_height(look)
        bar = QRectF(inside.left(), inside.top() + px(28), inside.width(), high)
        paint_bar(painter, bar, self._face.fraction, look, self._face.tone)
        foot = QRect(inside.left(), inside.bottom() - px(18), inside.width(), px(18))
        tone = "bad" if self._face.is_grave else "text_muted"
        self._write(painter, foot, self._foot(), theme.CAPTION, tone)
        if self.wears_ring():
            paint_ring(painter, self.rect(), self._radius, look.palette.accent)

    def _paint_head(self, painter: QPainter, box: QRect) -> None:
        look, side = self._look, self._look.px(_ICON)
        grave = self._face.is_grave
        icon, tone = ("warning", "bad") if grave else ("download", "accent")
        colour = getattr(look.palette, tone)
        picture = look.icons.pixmap(icon, colour, side, self.devicePixelRatioF())
        at = QRect(box.left(), box.top() + (box.height() - side) // 2, side, side)
        painter.drawPixmap(placed(self, at).topLeft(), picture)
        percent = QFontMetrics(look.font(theme.CAPTION)).horizontalAdvance(self._face.percent)
        left = side + look.px(8)
        name = box.adjusted(left, 0, -percent - look.px(8), 0)
        self._write(painter, name, self._head(), _NAME, "text")
        place = QRect(box.right() - percent, box.top(), percent + 2, box.height())
        self._write(painter, place, self._face.percent, theme.CAPTION, "text_muted")

    def _write(
        self, painter: QPainter, box: QRect, text: str, style: theme.TypeStyle, tone: str
    ) -> None:
        font = self._look.font(style)
        painter.setFont(font)
        painter.setPen(QColor(getattr(self._look.palette, tone)))
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(placed(self, box), _MIDDLE, own_way(painter, shown))

    def _foot(self) -> str:
        return self._face.trouble if self._face.is_grave else self._face.facts

    def _head(self) -> str:
        if not self._more:
            return self._title
        return tr("{title} and {count} more").format(title=self._title, count=self._more)

    def _show(self, download: Download, more: int) -> None:
        now_ms = self._now_ms()
        face = face_of(download, now_ms, is_offline=self._is_offline)
        title = one_line(download.title, 60)
        what = (download.state, download.phase, face.percent, face.trouble)
        kind = (title, more, self._is_offline, *what)
        is_same = kind == self._told
        if is_same and 0 <= now_ms - self._shown_ms < _WORDS_MS:
            return  # nobody reads faster
        self._told, self._shown_ms = kind, now_ms
        self._face, self._title, self._more = face, title, more
        if not is_same:  # a screen reader is not told of every tenth of a second
            words = tr("Downloads: {title}, {percent}")
            self.setAccessibleName(words.format(title=self._head(), percent=face.percent))
            self.setAccessibleDescription(self._foot())
            self.setToolTip(tip(title, face.trouble or face.facts))
        self.update()


def _in_order(downloads: tuple[Download, ...]) -> list[Download]:
    """Return those to tell of: at work first, then waiting, then those that need a person."""

    def rank(download: Download) -> int:
        return 0 if download.state == "running" else 1 if is_under_way(download) else 2

    told = [each for each in downloads if is_under_way(each) or is_held(each)]
    return sorted(told, key=rank)
