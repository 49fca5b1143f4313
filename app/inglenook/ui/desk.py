"""What people do with chats: open, search, rename, delete, copy; and what comes of it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from inglenook.chat.export import to_markdown
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.chatnews import ChatsRemoved
from inglenook.services.events import (
    ChatListChanged,
    ChatsAnswering,
    ConversationChanged,
    ConversationOpened,
    SearchFinished,
)
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.page import ChatPage
from inglenook.ui.chats.desk import OrganiseDesk
from inglenook.ui.frame import Frame
from inglenook.ui.sidebar import SideBar
from inglenook.ui.toast import Toast
from inglenook.ui.topbar import TopBar
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.chat import ChatService

_NEED_MESSAGES = ("rename", "delete", "pin", "archive", "move_to_folder", "copy_chat",
                  "copy_answer", "regenerate", "go_on", "find", "find_next",
                  "find_previous")  # fmt: skip


class ChatDesk(QObject):
    """Passes wishes about chats from the parts of the window to the service, and news back.

    Signals:
        titled(title): the chat on screen has this title; empty for a new one.

    Threads: the UI thread.
    """

    titled = Signal(str)

    def __init__(
        self,
        service: "ChatService",
        frame: Frame,
        side: SideBar,
        top: TopBar,
        page: ChatPage,
        toast: Toast,
        actions: Actions,
    ) -> None:
        """Join the parts.

        Args:
            service: Keeps the chats.
            frame: Holds the side bar.
            side: Lists the chats.
            top: Offers what can be done with the chat on screen.
            page: Shows it.
            toast: Offers to undo.
            actions: Those about chats are connected here.
        """
        super().__init__()
        self._service = service
        self._frame, self._side, self._top, self._page = frame, side, top, page
        self._toast, self._actions = toast, actions
        self._wanted_node: NodeId | None = None
        self._organise = OrganiseDesk(
            service.organising, side, frame, toast, actions, self._chat
        )
        side.new_asked.connect(self._new_chat)
        side.search_asked.connect(service.search)
        side.list.open_asked.connect(self._open_row)
        side.list.rename_asked.connect(self._rename)
        actions.connect_all(
            new_chat=self._new_chat,
            search=self._search,
            next_chat=partial(self._step_chat, 1),
            previous_chat=partial(self._step_chat, -1),
            rename=self._rename_open,
            delete=self._delete_open,
            copy_chat=self._copy_chat,
            compose=self.compose,
            find=page.open_find,
            find_next=partial(page.find_step, 1),
            find_previous=partial(page.find_step, -1),
            copy_answer=self._copy_answer,
            regenerate=page.regenerate,
            go_on=page.go_on,
        )
        for name in _NEED_MESSAGES:
            actions[name].setEnabled(False)

    def listen(self, bridge: Bridge) -> None:
        """Follow the announcements about chats."""
        self._organise.listen(bridge)
        bridge.chats_changed.connect(self._take_chats)
        bridge.conversation_opened.connect(self._open)
        bridge.conversation_changed.connect(self._renew)
        bridge.chats_answering.connect(self._take_answering)
        bridge.chats_removed.connect(self._offer_undo)
        bridge.search_finished.connect(self._take_hits)

    def _take_chats(self, event: ChatListChanged) -> None:
        self._side.show_chats(event.chats)
        self._side.open_row_of(self._chat())

    def _take_answering(self, event: ChatsAnswering) -> None:
        self._side.list.set_answering(event.chats)

    def _open(self, event: ConversationOpened) -> None:
        conversation = event.conversation
        self._page.open(conversation)
        self._show_title(conversation)
        self._side.open_row_of(conversation.id)
        self._reveal(conversation)

    def _renew(self, event: ConversationChanged) -> None:
        if event.conversation.id == self._chat():
            self._page.renew(event.conversation)
            self._reveal(event.conversation)
            self._show_title(event.conversation)

    def _reveal(self, conversation: Conversation) -> None:
        """Bring a found message into sight, on whichever branch it is."""
        node = self._wanted_node
        if node is None or node not in conversation.nodes:
            self._wanted_node = None
        elif any(message.id == node for message in conversation.path()):
            self._wanted_node = None
            self._page.scroll_to(node)
        else:
            self._service.show(conversation.id, node)

    def _show_title(self, conversation: Conversation) -> None:
        title = one_line(conversation.title, 80)
        self.titled.emit(title)
        self._top.set_chat(is_stored=conversation.head is not None)
        for name in _NEED_MESSAGES:
            self._actions[name].setEnabled(conversation.head is not None)

    def _offer_undo(self, event: ChatsRemoved) -> None:
        gone = [each.id for each in event.chats]
        restore = partial(self._service.organising.restore, gone)
        self._toast.show_message(_deleted_in_words(event), tr("Undo"), restore)
        self._leave_if_on_screen(set(gone))

    def _leave_if_on_screen(self, gone: set[ChatId]) -> None:
        """Show the chat that follows those that went, if the one on screen is among them."""
        here = self._chat()
        if here not in gone:
            return
        following = self._side.list.neighbour(here, 1)
        for _ in gone:
            if following in gone:
                following = self._side.list.neighbour(following, 1)
        if following is None or following in gone:
            self._service.create()
        else:
            self._service.open(following)

    def _take_hits(self, event: SearchFinished) -> None:
        self._side.show_hits(event)

    def _chat(self) -> ChatId | None:
        return self._page.conversation.id if self._page.conversation else None

    def _new_chat(self) -> None:
        self._frame.close_overlay()
        now = self._page.conversation
        if now is None or now.head is not None:
            self._service.create()
        else:
            self.compose()

    def _open_row(self, chat: str, node: str) -> None:
        self._frame.close_overlay()
        self._wanted_node = NodeId(node) if node else None
        self._service.open(ChatId(chat))

    def _rename(self, chat: str, title: str) -> None:
        self._service.rename(ChatId(chat), title)

    def _search(self) -> None:
        self._frame.show_side()
        self._side.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._side.search.selectAll()

    def _step_chat(self, step: int) -> None:
        if (chat := self._side.list.neighbour(self._chat(), step)) is not None:
            self._service.open(chat)

    def _rename_open(self) -> None:
        if self._side.list.hasFocus():
            self._side.list.rename()
        elif (chat := self._chat()) is not None:
            self._frame.show_side()
            self._side.search.leave()
            self._side.list.rename(chat)

    def _delete_open(self) -> None:
        if chats := self._organise.chosen():
            self._service.organising.remove(chats)

    def _copy_chat(self) -> None:
        if self._page.conversation is not None:
            QGuiApplication.clipboard().setText(to_markdown(self._page.conversation))
            self._toast.show_message(tr("Copied the chat as Markdown"))

    def _copy_answer(self) -> None:
        if answer := self._page.last_answer():
            QGuiApplication.clipboard().setText(answer)
            self._toast.show_message(tr("Copied the answer"))

    def chosen(self) -> tuple[ChatId, ...]:
        """Return the chats that an action is about: the selected ones, or that on screen."""
        return self._organise.chosen()

    def compose(self) -> None:
        """Put the keyboard into the message field, if the page with it is the one on screen."""
        # A hidden field that has the focus takes the keys all the same.
        if self._page.isHidden():
            return
        self._page.composer.field.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _deleted_in_words(event: ChatsRemoved) -> str:
    if len(event.chats) > 1:
        return tr("{count} chats deleted").format(count=len(event.chats))
    title = one_line(event.chats[0].title, 40) or tr("New chat")
    return tr("Deleted “{title}”").format(title=title)
