"""Find in chat: which match is shown, and the search behind it."""

from itertools import groupby
from typing import TYPE_CHECKING
from weakref import proxy

from PySide6.QtCore import QTimer

from inglenook.core.ids import NodeId
from inglenook.ui.chat.search import MOST_HITS, Hit, Search
from inglenook.ui.chat.selection import Place

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView

AGAIN_MS = 250
"""So often at most a growing answer is searched and the scroll bar's marks are renewed."""


class Finder:
    """Looks for words in a conversation and goes from match to match.

    Attributes:
        search: What is looked for; None while nothing is.
        hit: The match that is shown.

    Threads: the window's.
    """

    def __init__(self, view: "ConversationView") -> None:
        # A strong reference would be a cycle, which only the garbage collector could end.
        self._view: ConversationView = proxy(view)
        self.search: Search | None = None
        self.hit: Hit | None = None
        self._from = Place(0, 0, 0)
        self._grown: set[int] = set()
        self._turn = QTimer(view)
        self._turn.timeout.connect(self._work)
        self._again = QTimer(view)
        self._again.setInterval(AGAIN_MS)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._catch_up)

    def find(self, query: str) -> None:
        """Look for other words; the match shown stays if it still is one."""
        if not query.strip():
            self.end()
            return
        self._from = self.hit.place if self.hit is not None else self._view.top_place()
        self._begin(query)

    def step(self, step: int) -> None:
        """Show the next match (1) or the one before (-1)."""
        if self.search is None:
            return
        place = self._from if self.hit is None else self.hit.place
        if self.hit is not None and step > 0:
            place = Place(place.message, place.block, place.offset + 1)
        found = self.search.beyond(place, step)
        if found is not None:
            self._show(found)
            self._tell()

    def end(self) -> None:
        """Look for nothing any more."""
        self._turn.stop()
        self.search = self.hit = None
        self._view.scroll_marks.clear()
        self._view.viewport().update()
        self._tell()

    def anchor(self) -> tuple[NodeId, Hit] | None:
        """Return the match shown by its message's id, which outlives a change of branch."""
        if self.hit is None or self.hit.message >= len(self._view.column.views):
            return None
        return self._view.column.views[self.hit.message].message.id, self.hit

    def renew(self, before: tuple[NodeId, Hit] | None) -> None:
        """Look again after messages came, went or changed.

        Args:
            before: What ``anchor`` said of the match shown.
        """
        if self.search is None:
            return
        number = self._view.column.number_of(before[0]) if before is not None else None
        self.hit = None
        self._from = self._view.top_place()
        if before is not None and number is not None:
            hit = before[1]
            self.hit = Hit(number, hit.block, hit.start, hit.end)
            self._from = self.hit.place
        self._begin(self.search.query)

    def grew(self, number: int) -> None:
        """Know that a message's text grew; it is searched again in a moment."""
        if self.search is not None:
            self._grown.add(number)
            self.mark_soon()

    def mark_soon(self) -> None:
        """Renew the marks on the scroll bar in a moment, when heights have changed."""
        if self.search is not None and not self._again.isActive():
            self._again.start()

    # Inside

    def _begin(self, query: str) -> None:
        self._grown.clear()
        self.search = Search(query, self._view.column.views, self._from.message)
        self._turn.start()

    def _work(self) -> None:
        search = self.search
        if search is None:
            self._turn.stop()
            return
        before = self._on_screen(search)
        self._view.take_parsed(search.step())
        if search.done:
            self._turn.stop()
            self._check_shown(search)
            self._mark()
        elif self.hit is None:
            self._choose(search)
        self.mark_soon()
        if search.done or before != self._on_screen(search):
            self._view.viewport().update()
        self._tell()

    def _check_shown(self, search: Search) -> None:
        """Keep the match shown if it is one of the query's, else take the next."""
        if self.hit is not None and not search.number_of(self.hit):
            same = search.beyond(self._from, 1)
            here = same is not None and same.place == self.hit.place
            self.hit = same if here else None
        if self.hit is None and (found := search.beyond(self._from, 1)) is not None:
            self._show(found)

    def _choose(self, search: Search) -> None:
        """Show the first match in reading order from where the person is, once it is known."""
        found = search.beyond(self._from, 1)
        if found is None:
            return
        # Messages are looked at from here on and then from the top: the first match before
        # this place counts only when nothing after it can come any more.
        if found.place >= self._from or found.message < self._from.message:
            self._show(found)

    def _show(self, hit: Hit) -> None:
        self.hit = hit
        self._view.show_place(hit.place)
        self._mark()

    def _catch_up(self) -> None:
        search = self.search
        if search is None:
            return
        for number in self._grown:
            if number < len(self._view.column.views):
                search.look_at(number)
        if self._grown:
            self._grown.clear()
            self._view.viewport().update()
            self._tell()
        self._mark()

    def _mark(self) -> None:
        """Put a mark beside the scroll bar for every match."""
        search, column = self.search, self._view.column
        if search is None or not column.height:
            return
        places, shown = list[float](), None
        for number, spots in groupby(search.spots(), lambda spot: spot[0].message):
            top, view = column.top(number), column.views[number]
            for hit, share in spots:
                if hit.block >= len(view.tops):
                    continue
                y = top + view.tops[hit.block] + view.heights[hit.block] * share
                places.append(y / column.height)
                if hit == self.hit:
                    shown = y / column.height
        self._view.scroll_marks.show_marks(places, shown, self._view.ink)

    def _on_screen(self, search: Search) -> list[int]:
        return [
            len(search.hits_in(number, index))
            for number in self._view.numbers_on_screen()
            for index in range(len(self._view.column.views[number].blocks))
        ]

    def _tell(self) -> None:
        search = self.search
        if search is None:
            self._view.found.emit(0, 0, False)  # noqa: FBT003  (a signal's arguments)
            return
        number = search.number_of(self.hit) if self.hit is not None else 0
        more = not search.done or search.count >= MOST_HITS
        self._view.found.emit(number, search.count, more)
