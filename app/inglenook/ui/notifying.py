"""Telling that a long answer has ended, to a person who looks elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QObject, Signal
from PySide6.QtWidgets import QWidget

from inglenook.core.ids import ChatId
from inglenook.services.events import ChatListChanged, ChatsAnswering
from inglenook.services.noticenews import Notice
from inglenook.ui.attention import Attention
from inglenook.ui.bridge import Bridge
from inglenook.ui.words import one_line, tr

LONG_MS = 15_000
"""Nobody turns to something else for less."""


class AnswerWatch(QObject):
    """Notes when answers begin, and tells of long ones that end while nobody looks.

    Only the chat's title is told: what stands in a notification stays in the system's list
    of them, and on locked screens.

    Signals:
        pressed(chat id): the notification was; the window has been brought forward.

    Threads: the UI thread.
    """

    pressed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        bridge: Bridge,
        attention: Attention,
        *,
        is_wanted: Callable[[], bool],
        now_ms: Callable[[], int] = lambda: QDeadlineTimer.current().deadline(),
    ) -> None:
        """Listen to the chats.

        Args:
            window: While it is active nothing more is needed.
            bridge: Tells which chats are being answered.
            attention: Tells the person.
            is_wanted: Whether the person wants to be told.
            now_ms: Milliseconds of a clock that never goes back.
        """
        super().__init__(window)
        self._window, self._attention = window, attention
        self._is_wanted, self._now_ms = is_wanted, now_ms
        self._since: dict[ChatId, int] = {}
        self._titles: dict[ChatId, str] = {}
        bridge.chats_changed.connect(self._take_chats)
        bridge.chats_answering.connect(self._take_answering)

    def _take_chats(self, event: ChatListChanged) -> None:
        self._titles = {each.id: each.title for each in event.chats}

    def _take_answering(self, event: ChatsAnswering) -> None:
        now = self._now_ms()
        ended = [chat for chat in self._since if chat not in event.chats]
        for chat in ended:
            since = self._since.pop(chat)
            if now - since >= LONG_MS and self._is_wanted():
                self._tell(chat)
        for chat in event.chats:
            self._since.setdefault(chat, now)

    def _tell(self, chat: ChatId) -> None:
        title = one_line(self._titles.get(chat, ""), 80) or tr("New chat")
        notice = Notice(chat, tr("The answer is there"), title)
        self._attention.tell(notice, lambda: self.pressed.emit(chat))
