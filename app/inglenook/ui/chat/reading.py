"""Where each chat was being read when it was left, so that it opens there again."""

from inglenook.core.ids import ChatId
from inglenook.ui.chat.column import Anchor

MOST_CHATS = 200
"""The places of so many chats are kept, those that were left last."""


class ReadingPlaces:
    """What stood at the top of the screen in chats that were not being followed.

    Threads: the window's.
    """

    def __init__(self) -> None:
        self._anchors: dict[ChatId, Anchor] = {}

    def leave(self, chat: ChatId, anchor: Anchor | None) -> None:
        """Keep the place in a chat; None where its end was in sight, which is no place."""
        self._anchors.pop(chat, None)
        if anchor is None:
            return
        self._anchors[chat] = anchor
        if len(self._anchors) > MOST_CHATS:
            del self._anchors[next(iter(self._anchors))]

    def of(self, chat: ChatId) -> Anchor | None:
        """Return the place to open a chat at; None for its end."""
        return self._anchors.get(chat)
