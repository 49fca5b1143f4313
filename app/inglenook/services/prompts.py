"""Saved prompts: kept, named, arranged, and brought back when one was deleted by mistake."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.chat.assistant import MOST_NAME_CHARS, Prompt, next_free
from inglenook.services.assistantnews import PromptsChanged
from inglenook.services.bus import Bus
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.prompts import Prompts

Listed = tuple[Prompt, ...]


class PromptService:
    """The saved prompts of one person; no two have the same name.

    Threads: every public method may be called from any thread and returns at once; the work
    is the store's worker's.
    """

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus, self._store = bus, store
        self._removed: dict[str, tuple[int, Prompt]] = {}

    def start(self) -> None:
        """Read and announce the prompts."""
        self._store.post(lambda: self._tell(self._kept().all()))

    def save(self, prompt: Prompt) -> None:
        """Keep a new value of a prompt; one that is not there is added at the end."""
        self._change(partial(_with, prompt=prompt))

    def create(self, name: str, text: str) -> str:
        """Add a prompt; return its id."""
        made = Prompt(Stamps().new_id(), name[:MOST_NAME_CHARS], text)
        self.save(made)
        return made.id

    def remove(self, prompt: str) -> None:
        """Delete a prompt; ``restore`` brings it back until the application ends."""
        self._change(partial(self._without, prompt))

    def restore(self, prompt: str) -> None:
        """Put a deleted prompt back where it was."""
        self._change(partial(self._with_removed, prompt))

    def move(self, prompt: str, step: int) -> None:
        """Move a prompt up (-1) or down (1)."""
        self._change(partial(_moved, prompt=prompt, step=step))

    # --- on the store's worker ---

    def _change(self, change: Callable[[Listed], Listed]) -> None:
        self._store.post(partial(self._apply, change))

    def _apply(self, change: Callable[[Listed], Listed]) -> None:
        kept = self._kept()
        before = kept.all()
        after = change(before)
        if after != before:
            kept.put(after, Stamps().now_ms())
            self._tell(after)

    def _kept(self) -> Prompts:
        # Made anew each time: the database may have been opened anew.
        return Prompts(self._store.database)

    def _tell(self, prompts: Listed) -> None:
        self._bus.publish(PromptsChanged(prompts))

    def _without(self, prompt: str, listed: Listed) -> Listed:
        for place, each in enumerate(listed):
            if each.id == prompt:
                self._removed[prompt] = place, each
        return tuple(each for each in listed if each.id != prompt)

    def _with_removed(self, prompt: str, listed: Listed) -> Listed:
        place, removed = self._removed.pop(prompt, (0, None))
        if removed is None:
            return listed
        return (*listed[:place], _named_apart(removed, listed), *listed[place:])


def _with(listed: Listed, prompt: Prompt) -> Listed:
    others = tuple(each for each in listed if each.id != prompt.id)
    named = _named_apart(prompt, others)
    if len(others) == len(listed):
        return (*listed, named)
    return tuple(named if each.id == prompt.id else each for each in listed)


def _moved(listed: Listed, prompt: str, step: int) -> Listed:
    order = list(listed)
    here = next((place for place, each in enumerate(order) if each.id == prompt), None)
    if here is None:
        return listed
    there = min(max(here + step, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return tuple(order)


def _named_apart(prompt: Prompt, others: Listed) -> Prompt:
    return replace(prompt, name=next_free(prompt.name, frozenset(each.name for each in others)))
