"""The page of one chat: greeting or conversation, and the composer below."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.effort.level import Level
from inglenook.services.events import EngineState
from inglenook.ui import theme
from inglenook.ui.chat.choices import Reach
from inglenook.ui.chat.composer import Composer
from inglenook.ui.chat.finding import Finding
from inglenook.ui.chat.greeting import Greeting
from inglenook.ui.chat.readiness import composer_words, reach_of
from inglenook.ui.chat.saving import Saving
from inglenook.ui.style import Look
from inglenook.ui.widgets.shadow import REACH

if TYPE_CHECKING:
    from inglenook.services.chat import ChatService
    from inglenook.services.formulas import Formula, FormulaDrawn
    from inglenook.ui.chat.conversation_view import ConversationView

# 25 times a second reads as steadily as 30 and costs the window a fifth less.
FRAME_MS = 40
_COMPOSER_SHARE = 0.4


class ChatPage(QWidget):
    """Shows a conversation and follows the answer that is being written.

    Attributes:
        recall: Returns what was being written in a chat.
        remember: Told what is being written in a chat.
        effort_of_next: Returns the effort of the message that is sent; None for the usual.
        draw_formula: Asked for the drawing of a formula; without it sources are shown.

    Signals:
        link_asked(url): a link in an answer was pressed.
        copied(what): text went to the clipboard, or code into a file.
        trouble(Problem): a file could not be written.
        too_long(): a pasted text was refused.
        here_asked(node id): this computer shall answer, where another engine did not.

    Threads: the UI thread; the running answer is read from the services by a timer.
    """

    link_asked = Signal(str)
    copied = Signal(str)
    trouble = Signal(object)
    too_long = Signal()
    here_asked = Signal(str)

    def __init__(
        self, look: Look, chat: "ChatService", make_view: Callable[[], "ConversationView"]
    ) -> None:
        """Build the page without its conversation view.

        Args:
            look: Colours and type.
            chat: What is asked for, and where the running answer is read.
            make_view: Called when the first message is shown: Markdown and its highlighter
                take longer to import than the whole rest of the window.
        """
        super().__init__()
        self._look = look
        self._chat = chat
        self._make_view = make_view
        self._view: ConversationView | None = None
        self.draw_formula: Callable[[Formula], object] | None = None
        self._drafts: dict[ChatId, str] = {}
        self.effort_of_next: Callable[[], Level | None] = lambda: None
        self.recall: Callable[[ChatId], str] = lambda chat: self._drafts.get(chat, "")
        self.remember: Callable[[ChatId, str], None] = self._drafts.__setitem__
        self._edited: NodeId | None = None
        self._finding: Finding | None = None
        self._saving = Saving(self)
        self._reach = Reach()
        self.conversation: Conversation | None = None
        self.above = QWidget()
        self.greeting = Greeting(look)
        self.composer = Composer(look)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._follow)
        self._lay_out()
        self._connect()

    # --- what the window says ---

    def open(self, conversation: Conversation) -> None:
        """Put another conversation on screen; each keeps its own draft."""
        self._leave()
        self.close_find()
        self._show(conversation)
        self.composer.put(self.recall(conversation.id))
        if self.isVisible():  # behind the first-run page it must not take the keys
            self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def renew(self, conversation: Conversation) -> None:
        """Show a new value of the conversation on screen."""
        self._show(conversation)

    def show_engine(self, state: EngineState, *, is_away: bool = False) -> None:
        """Say in the composer what the engine of this chat means for the next message."""
        reason, hint = composer_words(state)
        self.composer.set_blocked(reason)
        self.composer.set_hint(hint)
        known = self._reach.local_model
        self._set_reach(replace(reach_of(state), local_model=known, is_away=is_away))

    def set_local_model(self, name: str) -> None:
        """Know the model that this computer could answer with; "" for none."""
        self._set_reach(replace(self._reach, local_model=name))

    def _set_reach(self, reach: Reach) -> None:
        self._reach = reach
        if self._view is not None:
            self._view.set_reach(self._reach)

    def keep_draft(self) -> None:
        """Keep what is being written, so that it is there when the chat is opened again."""
        if self.conversation is not None:
            self.remember(self.conversation.id, self.composer.draft())

    def take_formula(self, drawn: "FormulaDrawn") -> None:
        """Show a formula that was drawn."""
        if self._view is not None:
            self._view.take_formula(drawn)

    def restore_draft(self, draft: str) -> None:
        """Put a message that could not be sent back, unless something new is there."""
        if not self.composer.text():
            self.composer.put(draft)

    def is_answering(self) -> bool:
        """Tell whether an answer is being written in this chat."""
        last = self._last()
        return last is not None and last.status is Status.WRITING

    def stop(self) -> None:
        """Stop the answer."""
        if self.conversation is not None and self.is_answering():
            self._chat.stop(self.conversation.id)

    def regenerate(self) -> None:
        """Write the last answer again."""
        last = self._last()
        if last is not None and last.role is Role.ASSISTANT:
            self._regenerate(last.id)

    def go_on(self) -> None:
        """Write on the last answer, if it stopped short of its end."""
        last = self._last()
        if last is not None and last.is_open_ended:
            self._go_on(last.id)

    def last_answer(self) -> str:
        """Return the last answer's text as far as it is written."""
        return self.conversation.last_answer() if self.conversation else ""

    def scroll_to(self, node: NodeId) -> None:
        """Bring a message of the branch on screen into sight."""
        if self._view is not None:
            self._view.scroll_to(node)

    # --- find in chat ---

    def open_find(self) -> None:
        """Open the bar that looks for words in this chat."""
        if self._finding is not None and self._stack.currentWidget() is self._view:
            self._finding.open()

    def find_step(self, step: int) -> None:
        """Show the next match (1) or the one before (-1); open the bar if it is not there."""
        if self._finding is not None and self._stack.currentWidget() is self._view:
            self._finding.step(step)

    def close_find(self) -> bool:
        """Close the bar and give the keyboard back; return whether it was open."""
        return self._finding is not None and self._finding.close()

    def focus_conversation(self) -> None:
        """Give the keyboard to what is above the composer."""
        target = self.greeting if self._stack.currentIndex() == 0 else self._view
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- Qt ---

    def hideEvent(self, event: QHideEvent) -> None:
        self.keep_draft()  # the window may be closing
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.composer.field.set_ceiling(round(self.window().height() * _COMPOSER_SHARE))
        super().resizeEvent(event)
        if self._finding is not None:
            self._finding.place()

    # --- inside ---

    def _lay_out(self) -> None:
        self._stack = QStackedLayout(self.above)
        self._stack.addWidget(self.greeting)
        self.composer.setMaximumWidth(theme.COMPOSER_WIDTH + 2 * REACH)
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._foot.addWidget(self.composer, 1000)
        self._foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.above, 1)
        column.addLayout(self._foot)

    def _connect(self) -> None:
        self.greeting.prompt_chosen.connect(self._send)
        self.composer.sent.connect(self._send)
        self.composer.stop_asked.connect(self.stop)
        self.composer.edit_last_asked.connect(self._edit_last)
        self.composer.edit_cancelled.connect(self._forget_edit)
        self.composer.too_long.connect(self.too_long)
        self._saving.saved.connect(self.copied)
        self._saving.trouble.connect(self.trouble)
        self._look.changed.connect(self._restyle)

    def _restyle(self) -> None:
        if self._view is not None:
            self._view.set_palette(self._look.palette)
            look = self._look
            self._view.set_type(look.scale, look.letters, is_compact=look.is_compact)
            self._view.let_blink(may=look.motion_ms(1) > 0)

    def _leave(self) -> None:
        if self.conversation is None:
            return
        self.keep_draft()
        if self.composer.is_editing:
            self.composer.end_edit()
        self._edited = None

    def _show(self, conversation: Conversation) -> None:
        self.conversation = conversation
        if conversation.head is None:
            self._stack.setCurrentIndex(0)
        else:
            view = self._the_view()
            view.show_conversation(conversation)
            self._stack.setCurrentWidget(view)
        self._align()
        self.composer.set_answering(is_answering=self.is_answering())
        if self.is_answering():
            self._follow()
            self._timer.start()
        else:
            self._timer.stop()

    def _the_view(self) -> "ConversationView":
        if self._view is None:
            self._view = self._make_view()
            self._finding = Finding(self._look, self._view, self.above)
            self._view.set_reach(self._reach)
            if self.draw_formula is not None:
                self._view.ask_for_formulas(self.draw_formula)
            self._restyle()
            self._view.edit_asked.connect(self._edit)
            self._view.regenerate_asked.connect(self._regenerate)
            self._view.continue_asked.connect(self._go_on)
            self._view.lengthen_asked.connect(self._lengthen)
            self._view.here_asked.connect(self.here_asked)
            self._view.branch_asked.connect(self._branch)
            self._view.link_asked.connect(self.link_asked)
            self._view.copied_text.connect(self.copied)
            self._view.save_asked.connect(self._saving.ask)
            self._view.verticalScrollBar().rangeChanged.connect(self._align)
            self._stack.addWidget(self._view)
        return self._view

    def _align(self) -> None:
        """Keep the composer in the middle of the column, beside whose scroll bar it stands."""
        right = 0
        if self._view is not None and self._stack.currentWidget() is self._view:
            bar = self._view.verticalScrollBar()
            right = bar.sizeHint().width() if bar.maximum() > 0 else 0
        self._foot.setContentsMargins(0, 0, right, 0)

    def _last(self) -> Message | None:
        if self.conversation is None or self.conversation.head is None:
            return None
        return self.conversation.message(self.conversation.head)

    def _follow(self) -> None:
        """Paint what is new of the answer; runs 30 times a second while one is written."""
        last = self._last()
        if last is None or self._view is None:
            return
        live = self._chat.live(last.id)
        if live is not None:
            self._view.stream(last.id, live)

    def edited_message(self) -> Message | None:
        """Return the message that is edited, if one is."""
        if self.conversation is None or self._edited is None:
            return None
        return self.conversation.message(self._edited)

    def _send(self, text: str) -> None:
        attached = self.composer.take_attached()
        chat = self.conversation.id if self.conversation else self._chat.create()
        if self._edited is not None:
            self._send_edited(chat, text, attached)
            return
        self.composer.clear()
        self.remember(chat, "")
        # A sample may have had it.
        self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)
        effort = self.effort_of_next()
        if effort is not None:
            self._chat.send(chat, text, effort=effort, attachments=attached)
        elif attached:
            self._chat.send(chat, text, attachments=attached)
        else:
            self._chat.send(chat, text)

    def _send_edited(self, chat: ChatId, text: str, attached: tuple[Attachment, ...]) -> None:
        before = self.edited_message()
        self._edited = None
        self.composer.end_edit()
        if before is None:
            return
        if attached == before.attachments:
            self._chat.edit(chat, before.id, text)
        else:
            self._chat.edit(chat, before.id, text, attachments=attached)

    def _edit_last(self) -> None:
        if self.conversation is None:
            return
        mine = [each for each in self.conversation.path() if each.role is Role.USER]
        if mine:
            self._edit(mine[-1].id)

    def _edit(self, node: NodeId) -> None:
        if self.conversation is not None:
            self._edited = node
            self.composer.begin_edit(self.conversation.message(node).text)

    def _forget_edit(self) -> None:
        self._edited = None

    def _regenerate(self, node: NodeId) -> None:
        if self.conversation is not None:
            self._chat.regenerate(self.conversation.id, node)

    def _go_on(self, node: NodeId) -> None:
        if self.conversation is not None:
            self._chat.go_on(self.conversation.id, node)

    def _lengthen(self, node: NodeId) -> None:
        if self.conversation is not None:
            self._chat.lengthen(self.conversation.id, node)

    def _branch(self, node: NodeId) -> None:
        if self.conversation is not None:
            self._chat.show(self.conversation.id, node)
