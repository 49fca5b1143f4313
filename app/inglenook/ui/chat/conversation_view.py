"""The conversation: messages painted in one scrolling column."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from inglenook.chat.message import Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import LiveText
from inglenook.ui import theme
from inglenook.ui.chat.clipboard import put_on_clipboard
from inglenook.ui.chat.column import Anchor, Column
from inglenook.ui.chat.idle import IdleWork
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.jump_pill import JumpPill
from inglenook.ui.chat.keyboard import Keyboard
from inglenook.ui.chat.message_view import Frame
from inglenook.ui.chat.painter import MessagePainter, Moment, caret_rect
from inglenook.ui.chat.phrases import live_meta
from inglenook.ui.chat.pointer import Pointer
from inglenook.ui.chat.selection import Selection, copied, everything
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.icons import Icons
from inglenook.ui.theme import COLUMN_WIDTH, Palette
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr

FOLLOW_WITHIN = 24
SIDE_MARGIN = 24
BLINK_MS = 500
COPIED_MS = 1_600
PREFETCH_MS = 30
SPOKEN = 400
SETTLE_ROUNDS = 6


class ConversationView(QAbstractScrollArea):
    """Shows a conversation, streams an answer into it, and lets people act on messages.

    Everything is painted; model output is never interpreted as HTML and never loads
    anything. While an answer streams only its last block is parsed, laid out and painted.

    Signals:
        copied_text(what): text went to the clipboard; ``what`` says which, for a toast.
        edit_asked(node id): the person wants to change a message.
        regenerate_asked(node id): the person wants another answer in place of this one.
        branch_asked(node id): the person wants to see this other version.
        link_asked(address): the person pressed a link; only http, https and mailto come.

    Threads: the window's.
    """

    copied_text = Signal(str)
    edit_asked = Signal(str)
    regenerate_asked = Signal(str)
    branch_asked = Signal(str)
    link_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = Icons()
        self._palette, self._percent = theme.LIGHT, 100
        self._ink = Ink(self._palette, self._percent, self._icons)
        self._frame = Frame(self._ink, float(COLUMN_WIDTH))
        self._column = Column(self._frame)
        self._conversation = Conversation(ChatId(""))
        self._selection: Selection | None = None
        self._copied: tuple[int, Target] | None = None
        self._following, self._moving = True, False
        self._caret = True
        self._pill = JumpPill(self._ink, self)
        self._pill.clicked.connect(self.jump_to_latest)
        self._pointer, self._keyboard = Pointer(self), Keyboard(self)
        self._blink = self._timer(BLINK_MS, self._turn_caret)
        self._thanks = self._timer(COPIED_MS, self._forget_copied, once=True)
        self._idle = self._timer(PREFETCH_MS, self._work_idly, once=True)
        self._work = IdleWork()
        # Events arrive as soon as the first of these is called: everything else is there.
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Conversation"))
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _timer(
        self, interval_ms: int, slot: Callable[[], None], *, once: bool = False
    ) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(once)
        timer.timeout.connect(slot)
        return timer

    # What is shown

    def show_conversation(self, conversation: Conversation) -> None:
        """Show a new value; what is the same stays measured, and the eye stays where it is."""
        other = conversation.id != self._conversation.id
        before = self._conversation
        anchor = None if other or self._following else self._anchor()
        sent = not other and conversation.head != before.head
        self._conversation = conversation
        if other:
            self._column = Column(self._frame)
            self._selection = None
            self._following = True
        ended = self._ended(before, conversation)
        count = len(self._column.views)
        changed = self._column.show(conversation)
        self._forget_targets()
        if sent and any(self._column.views[number].writing for number in changed):
            # A question was asked just now: the person wants to see its answer.
            self._following = True
        if self._selection is not None and (changed - {count - 1}):
            self._selection = None
        self._settle(anchor)
        self._start_or_stop_blinking()
        self.viewport().update()
        if ended:
            speak(self, tr("Answer finished. {}").format(one_line(ended, SPOKEN)))

    def stream(self, node: NodeId, live: LiveText) -> None:
        """Show the text so far of an answer that is being written.

        Costs what the new text costs, however long the answer and the conversation are.
        """
        number = self._column.number_of(node)
        if number is None:
            return
        view = self._column.views[number]
        if not view.writing:
            return
        old_height, old_meta = view.height, live_meta(view.live) if view.live else ""
        from_y = view.take_live(live)
        self._column.measure(number)
        start = self._column.top(number) - self._value()
        if start < self.viewport().height() and start + view.height > 0:
            self._settle(self._anchor())
        elif view.height != old_height:
            self._set_range()
        start = self._column.top(number) - self._value()
        self._update_span(start + from_y, start + view.height)
        if live_meta(live) != old_meta:
            self._update_span(start, start + view.body_top)

    def set_palette(self, palette: Palette) -> None:
        """Paint in other colours."""
        self._palette = palette
        self._change_ink()

    def set_text_scale(self, percent: int) -> None:
        """Make text larger or smaller.

        Args:
            percent: 85 to 200.
        """
        self._percent = percent
        self._change_ink()

    def scroll_to(self, node: NodeId) -> None:
        """Bring the beginning of a message to the upper edge."""
        number = self._column.number_of(node)
        if number is not None:
            self._following = False
            for _ in range(3):
                self._column.ensure(
                    self._column.top(number),
                    self._column.top(number) + self.viewport().height(),
                )
            self._set_range()
            self._move(self._column.top(number))
            self._settle(None)
            self.viewport().update()

    def jump_to_latest(self) -> None:
        """Go to the end and follow what is being written."""
        self._following = True
        self._settle(None)
        self.viewport().update()

    def select_all(self) -> None:
        """Select every message."""
        self._selection = everything(len(self._column.views))
        self._following = False
        self.viewport().update()

    def copy_selection(self) -> None:
        """Put what is selected on the clipboard, as plain text and as Markdown."""
        if self._selection is None or self._selection.empty:
            return
        plain, marked = copied(self._selection, self._column.views)
        put_on_clipboard(plain, marked)
        self.copied_text.emit(tr("Selection copied"))

    def has_selection(self) -> bool:
        """Whether any text is selected."""
        return self._selection is not None and not self._selection.empty

    @property
    def following(self) -> bool:
        """Whether the view keeps to the end while text arrives."""
        return self._following

    # For the parts of this view

    @property
    def column(self) -> Column:
        """The messages and where they are."""
        return self._column

    @property
    def ink(self) -> Ink:
        """Colours and fonts."""
        return self._ink

    @property
    def selection(self) -> Selection | None:
        """What is selected."""
        return self._selection

    def select(self, selection: Selection | None) -> None:
        """Select something else; what is being read must not move then."""
        self._selection = selection
        if selection is not None and not selection.empty:
            self._stop_following()
        self.viewport().update()

    def column_left(self) -> float:
        """Return where the column begins in the viewport."""
        return float(round((self.viewport().width() - self._frame.width) / 2))

    def to_column(self, point: QPointF) -> QPointF:
        """Return a point of the viewport in the column's system."""
        return QPointF(point.x() - self.column_left(), point.y() + self._value())

    def seen(self, number: int, rect: QRectF) -> QRectF:
        """Return where a message's rectangle is in the viewport."""
        y = self._column.top(number) - self._value()
        return rect.translated(self.column_left(), y)

    def press(self, number: int, target: Target) -> None:
        """Do what a target says."""
        view = self._column.views[number]
        node = view.message.id
        if target.act is Act.LINK:
            self.link_asked.emit(target.value)
        elif target.act is Act.EDIT:
            self.edit_asked.emit(node)
        elif target.act is Act.REGENERATE:
            self.regenerate_asked.emit(node)
        elif target.act in {Act.PREVIOUS, Act.NEXT}:
            self._ask_branch(node, 1 if target.act is Act.NEXT else -1)
        elif target.act is Act.COPY:
            self._copy(number, target, view.text, tr("Message copied"))
        elif target.act is Act.COPY_CODE:
            self._copy(number, target, view.blocks[int(target.value)].code, tr("Code copied"))
        else:
            self._unfold(number, target)

    def reveal(self, rect: QRectF) -> None:
        """Scroll as little as needed so that a rectangle of the viewport is seen."""
        high = self.viewport().height()
        if rect.top() < 8:
            self.scroll_by(rect.top() - 8)
        elif rect.bottom() > high - 8:
            self.scroll_by(min(rect.bottom() - high + 8, rect.top() - 8))

    def scroll_by(self, pixels: float) -> None:
        """Scroll as a person does: going up ends following."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(pixels))

    def column_width(self) -> float:
        """Return the width of the column in pixels."""
        return self._frame.width

    def say_focus(self, number: int, target: Target | None) -> None:
        """Tell a screen reader where the keyboard is now."""
        words = target.name if target is not None else self._column.views[number].text
        speak(self, one_line(words, SPOKEN), at_once=True)

    def update_actions(self, number: int) -> None:
        """Paint the row of actions of a message again."""
        view = self._column.views[number]
        row = QRectF(-12, view.actions_top() - 4, self._frame.width + 24, 44)
        self.viewport().update(self.seen(number, row).toAlignedRect())

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what lies in the rectangle that changed, and nothing else."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        messages = MessagePainter(self._ink, self._frame.width, self.devicePixelRatioF())
        for rect in event.region():  # type: ignore[attr-defined]  # iterable in fact
            self._paint_rect(painter, messages, QRectF(rect))
        painter.end()

    def _paint_rect(self, painter: QPainter, messages: MessagePainter, clip: QRectF) -> None:
        painter.setClipRect(clip)
        painter.fillRect(clip, self._ink.colour("ground"))
        top = clip.top() + self._value()
        for number in self._column.between(top, top + clip.height()):
            at = QPointF(self.column_left(), round(self._column.top(number) - self._value()))
            messages.paint(painter, self._column.views[number], at, clip, self._moment(number))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width; what is being read stays."""
        super().resizeEvent(event)
        self._change_width()
        self._place_pill()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the painted picture and paint only the strip that came into view."""
        del dx
        if self._moving:
            self.viewport().scroll(0, dy)
            return
        self._following = dy < 0 and self._at_end()
        self.viewport().scroll(0, dy)
        if self._settle(self._anchor()):
            self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by pixels where the device tells them; sideways over wide blocks."""
        if self._pointer.wheel(event):
            event.accept()
            return
        pixels = event.pixelDelta().y()
        if pixels:
            self.scroll_by(-pixels)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, select, copy and press by keyboard."""
        if not self._keyboard.key(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Go through everything that can be pressed on screen, then on to the next widget."""
        return self._keyboard.tab(1 if next else -1) or super().focusNextPrevChild(next)

    def viewportEvent(self, event: QEvent) -> bool:
        """Let the hands see pointer, tool tips and the pointer leaving."""
        if self._pointer.take(event):
            return True
        return super().viewportEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of what had the keyboard inside."""
        super().focusOutEvent(event)
        self._keyboard.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave presses to the hands."""
        event.accept()

    def _value(self) -> int:
        return self.verticalScrollBar().value()

    def _at_end(self) -> bool:
        return self._value() >= self.verticalScrollBar().maximum() - FOLLOW_WITHIN

    def _anchor(self) -> Anchor | None:
        top = float(self._value())
        return self._column.anchor(top, top + self.viewport().height())

    def _stop_following(self) -> None:
        self._following = False
        self._show_pill()

    def _set_range(self) -> None:
        high = self.viewport().height()
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setRange(0, max(0, round(self._column.height) - high))
        bar.setPageStep(max(1, high - int(self._ink.px(48))))
        bar.setSingleStep(int(self._ink.px(24)))
        self._moving = False
        self._show_pill()

    def _move(self, value: float) -> None:
        self._moving = True
        self.verticalScrollBar().setValue(round(value))
        self._moving = False

    def _settle(self, anchor: Anchor | None) -> bool:
        """Lay out what is on screen and keep the anchor, or the end, where it is.

        Returns whether any height changed, so that more than a scrolled strip is new.
        """
        any_change = False
        high = self.viewport().height()
        for _ in range(SETTLE_ROUNDS):
            self._set_range()
            if self._following:
                self._move(self.verticalScrollBar().maximum())
            elif anchor is not None and (top := self._column.top_for(anchor)) is not None:
                self._move(top)
            if not self._column.ensure(self._value(), self._value() + high):
                break
            any_change = True
        self._show_pill()
        self._idle.start()
        return any_change

    def _update_span(self, top: float, bottom: float) -> None:
        wide = self.viewport().width()
        rect = QRectF(0, top - 4, wide, bottom - top + 8).toAlignedRect()
        self.viewport().update(rect.intersected(self.viewport().rect()))

    def _show_pill(self) -> None:
        self._pill.setVisible(not self._following and not self._at_end())

    def _place_pill(self) -> None:
        self._pill.resize(self._pill.sizeHint())
        area = self.viewport().geometry()
        x = area.center().x() - self._pill.width() // 2
        self._pill.move(x, area.bottom() - self._pill.height() - 12)

    def _change_ink(self) -> None:
        self._ink = Ink(self._palette, self._percent, self._icons)
        self._pill.set_ink(self._ink)
        self._place_pill()
        self._reframe()

    def _change_width(self) -> None:
        room = float(self.viewport().width() - 2 * SIDE_MARGIN)
        width = max(160.0, min(self._ink.px(COLUMN_WIDTH), room))
        if width != self._frame.width or self._frame.ink is not self._ink:
            self._reframe()
        else:
            self._settle(self._anchor())
            self.viewport().update()

    def _reframe(self) -> None:
        anchor = self._anchor()
        room = float(self.viewport().width() - 2 * SIDE_MARGIN)
        width = max(160.0, min(self._ink.px(COLUMN_WIDTH), room))
        self._frame = Frame(self._ink, width)
        self._column.set_frame(self._frame)
        self._forget_targets()
        self._settle(anchor)
        self.viewport().update()

    def _moment(self, number: int) -> Moment:
        pointer, keyboard = self._pointer, self._keyboard
        copied_here = self._copied and self._copied[0] == number
        last = number == len(self._column.views) - 1
        return Moment(
            number,
            active=last or number in {pointer.message, keyboard.message},
            hovered=pointer.target if pointer.message == number else None,
            focused=keyboard.target if keyboard.message == number and self.hasFocus() else None,
            copied=self._copied[1] if self._copied and copied_here else None,
            caret=self._caret,
            selection=self._selection,
        )

    def _start_or_stop_blinking(self) -> None:
        writing = any(view.writing for view in self._column.views[-1:])
        if writing and not self._blink.isActive():
            self._caret = True
            self._blink.start()
        elif not writing:
            self._blink.stop()

    def _turn_caret(self) -> None:
        self._caret = not self._caret
        number = len(self._column.views) - 1
        if number >= 0:
            rect = caret_rect(self._column.views[number], self._ink).adjusted(-2, -2, 2, 2)
            self.viewport().update(self.seen(number, rect).toAlignedRect())

    def _ended(self, before: Conversation, after: Conversation) -> str:
        """Return the text of an answer that was being written and now is complete."""
        head = after.head
        if head is None or head not in before.nodes:
            return ""
        old, new = before.nodes[head], after.nodes[head]
        ended = old.status is Status.WRITING and new.status is not Status.WRITING
        return new.text if ended else ""

    def _forget_targets(self) -> None:
        self._pointer.forget()
        self._keyboard.forget()

    def _copy(self, number: int, target: Target, text: str, what: str) -> None:
        put_on_clipboard(text, text)
        self._copied = number, target
        self._thanks.start()
        self.viewport().update()
        self.copied_text.emit(what)

    def _forget_copied(self) -> None:
        self._copied = None
        self.viewport().update()

    def _ask_branch(self, node: NodeId, step: int) -> None:
        family = self._conversation.siblings(node)
        index = family.index(node) + step
        if 0 <= index < len(family):
            self.branch_asked.emit(family[index])

    def _unfold(self, number: int, target: Target) -> None:
        view = self._column.views[number]
        anchor = Anchor(view.message.id, -1, self._column.top(number) - self._value())
        self._following = False
        if target.act is Act.THINKING:
            view.fold_thinking()
        else:
            view.show_all()
        self._column.measure(number)
        self._selection = None
        self._forget_targets()
        self._settle(anchor)
        self.viewport().update()

    def _work_idly(self) -> None:
        top = float(self._value())
        high = self.viewport().height()
        work = self._work.step(self._column, top, high)
        if work.changed and self._settle(self._anchor()):
            self.viewport().update()
        if work.repaint:
            self.viewport().update()
        if work.more:
            self._idle.start()
