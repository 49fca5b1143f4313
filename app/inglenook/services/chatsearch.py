"""The search over every chat: the newest query counts."""

from functools import partial

from inglenook.chat.excerpt import plain
from inglenook.services.bus import Bus
from inglenook.services.events import SearchFinished, SearchHit
from inglenook.services.store import Store

MOST_HITS = 50


class ChatSearch:
    """Looks for words in every chat.

    Threads: ``search`` on any; the work is done on the store's worker.
    """

    def __init__(self, bus: Bus, store: Store) -> None:
        """Look for nothing yet.

        Args:
            bus: Told what was found.
            store: Keeps the chats.
        """
        self._bus, self._store = bus, store
        self._newest = ""

    def search(self, query: str) -> None:
        """Find messages and titles; a newer query makes this one void."""
        self._newest = query
        self._store.post(partial(self._search, query))

    def _search(self, query: str) -> None:
        if query != self._newest:
            return
        found = self._store.conversations.search(query, MOST_HITS) if query.strip() else ()
        hits = tuple(
            SearchHit(hit.chat, hit.title, hit.node, plain(hit.snippet), hit.is_archived)
            for hit in found
        )
        self._bus.publish(SearchFinished(query, hits))
