"""How full the model's context is: a ring beside the button that sends, and what fills it."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from inglenook.chat.fill import AMBER, RED, Fill
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import count_in_words
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.mirror import placed, placed_in
from inglenook.ui.widgets.popupcard import PopupCard
from inglenook.ui.widgets.roles import call_dialog
from inglenook.ui.widgets.shadow import REACH
from inglenook.ui.words import tr

_RING, _THICK = 16, 2.5
_BAR = 8
_WIDTH = 320
_TITLE = theme.TypeStyle(14, 20, 600)


def tone_of(fill: Fill) -> str:
    """Return the palette's colour for how full it is."""
    if fill.share >= RED:
        return "bad"
    return "warn" if fill.share >= AMBER else "text_muted"


def ring_words(fill: Fill) -> str:
    """Return ``"3.1k of 8k"``."""
    whole = count_in_words(fill.context_tokens)
    if fill.context_tokens % 1024 == 0:  # as everybody calls it: 8,192 are 8k
        whole = f"{fill.context_tokens // 1024}k"
    return tr("{} of {}").format(count_in_words(fill.used), whole)


class ContextRing(Button):
    """A ring that closes as the context fills, with the numbers beside it.

    Threads: the UI thread.
    """

    def __init__(self, look: Look) -> None:
        super().__init__(look, text=" ", style=theme.CAPTION)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.fill = Fill()
        self._is_short = False
        self.hide()

    def show_fill(self, fill: Fill) -> None:
        """Show another state; nothing without a model."""
        if fill == self.fill:
            return
        self.fill = fill
        self.setVisible(fill.context_tokens > 0)
        percent = round(100 * min(fill.share, 1.0))
        self.setText(ring_words(fill))
        said = tr("Context: {} tokens, {} % full").format(ring_words(fill), percent)
        self.set_name(said)
        self.updateGeometry()
        self.update()

    def set_short(self, *, is_short: bool) -> None:
        """Show the ring alone where there is little room."""
        if is_short is not self._is_short:
            self._is_short = is_short
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        px = self._look.px
        wide = px(2 * 8 + _RING)
        if not self._is_short:
            metrics = QFontMetrics(self._look.font(self._style))
            wide += px(6) + metrics.horizontalAdvance(self.text())
        return QSize(wide, px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._look.palette, self._look.px
        self._paint_ground(painter, colours)
        side, thick = px(_RING), px(10 * _THICK) / 10
        ring = QRectF(px(8), (self.height() - side) / 2, side, side)
        place = placed_in(painter, QRectF(self.rect()), ring)
        place.adjust(thick / 2, thick / 2, -thick / 2, -thick / 2)
        painter.setPen(QPen(QColor(colours.line), thick))
        painter.drawEllipse(place)
        tone = QColor(getattr(colours, tone_of(self.fill)))
        pen = QPen(tone, thick)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(place, 90 * 16, -round(360 * 16 * min(self.fill.share, 1.0)))
        if not self._is_short:
            painter.setFont(self._look.font(self._style))
            painter.setPen(tone)
            beside = placed(self, self.rect().adjusted(px(8 + _RING + 6), 0, 0, 0))
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_ROW, colours.accent)


class FillBar(QWidget):
    """The parts of the context one beside the other."""

    def __init__(self, look: Look, parts: list[tuple[str, int]], whole: int) -> None:
        super().__init__()
        self._look, self._parts, self._whole = look, parts, max(1, whole)
        self.setFixedHeight(look.px(_BAR))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, round_ = self._look.palette, self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(QRectF(self.rect()), round_, round_)
        left = 0.0
        for tone, tokens in self._parts:
            wide = self.width() * min(1.0, tokens / self._whole)
            painter.setBrush(QColor(getattr(colours, tone)))
            part = QRectF(left, 0, max(wide - 1, 2), self.height())
            painter.drawRoundedRect(placed_in(painter, QRectF(self.rect()), part), 2, 2)
            left += wide


