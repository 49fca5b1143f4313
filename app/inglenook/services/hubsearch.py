"""Searching the Hub as a person types: the newest question counts, all others are dropped."""

from collections.abc import Callable
from typing import Protocol

from inglenook.core.errors import InglenookError, Problem
from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import Query
from inglenook.services.bus import Bus
from inglenook.services.events import HubSearched
from inglenook.services.newest import Newest, Stop


class Searcher(Protocol):
    """Asks the Hub, and weighs what it finds."""

    def search(self, query: Query, stop: Stop) -> tuple[FoundModel, ...]:
        """Ask; may take a minute."""

    def fits(self, found: FoundModel) -> bool | None:
        """Guess whether a model runs here; None if nothing is known."""


class HubSearch:
    """The search field's memory: what was asked last, and what was found last.

    Threads: any; ``ask`` returns at once.

    Attributes:
        models: What was found last; kept while the network fails.
    """

    def __init__(
        self,
        bus: Bus,
        hub: Searcher,
        installed: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        """Know how to search; threads come with the first question.

        Args:
            bus: Told what was found.
            hub: Asked.
            installed: Returns the repositories of which something is in the library; may
                raise a StorageError.
        """
        self._bus, self._hub, self._installed = bus, hub, installed
        self._questions = Newest("hub search", self._answer, self._fail)
        self.models: tuple[FoundModel, ...] = ()

    def ask(self, query: Query) -> None:
        """Search for this instead of what was asked before."""
        self._questions.ask(query)

    def cancel(self) -> None:
        """Forget what was asked; nothing is announced for it."""
        self._questions.cancel()

    def close(self) -> None:
        """End the threads; a question under way is given up."""
        self._questions.close()

    # --- on a worker ---

    def _answer(self, query: Query, is_old: Stop) -> None:
        problem: Problem | None = None
        found: tuple[FoundModel, ...] = ()
        try:
            found = self._hub.search(query, is_old)
        except InglenookError as error:
            problem, found = error.problem, self.models
        heard = HubSearched(
            query, found, problem, tuple(map(self._hub.fits, found)), self._here()
        )
        if not is_old():
            self.models = found
            self._bus.publish(heard)

    def _fail(self, query: Query, problem: Problem) -> None:
        found = self.models
        self._bus.publish(HubSearched(query, found, problem, (None,) * len(found)))

    def _here(self) -> frozenset[str]:
        try:
            return self._installed()
        except InglenookError:  # the library itself says so where it is shown
            return frozenset()
