"""The composer: where a message is written, sent, edited, and an answer stopped."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.chat.attachment import Attachment
from inglenook.ui import theme
from inglenook.ui.chat.paste import FOLD_FROM, Paste, PasteCard
from inglenook.ui.chat.textfield import TextField
from inglenook.ui.effort.picker import EffortButton
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.shadow import REACH, Shadow
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

LONGEST_MESSAGE = 8_000_000
"""Characters; far more than any model reads, far less than what fills the memory."""

_ROUND = 999
_ABOVE = 14
"""Room for the upper part of the shadow; the lower part falls behind the caution."""


class Composer(QWidget):
    """A card that grows with its text.

    Signals:
        sent(text): stripped, never empty.
        queued(text): it shall be sent when the answer has ended.
        stop_asked(): the answer shall end here.
        edit_last_asked(): Arrow up in the empty field.
        edit_cancelled(): the edit was given up.
        too_long(): a paste was refused.
        edit_turned(is editing): an older message is edited from now on, or no more.
        attached_changed(): something else goes with the next message.

    Attributes:
        may_go: Asked before a message is sent; whoever says no tells the person why.
        may_wait: Asked before a message waits for the end of the answer.
        attached: Tells what would go with a message that is sent now.
        take_attached: Hands it over with the message that is being sent.
    """

    sent = Signal(str)
    queued = Signal(str)
    stop_asked = Signal()
    edit_last_asked = Signal()
    edit_cancelled = Signal()
    too_long = Signal()
    edit_turned = Signal(bool)
    attached_changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shadow = Shadow(theme.RADIUS_COMPOSER)
        self._cards: list[PasteCard] = []
        self._blocked = ""
        self._hint = ""
        self._is_answering = self._is_away = False
        self._kept = ""
        self.is_editing = False
        self.may_go: Callable[[], bool] = lambda: True
        self.may_wait: Callable[[], bool] = lambda: True
        self.attached: Callable[[], tuple[Attachment, ...]] = tuple
        self.take_attached: Callable[[], tuple[Attachment, ...]] = tuple
        self.field = TextField(look)
        self.button = Button(
            look, icon="arrow-up", name=tr("Send"), kind="accent", height=36, radius=_ROUND
        )
        self.effort = EffortButton(look)
        self.cancel = Button(look, icon="x", name=tr("Cancel editing"), icon_size=16)
        self._banner = self._make_banner(look)
        self._card_column = QVBoxLayout()
        self._trays, self._tools, self._gauges = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._words = ElidedLabel(look, theme.CAPTION, tone="text_faint")
        caution = tr("Answers can be wrong. Check anything that matters.")
        self._caution = Label(look, caution, theme.CAPTION, tone="text_faint", wrap=True)
        self._body = QWidget()
        self._caution.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self.field.textChanged.connect(self._renew)
        self.field.sent.connect(self._send)
        self.field.up_pressed.connect(self._ask_to_edit_last)
        self.field.escaped.connect(self._escape)
        self.field.long_text_pasted.connect(self._fold)
        self.button.clicked.connect(self._press)
        self.cancel.clicked.connect(self.leave_edit)
        look.changed.connect(self._space)
        look.changed.connect(self.update)
        self._renew()

    # --- what the page says ---

    def send_with(self, *, with_control: bool) -> None:
        """Send with Ctrl+Enter, or with Enter alone."""
        self.field.sends_with_control = with_control
        self._renew()

    def set_answering(self, *, is_answering: bool) -> None:
        """Turn Send into Stop, in the same place, or back."""
        if is_answering is not self._is_answering:
            self._is_answering = is_answering
            self._renew()

    @property
    def is_away(self) -> bool:
        """What is written leaves this computer."""
        return self._is_away

    def set_away(self, host: str) -> None:
        """Wear the colour of what leaves this computer, and say where it goes; "" for not."""
        self._is_away = bool(host)
        self.field.invite(host)
        self.update()

    def set_blocked(self, reason: str) -> None:
        """Say why nothing can be sent now; empty when it can."""
        self._blocked = reason
        self._renew()

    def set_hint(self, hint: str) -> None:
        """Say what will happen to a message sent now; empty for the usual hint."""
        self._hint = hint
        self._renew()

    def text(self) -> str:
        """Return the whole message: what was typed, then what was pasted."""
        typed = self.field.toPlainText().strip()
        return "\n\n".join(each for each in (typed, *self._pasted()) if each)

    def put(self, text: str) -> None:
        """Replace what is written; a long text becomes a card."""
        self.clear()
        if len(text) > FOLD_FROM:
            self._fold(text)
        else:
            self.field.setPlainText(text)
            self.field.moveCursor(QTextCursor.MoveOperation.End)

    def add_text(self, text: str, *, replaces: str = "") -> None:
        """Put a text before or in the place of what is written; Undo takes it back."""
        cursor = self.field.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        if replaces:
            cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.field.setTextCursor(cursor)

    def clear(self) -> None:
        """Empty the field and drop the cards."""
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards.clear()
        self.field.clear()
        self._renew()

    def begin_edit(self, text: str) -> None:
        """Put a message in to be edited; what was being written comes back afterwards."""
        if not self.is_editing:
            self._kept = self.text()
        self.is_editing = True
        self.put(text)
        self._show_editing()
        speak(self.field, tr("Editing your message"))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def end_edit(self) -> None:
        """Leave the edit and bring back what was being written before."""
        self.is_editing = False
        self.put(self._kept)
        self._kept = ""
        self._show_editing()

    def leave_edit(self) -> None:
        """Give the edit up."""
        self.end_edit()
        self.edit_cancelled.emit()

    def draft(self) -> str:
        """Return what is being written apart from an edit."""
        return self._kept if self.is_editing else self.text()

    def add_tray(self, tray: QWidget) -> None:
        """Put something above the field: what goes with the message, or waits to be sent."""
        self._trays.addWidget(tray)

    def add_tool(self, tool: QWidget) -> None:
        """Put a button before the one for effort."""
        last = self._tools.itemAt(self._tools.count() - 1)
        before = (last.widget() if last is not None else None) or self.field
        self._tools.addWidget(tool)
        QWidget.setTabOrder(before, tool)

    def add_gauge(self, gauge: QWidget) -> None:
        """Put something that tells a state before the button that sends."""
        self._gauges.addWidget(gauge)

    def card(self) -> QRect:
        """Return the card without the room for its shadow."""
        return self._body.geometry()

    # --- Qt ---

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours, card = self._look.palette, self.card()
        self._shadow.paint(painter, card, dark=colours.name == "dark")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colours.raised))
        painter.setPen(QPen(QColor(colours.away if self._is_away else colours.line), 1))
        inside = card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inside, theme.RADIUS_COMPOSER, theme.RADIUS_COMPOSER)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The card around the field looks like part of it.
        if self.card().contains(event.position().toPoint()):
            self.field.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    # --- inside ---

    def _make_banner(self, look: Look) -> QWidget:
        banner = QWidget()
        row = QHBoxLayout(banner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Icon(look, "pencil", 16))
        row.addWidget(Label(look, tr("Editing your message"), theme.LABEL), 1)
        row.addWidget(Label(look, tr("Esc to cancel"), theme.CAPTION, tone="text_faint"))
        row.addWidget(self.cancel)
        banner.hide()
        return banner

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(theme.SPACE_2)
        self._tools.setSpacing(theme.SPACE_1)
        self._gauges.setSpacing(theme.SPACE_1)
        foot.addLayout(self._tools)
        foot.addWidget(self.effort)
        foot.addWidget(self._words, 1)
        foot.addLayout(self._gauges)
        foot.addWidget(self.button)
        self._card_column.setSpacing(6)
        upper = QVBoxLayout()
        # So much further in than the button below it, whose words begin inside its ground.
        upper.setContentsMargins(6, 0, 0, 0)
        upper.setSpacing(6)
        upper.addWidget(self._banner)
        upper.addLayout(self._trays)
        upper.addLayout(self._card_column)
        upper.addWidget(self.field)
        self._inside = QVBoxLayout(self._body)
        self._inside.addLayout(upper)
        self._inside.addLayout(foot)
        self._space()
        around = QVBoxLayout(self)
        around.setContentsMargins(REACH, _ABOVE, REACH, 10)
        around.setSpacing(10)
        around.addWidget(self._body)
        around.addWidget(self._caution)

    def _space(self) -> None:
        """Stand apart as the person likes it."""
        is_compact = self._look.is_compact
        above, below = (4, 5) if is_compact else (10, 9)
        self._inside.setContentsMargins(8, above, 9, below)
        self._inside.setSpacing(2 if is_compact else 6)

    def _pasted(self) -> list[str]:
        return [card.paste.text for card in self._cards]

    def _fold(self, text: str) -> None:
        if len(text) + sum(map(len, self._pasted())) > LONGEST_MESSAGE:
            self.too_long.emit()
            return
        card = PasteCard(self._look, Paste(text))
        card.removed.connect(self._unfold)
        before = self._cards[-1].remove if self._cards else self.cancel
        self._cards.append(card)
        self._card_column.addWidget(card)
        QWidget.setTabOrder(before, card.remove)
        speak(self.field, card.accessibleName())
        self._renew()

    def _unfold(self, card: PasteCard) -> None:
        self._cards.remove(card)
        card.hide()
        card.deleteLater()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._renew()

    def _press(self) -> None:
        if self._is_answering:
            self.stop_asked.emit()
        else:
            self._send()

    def _send(self) -> None:
        if self._is_answering and not self.is_editing:
            self._wait()
        elif self._may_send() and self.may_go():
            self.sent.emit(self.text())

    def _wait(self) -> None:
        """Have the message wait for the end of the answer."""
        if self._blocked or not self.text():
            return
        if self.may_wait():
            self.queued.emit(self.text())
        else:
            said = tr("Documents can be sent once the answer has ended")
            self._words.set_text(said)
            speak(self.field, said)

    def _may_send(self) -> bool:
        if self._blocked or self._is_answering:
            return False
        return bool(self._cards) or bool(self.field.toPlainText().strip())

    def _ask_to_edit_last(self) -> None:
        if not self._cards and not self.is_editing:
            self.edit_last_asked.emit()

    def _escape(self) -> None:
        if self.is_editing:
            self.leave_edit()

    def _show_editing(self) -> None:
        self.field.wants_escape = self.is_editing
        self._banner.setVisible(self.is_editing)
        self.edit_turned.emit(self.is_editing)
        self._renew()

    def _renew(self) -> None:
        """Bring button and hint in line with what can be done now."""
        usual = tr("Enter to send, Shift+Enter for a new line")
        keys = tr("Enter")
        if self.field.sends_with_control:
            usual, keys = tr("Ctrl+Enter to send, Enter for a new line"), tr("Ctrl+Enter")
        if self._is_answering and not self.is_editing:
            usual = tr("{} to send it after the answer").format(keys)
        self._words.set_text(self._blocked or self._hint or usual)
        if self._is_answering:
            self.button.set_icon("stop")
            self.button.set_name(tr("Stop"), "Esc")
            self.button.setEnabled(True)
            return
        self.button.set_icon("arrow-up")
        self.button.set_name(tr("Send"), self._blocked or keys)
        if self.button.hasFocus() and not self._may_send():
            # Qt would hand the keyboard to whatever comes next.
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.button.setEnabled(self._may_send())
