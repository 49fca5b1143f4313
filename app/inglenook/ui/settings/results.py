"""What a search in the settings found: a row each, with the section it stands in."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyle, QVBoxLayout

from inglenook.ui import theme
from inglenook.ui.models.pane import Pane
from inglenook.ui.settings.registry import Setting, section_name
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr, tr_n

_TITLE = theme.TypeStyle(14, 20, 550)
_FACTS = theme.TypeStyle(13, 18)
_PAD = 16


class ResultRow(Button):
    """A setting that was found; pressing it leads there."""

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__(look, text=setting.title, style=_TITLE, height=56, leading=True)
        self._setting, self._where = setting, section_name(setting.section)
        self.set_name(f"{setting.title}, {self._where}", setting.about)
        self.setToolTip("")

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(56))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()  # the list has them; Qt would go to any control nearby
        else:
            super().keyPressEvent(event)

    def _paint_content(self, painter: QPainter, colours: theme.Palette) -> None:
        px = self._look.px
        painter.setFont(self._look.font(theme.CAPTION))
        where = QFontMetrics(painter.font()).horizontalAdvance(self._where) + 2
        right = QRect(self.width() - where - px(_PAD), 0, where, self.height())
        painter.setPen(QColor(colours.text_faint))
        self._draw(painter, right, self._where)
        room = right.left() - 2 * px(_PAD)
        top = (self.height() - px(_TITLE.line + _FACTS.line)) // 2
        self._line(painter, _TITLE, colours.text, self._setting.title, top, room)
        below = top + px(_TITLE.line)
        self._line(painter, _FACTS, colours.text_muted, self._setting.about, below, room)

    def _line(
        self,
        painter: QPainter,
        style: theme.TypeStyle,
        colour: str,
        text: str,
        top: int,
        room: int,
    ) -> None:
        painter.setFont(self._look.font(style))
        painter.setPen(QColor(colour))
        place = QRect(self._look.px(_PAD), top, room, self._look.px(style.line))
        mode = Qt.TextElideMode.ElideRight
        words = QFontMetrics(painter.font()).elidedText(text, mode, room)
        self._draw(painter, place, words)

    def _draw(self, painter: QPainter, place: QRect, words: str) -> None:
        """Write into a place, or into its mirror image where reading goes to the left."""
        direction = self.layoutDirection()
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        place = QStyle.visualRect(direction, self.rect(), place)
        painter.drawText(place, QStyle.visualAlignment(direction, leading), words)


class ResultsPane(Pane):
    """The settings that were found, best first; arrow keys walk along them.

    Signals:
        chosen(setting): it shall be shown where it stands.
        left_up(): the keyboard goes back to the field.
    """

    chosen = Signal(object)
    left_up = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Settings that were found"))
        self.rows: list[ResultRow] = []
        self._settings: tuple[Setting, ...] = ()
        self._words = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self._card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        self._column = QVBoxLayout(self._card)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(0)
        self.content.addWidget(self._words)
        self.content.addWidget(self._card)
        self.content.addStretch(1)

    def show_found(self, query: str, settings: tuple[Setting, ...]) -> None:
        """Show what was found for a query."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._settings = settings
        self.rows = [self._row(setting) for setting in settings]
        count = len(settings)
        words = tr_n("1 setting", "{count} settings", count).format(count=count)
        if not settings:
            words = tr("No setting is about “{query}”.").format(query=one_line(query, 60))
        self._words.setText(words)
        self._card.setVisible(bool(settings))
        speak(self, words)

    def take_first(self) -> None:
        """Lead to the best of what was found."""
        if self._settings:
            self.chosen.emit(self._settings[0])

    def enter(self) -> None:
        """Take the keyboard."""
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        here = next((n for n, row in enumerate(self.rows) if row.hasFocus()), -1)
        if not step or here < 0:
            super().keyPressEvent(event)
        elif here + step < 0:
            self.left_up.emit()
        elif here + step < len(self.rows):
            self.rows[here + step].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.rows[here + step])

    def _row(self, setting: Setting) -> ResultRow:
        row = ResultRow(self._look, setting)
        row.clicked.connect(lambda: self.chosen.emit(setting))
        self._column.addWidget(row)
        return row
