"""The conversation: messages painted in one scrolling column."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import LiveText
from inglenook.ui.chat.accessible import describe_conversations
from inglenook.ui.chat.actions import all_targets
from inglenook.ui.chat.choices import Reach
from inglenook.ui.chat.clipboard import put_on_clipboard
from inglenook.ui.chat.column import Anchor, Column
from inglenook.ui.chat.finder import Finder
from inglenook.ui.chat.keyboard import Keyboard
from inglenook.ui.chat.menus import Menus
from inglenook.ui.chat.painter import MessagePainter, Moment, caret_rect
from inglenook.ui.chat.phrases import live_meta
from inglenook.ui.chat.pointer import Pointer
from inglenook.ui.chat.pressing import Pressing
from inglenook.ui.chat.reading import ReadingPlaces
from inglenook.ui.chat.scrolling_column import ScrollingColumn
from inglenook.ui.chat.search import LONGEST_QUERY
from inglenook.ui.chat.selection import Selection, copied, everything
from inglenook.ui.chat.target import Target
from inglenook.ui.chat.turning import ended_text, has_begun
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr

FOLLOW_WITHIN = 24
SIDE_MARGIN = 24
BLINK_MS = 500
PREFETCH_MS = 30
SPOKEN = 400
SETTLE_ROUNDS = 6


class ConversationView(ScrollingColumn):
    """Shows a conversation, streams an answer into it, and lets people act on messages.

    Everything is painted; model output is never interpreted as HTML and never loads
    anything. While an answer streams only its last block is parsed, laid out and painted.

    Signals:
        copied_text(what): text went to the clipboard; ``what`` says which, for a toast.
        edit_asked(node id): the person wants to change a message.
        regenerate_asked(node id): the person wants another answer in place of this one.
        continue_asked(node id): the person wants the answer to go on where it stopped.
        details_asked(node id, point): what is known of an answer; near a point of the screen.
        save_asked(file name, code): the person wants to keep a code block as a file.
        lengthen_asked(node id): the person wants room for it in a longer context.
        here_asked(node id): this computer shall answer, where another engine did not.
        branch_asked(node id): the person wants to see this other version.
        again_asked(node id, level): another answer is wanted, with this effort.
        leading_asked(): the leading one of the drafts shall be the answer now.
        act_asked(act, node id): one of DESK_ACTS shall be done with a message.
        quoted(text): the selection, as Markdown, shall be answered.
        drafts_asked(node id): the person wants the drafts of an answer as a table.
        document_asked(node id, number): the person wants to see what was attached.
        found(number, count, more): find in chat shows this match of so many; 0 for none.
        link_asked(address): the person pressed a link; only http, https and mailto come.

    Threads: the window's.
    """

    copied_text = Signal(str)
    edit_asked = Signal(str)
    regenerate_asked = Signal(str)
    continue_asked = Signal(str)
    lengthen_asked = Signal(str)
    here_asked = Signal(str)
    branch_asked = Signal(str)
    save_asked = Signal(str, str)
    again_asked = Signal(str, str)
    leading_asked = Signal()
    act_asked = Signal(str, str)
    quoted = Signal(str)
    drafts_asked = Signal(str)
    document_asked = Signal(str, int)
    details_asked = Signal(str, QPoint)
    link_asked = Signal(str)
    found = Signal(int, int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        describe_conversations()
        super().__init__(parent)
        self._conversation = Conversation(ChatId(""))
        self._reach = Reach()
        self._selection: Selection | None = None
        self._caret = self._may_blink = True
        self._reading = ReadingPlaces()
        self._pointer, self._keyboard = Pointer(self), Keyboard(self)
        self._pressing, self._menus = Pressing(self), Menus(self)
        self.finder = Finder(self)
        self.verticalScrollBar().rangeChanged.connect(self.finder.mark_soon)
        self._blink = self._timer(BLINK_MS, self._turn_caret)
        self.setAccessibleName(tr("Conversation"))
        # Events of the viewport arrive from here on: everything else is there.
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # What is shown

    def show_conversation(self, conversation: Conversation) -> None:
        """Show a new value; what is the same stays measured, and the eye stays where it is."""
        other = conversation.id != self._conversation.id
        before = self._conversation
        anchor = None if self._following else self._anchor()
        self._conversation = conversation
        if other:
            self._reading.leave(before.id, anchor)
            anchor = self._reading.of(conversation.id)
            self._column = Column(self._frame)
            self._column.set_reach(self._reach)
            self._selection = None
            self._following = anchor is None
        shown = None if other else self.finder.anchor()
        ended = ended_text(before, conversation)
        count = len(self._column.views)
        changed = self._column.show(conversation)
        self._forget_targets()
        if (not other or not before.nodes) and has_begun(before, conversation):
            # It was asked for just now: the person wants to see the answer.
            self._following = True
            speak(self, tr("The answer begins"))
        if self._selection is not None and (changed - {count - 1}):
            self._selection = None
        self._settle(anchor)
        self._start_or_stop_blinking()
        self.viewport().update()
        if changed or other or count != len(self._column.views):
            self.finder.renew(shown)
        if ended:
            speak(self, tr("Answer finished. {}").format(one_line(ended, SPOKEN)))

    def set_reach(self, reach: Reach) -> None:
        """Know how long a conversation the model can take, for what is offered under it."""
        self._reach = reach
        if self._column.set_reach(reach):
            self._forget_targets()
            self._settle(self._anchor())
            self.viewport().update()

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
        anchor = None if self._following else self._anchor()
        from_y = view.take_live(live)
        self._column.measure(number)
        start = self._column.top(number) - self._value()
        if start < self.viewport().height() and start + view.height > 0:
            self._settle(anchor)
        elif view.height != old_height:
            self._set_range()
        start = self._column.top(number) - self._value()
        self._update_span(start + from_y, start + view.height)
        self.finder.grew(number)
        if live_meta(live) != old_meta or view.is_card_new:
            self._update_span(start, start + view.body_top)

    @property
    def conversation(self) -> Conversation:
        """What is shown."""
        return self._conversation

    def select_all(self) -> None:
        """Select every message."""
        self._selection = everything(len(self._column.views))
        self._following = False
        self.viewport().update()

    def copy_selection(self, *, as_markdown: bool = False) -> None:
        """Put what is selected on the clipboard, as plain text and as Markdown.

        Args:
            as_markdown: Programs that take plain text get the Markdown too.
        """
        if self._selection is None or self._selection.empty:
            return
        plain, marked = copied(self._selection, self._column.views)
        put_on_clipboard(marked if as_markdown else plain, marked)
        self.copied_text.emit(tr("Selection copied"))

    def quote_selection(self) -> None:
        """Ask for the selection to be quoted in the message field."""
        if self._selection is not None and not self._selection.empty:
            self.quoted.emit(copied(self._selection, self._column.views)[1])

    def has_selection(self) -> bool:
        """Whether any text is selected."""
        return self._selection is not None and not self._selection.empty

    def selected_words(self) -> str:
        """Return what is selected if it is a few words of one line, as a search begins with."""
        if self._selection is None or self._selection.empty:
            return ""
        words = copied(self._selection, self._column.views)[0]
        return words if len(words) <= LONGEST_QUERY and "\n" not in words else ""

    # For the parts of this view

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

    def press(self, number: int, target: Target) -> None:
        """Do what a target says."""
        self._pressing.press(number, target)

    def take_other_height(self, number: int, block: int) -> None:
        """Know that a message has another height from a block on; that block stays in place."""
        view = self._column.views[number]
        inner = view.tops[block] if 0 <= block < len(view.tops) else 0.0
        anchor = Anchor(
            view.message.id, block, self._column.top(number) + inner - self._value()
        )
        self._following = False
        self._column.measure(number)
        self._forget_targets()
        self._settle(anchor)
        self.viewport().update()

    def open_table_menu(self, number: int, target: Target) -> None:
        """Offer the ways to copy a table."""
        self._menus.open_table(number, target)

    def open_message_menu(self, number: int, target: Target) -> None:
        """Offer all that can be done with a message."""
        self._menus.open_message(number, target)

    def message_at(self, point: QPointF) -> int:
        """Return the number of the message at a point of the viewport, or -1."""
        y = point.y() + self._value()
        inside = list(self._column.between(y, y + 1))
        return inside[0] if inside else -1

    def open_again_menu(self, number: int, target: Target) -> None:
        """Offer another answer with more or less effort."""
        self._menus.open_again(number, target)

    def target_at(self, point: QPointF) -> tuple[int, Target | None]:
        """Return the message at a point of the viewport, and what can be pressed there."""
        return self._pointer.target_at(point)

    def targets_of(self, number: int) -> list[Target]:
        """Return everything in a message that can be pressed."""
        return all_targets(self._column.views[number], self._ink)

    def focused_target(self, number: int) -> Target | None:
        """Return what of a message has the keyboard."""
        keyboard = self._keyboard
        return keyboard.target if keyboard.message == number and self.hasFocus() else None

    def menu_icon(self, name: str) -> QIcon:
        """Return an icon for a menu."""
        return self._icons.icon(name, self._palette.text_muted)

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
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # all places are worked out
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is under the pointer, or has the keyboard."""
        by_keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        number, target = self._keyboard.message, self._keyboard.target
        if by_keyboard and target is not None:
            point = self.seen(number, target.rect).bottomLeft().toPoint()
        else:
            point = event.pos() if not by_keyboard else QPoint(SIDE_MARGIN, SIDE_MARGIN)
        self._menus.open_at(point)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave presses to the hands."""
        event.accept()

    def _moment(self, number: int) -> Moment:
        pointer, keyboard = self._pointer, self._keyboard
        last = number == len(self._column.views) - 1
        return Moment(
            number,
            active=last or number in {pointer.message, keyboard.message},
            hovered=pointer.target if pointer.message == number else None,
            focused=self.focused_target(number),
            copied=self._pressing.copied_in(number),
            caret=self._caret,
            selection=self._selection,
            search=self.finder.search,
            hit=self.finder.hit,
        )

    def let_blink(self, *, may: bool) -> None:
        """Let the caret of an answer that is being written blink, or stand still."""
        self._may_blink = may
        self._start_or_stop_blinking()

    def _start_or_stop_blinking(self) -> None:
        writing = any(view.writing for view in self._column.views[-1:])
        if not writing or not self._may_blink:
            self._caret = True
            self._blink.stop()
        elif not self._blink.isActive():
            self._blink.start()

    def _turn_caret(self) -> None:
        self._caret = not self._caret
        number = len(self._column.views) - 1
        if number >= 0:
            rect = caret_rect(self._column.views[number], self._ink).adjusted(-2, -2, 2, 2)
            self.viewport().update(self.seen(number, rect).toAlignedRect())

    def _forget_targets(self) -> None:
        self._pointer.forget()
        self._keyboard.forget()