class ContextCard(PopupCard):
    """What fills the context, and what can be done when it is nearly full.

    Signals:
        summary_asked(): a new chat shall begin with a summary of this one.
        longer_asked(): the model shall be loaded with a longer context.

    Threads: the UI thread.
    """

    summary_asked = Signal()
    longer_asked = Signal()

    def __init__(self, look: Look, parent: QWidget, fill: Fill, *, can_be_longer: bool) -> None:
        super().__init__(look, parent)
        call_dialog(self, tr("What fills the context"))
        self._over = parent
        rows = parts_of(fill)
        said = [f"{name}: {count_in_words(tokens)}" for _, name, tokens in rows]
        self.setAccessibleDescription(". ".join(said))
        words = tr("New chat with a summary")
        self.summary = Button(look, text=words, kind="soft")
        self.longer = Button(look, text=tr("Load with a longer context"), kind="quiet")
        self.summary.setVisible(fill.share >= AMBER)
        self.longer.setVisible(can_be_longer and fill.share >= AMBER)
        self._lay_out(fill, rows)
        for button, signal in (
            (self.summary, self.summary_asked),
            (self.longer, self.longer_asked),
        ):
            button.clicked.connect(self.close)
            button.clicked.connect(signal)

    def open_above(self, button: QWidget) -> None:
        """Stand over a button, its right edge where the button's is."""
        self.resize(self.sizeHint())
        room = button.window().geometry()
        corner = button.mapToGlobal(QPoint(button.width(), 0))
        left = corner.x() - self.width() + REACH
        self.move_into(QPoint(left, corner.y() - self.height() + REACH - 4), room)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, fill: Fill, rows: list[tuple[str, str, int]]) -> None:
        look = self._look
        column = QVBoxLayout(self)
        edge = REACH + theme.SPACE_4
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.SPACE_3)
        column.addWidget(Label(look, tr("What fills the context"), _TITLE))
        bar = FillBar(look, [(tone, n) for tone, _, n in rows], fill.context_tokens)
        bar.setMinimumWidth(look.px(_WIDTH - 2 * theme.SPACE_4))
        column.addWidget(bar)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE_2)
        grid.setVerticalSpacing(theme.SPACE_2)
        grid.setColumnStretch(1, 1)
        for row, (tone, name, tokens) in enumerate(rows):
            grid.addWidget(_Dot(look, tone), row, 0)
            grid.addWidget(Label(look, name, theme.LABEL, tone="text_muted"), row, 1)
            shown = Label(look, count_in_words(tokens), theme.LABEL)
            grid.addWidget(shown, row, 2, Qt.AlignmentFlag.AlignTrailing)
        column.addLayout(grid)
        if fill.share >= AMBER:
            advice = tr("When it is full, the oldest messages are left out.")
            column.addWidget(Label(look, advice, theme.NOTE, tone="text_muted", wrap=True))
            column.addWidget(self.summary)
            column.addWidget(self.longer)


class _Dot(QWidget):
    """A spot of colour that joins a row to its part of the bar."""

    def __init__(self, look: Look, tone: str) -> None:
        super().__init__()
        self._look, self._tone = look, tone
        self.setFixedSize(look.px(10), look.px(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._look.palette, self._tone)))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)


def parts_of(fill: Fill) -> list[tuple[str, str, int]]:
    """Return what fills the context: colour, name and tokens of each part there is."""
    parts = [
        ("code_name", tr("Instructions"), fill.instructions),
        ("ok", tr("Documents"), fill.documents),
        ("accent", tr("Conversation"), fill.conversation),
        ("warn", tr("What you are writing"), fill.draft),
        ("edge", tr("Kept free for the answer"), fill.reserve),
    ]
    free = max(0, fill.context_tokens - fill.used - fill.reserve)
    return [each for each in parts if each[2]] + [("line", tr("Free"), free)]
