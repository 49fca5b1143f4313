"""The card of a document in the composer: its name, its cost, and how to be rid of it."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from inglenook.ui import theme
from inglenook.ui.attachments.item import Item
from inglenook.ui.attachments.thumbnail import thumbnail
from inglenook.ui.attachments.words import (
    document_words,
    kind_words,
    picture_words,
    token_words,
)
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import one_line, problem_words, tip, tr, tr_told

_NAME = theme.TypeStyle(13, 18, 600)
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_REMOVE_KEYS = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
_HEIGHT, _PAD, _ICON, _TEXT_X = 50, 12, 20, 42
_BAR = 3
THUMBNAIL = 36


class DocumentCard(QAbstractButton):
    """Shows one document; pressing it shows what the model will be given.

    Signals:
        removed(ticket): it shall not be sent.
        opened(ticket): somebody wants to look into it.

    Threads: the UI thread.
    """

    removed = Signal(str)
    opened = Signal(str)

    def __init__(self, look: Look, item: Item) -> None:
        super().__init__()
        self._look, self.item = look, item
        self.remove = Button(look, icon="x", name=tr("Remove"), icon_size=16)
        self.remove.setParent(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self.remove.clicked.connect(self._leave)
        look.changed.connect(self._resize)
        self.show_item(item)

    def show_item(self, item: Item) -> None:
        """Show another state of the same document."""
        self.item = item
        name = one_line(item.name, 80)
        self.setAccessibleName(". ".join((name, self.words())))
        self.remove.set_name(tr("Remove {name}").format(name=name))
        problem = item.problem
        self.setToolTip(
            tip(name, problem_words(problem)) if problem else tip(name, self.words())
        )
        self.updateGeometry()
        can_open = item.given is not None
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if can_open else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def words(self) -> str:
        """Return the line below the name."""
        item = self.item
        if item.problem is not None:
            return problem_words(item.problem)
        if item.given is None:
            if item.pages:
                said = tr("Reading page {page} of {pages}…")
                return said.format(page=grouped(item.page), pages=grouped(item.pages))
            return tr("Reading…")
        if item.picture is not None:
            return picture_words(item.given)
        if item.document is None:
            kind = kind_words(item.name, item.given.media_type)
            return f"{kind} · {token_words(item.tokens)}"
        return document_words(item.document, item.given, item.tokens)

    # --- Qt ---

    def sizeHint(self) -> QSize:
        more = theme.CAPTION.line if self.item.problem is not None else 0
        return QSize(self._look.px(240), self._look.px(_HEIGHT + more))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(160), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        size, px = self.remove.sizeHint(), self._look.px
        left = self.width() - size.width() - px(8)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = px(8)
        self.remove.setGeometry(left, (self.height() - size.height()) // 2, *size.toTuple())
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _REMOVE_KEYS:
            self._leave()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        look, px, colours = self._look, self._look.px, self._look.palette
        failed = self.item.problem is not None
        icon, tone = ("warning", colours.warn) if failed else ("file", colours.text_muted)
        ratio = self.devicePixelRatioF()
        side = px(_ICON if self.item.picture is None else THUMBNAIL)
        pad = px(_PAD) if self.item.picture is None else (px(_HEIGHT) - side) // 2
        if self.item.picture is None:
            pixmap = look.icons.pixmap(icon, tone, side, ratio)
        else:
            pixmap = thumbnail(self.item.picture, round(side * ratio), 5 * ratio)
        box = QRectF(self.rect())
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        icon_x = box.right() - pad - side if is_rtl else pad
        place = QRect(round(icon_x), (self.height() - side) // 2, side, side)
        painter.drawPixmap(place, pixmap)
        beside = px(_TEXT_X) if self.item.picture is None else 2 * pad + side
        room = self.remove.width() + px(16)
        text = (
            box.adjusted(room, 0, -beside, 0) if is_rtl else box.adjusted(beside, 0, -room, 0)
        )
        lines = self._lines()
        step = px(theme.CAPTION.line)
        top = (self.height() - px(_NAME.line) - step * len(lines)) / 2
        name = QRectF(text.left(), top, text.width(), px(_NAME.line))
        self._write(
            painter, one_line(self.item.name, 120), name, _NAME, colours.text, middle=True
        )
        below = QRectF(text.left(), name.bottom(), text.width(), step)
        for number, line in enumerate(lines):
            tone = colours.text if failed and not number else colours.text_muted
            self._write(painter, line, below.translated(0, number * step), theme.CAPTION, tone)

    # --- inside ---

    def _lines(self) -> tuple[str, ...]:
        problem = self.item.problem
        return (
            (self.words(),)
            if problem is None
            else (f"{tr_told(problem.title)}.", tr_told(problem.advice))
        )

    def _paint_ground(self, painter: QPainter) -> None:
        colours, box = self._look.palette, QRectF(self.rect())
        hovered = self.underMouse() and self.item.given is not None
        edge = QColor(colours.accent if self.hasFocus() else colours.line)
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(colours.hover if hovered else colours.inset))
        inset = 1.0 if self.hasFocus() else 0.5
        inside = box.adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(inside, theme.RADIUS_FIELD, theme.RADIUS_FIELD)
        if self.item.is_reading and self.item.pages:
            share = self.item.page / self.item.pages
            inner = box.width() - 2 * theme.RADIUS_FIELD
            bar = QRectF(theme.RADIUS_FIELD, box.bottom() - 2 * _BAR, inner * share, _BAR - 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(bar, 1, 1)

    def _write(
        self,
        painter: QPainter,
        words: str,
        place: QRectF,
        style: theme.TypeStyle,
        colour: str,
        *,
        middle: bool = False,
    ) -> None:
        font = self._look.font(style)
        cut = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(font).elidedText(words, cut, place.width())
        painter.drawText(place, _ALONG | Qt.TextFlag.TextSingleLine, shown)

    def _open(self) -> None:
        if self.item.given is not None:
            self.opened.emit(self.item.ticket)

    def _leave(self) -> None:
        self.removed.emit(self.item.ticket)

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()
