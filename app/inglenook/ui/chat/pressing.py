"""What happens when something in a conversation is pressed."""

from typing import TYPE_CHECKING
from weakref import proxy

from PySide6.QtCore import QTimer

from inglenook.chat.message import Message
from inglenook.ui.chat.clipboard import put_on_clipboard
from inglenook.ui.chat.codename import suggested_name
from inglenook.ui.chat.target import CARD_ACTS, DESK_ACTS, Act, Target
from inglenook.ui.effort.card import draft_of
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView

COPIED_MS = 1_600


class Pressing:
    """Does what targets say, and knows what was copied a moment ago.

    Threads: the window's.
    """

    def __init__(self, view: "ConversationView") -> None:
        # A strong reference would be a cycle, which only the garbage collector could end.
        self._view: ConversationView = proxy(view)
        self._copied: tuple[int, Target] | None = None
        self._thanks = QTimer(view)
        self._thanks.setInterval(COPIED_MS)
        self._thanks.setSingleShot(True)
        self._thanks.timeout.connect(self._forget_copied)

    def copied_in(self, number: int) -> Target | None:
        """Return what of a message was copied a moment ago."""
        return self._copied[1] if self._copied and self._copied[0] == number else None

    def press(self, number: int, target: Target) -> None:
        """Do what a target says."""
        shown = self._view
        view = shown.column.views[number]
        if self._ask(view.message, target):
            return
        if target.act is Act.MENU:
            shown.open_message_menu(number, target)
        elif target.act in {Act.PREVIOUS, Act.NEXT}:
            self._ask_branch(number, 1 if target.act is Act.NEXT else -1)
        elif target.act is Act.COPY:
            self._copy(number, target, view.text, tr("Message copied"))
        elif target.act is Act.DETAILS:
            corner = shown.seen(number, target.rect).topLeft().toPoint()
            shown.details_asked.emit(view.message.id, shown.viewport().mapToGlobal(corner))
        elif target.act in {Act.THINKING, Act.SHOW_ALL}:
            self._unfold(number, target.act)
        else:
            is_card = target.act is Act.AGAIN or target.act in CARD_ACTS
            (self._press_card if is_card else self._press_block)(number, target)

    def _ask(self, message: Message, target: Target) -> bool:
        """Ask for what is done outside the conversation; return whether that was meant."""
        shown = self._view
        asked = {
            Act.EDIT: shown.edit_asked,
            Act.REGENERATE: shown.regenerate_asked,
            Act.CONTINUE: shown.continue_asked,
            Act.LENGTHEN: shown.lengthen_asked,
            Act.TRY_AGAIN: shown.regenerate_asked,
            Act.ANSWER_HERE: shown.here_asked,
        }.get(target.act)
        if asked is not None:
            asked.emit(message.id)
        elif target.act is Act.LINK:
            shown.link_asked.emit(target.value)
        elif target.act is Act.EDIT_QUESTION:
            shown.edit_asked.emit(message.parent or message.id)
        elif target.act in DESK_ACTS:
            shown.act_asked.emit(target.act.value, message.id)
        else:
            return False
        return True

    def _press_card(self, number: int, target: Target) -> None:
        shown, view = self._view, self._view.column.views[number]
        if target.act is Act.AGAIN:
            shown.open_again_menu(number, target)
        elif target.act is Act.LEADING:
            shown.leading_asked.emit()
        elif target.act is Act.DOCUMENT:
            shown.document_asked.emit(view.message.id, int(target.value))
        elif target.act is Act.DRAFT_TABLE:
            shown.drafts_asked.emit(view.message.id)
        elif target.act is Act.COPY_DRAFT:
            draft = draft_of(view.comparison, int(target.value))
            self._copy(number, target, draft.text if draft else "", tr("Draft copied"))
        else:
            view.unfold_card(view.unfolded.after(target))
            shown.take_other_height(number, -1)

    def _press_block(self, number: int, target: Target) -> None:
        view, index = self._view.column.views[number], int(target.value)
        block = view.blocks[index]
        if target.act is Act.COPY_CODE:
            self._copy(number, target, block.code, tr("Code copied"))
        elif target.act is Act.SAVE_CODE:
            self._view.save_asked.emit(suggested_name(block.language), block.code)
        elif target.act is Act.WRAP:
            view.turn_wrapping(index)
            self._view.take_other_height(number, index)
        else:
            self._view.open_table_menu(number, target)

    def _copy(self, number: int, target: Target, text: str, what: str) -> None:
        put_on_clipboard(text, text)
        self._copied = number, target
        self._thanks.start()
        self._view.viewport().update()
        self._view.copied_text.emit(what)

    def _forget_copied(self) -> None:
        self._copied = None
        self._view.viewport().update()

    def _ask_branch(self, number: int, step: int) -> None:
        node = self._view.column.views[number].message.id
        family = self._view.conversation.siblings(node)
        index = family.index(node) + step
        if 0 <= index < len(family):
            self._view.branch_asked.emit(family[index])

    def _unfold(self, number: int, act: Act) -> None:
        view = self._view.column.views[number]
        if act is Act.THINKING:
            view.fold_thinking()
        else:
            view.show_all()
        self._view.select(None)
        self._view.take_other_height(number, -1)
        self._view.finder.renew(self._view.finder.anchor())
