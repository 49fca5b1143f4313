"""Assistants: those we include and those people make, in one list that can be arranged."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from inglenook.chat.assistant import MOST_ABOUT_CHARS, PLAIN, Assistant, next_free
from inglenook.core.errors import BadArgumentError, NotFoundError
from inglenook.services.assistantnews import AssistantsChanged, ListedAssistant
from inglenook.services.bus import Bus
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.assistantfile import read_assistant, read_included, write_assistant
from inglenook.storage.assistants import AssistantRow, Assistants


class AssistantService:
    """The assistants of one person.

    An included one has a row only once it was changed, moved or hidden; what was removed is
    remembered, to be brought back, until the application ends.

    Threads: every public method but ``get`` may be called from any thread and returns at
    once; ``get`` and the work are the store's worker's.
    """

    def __init__(self, bus: Bus, store: Store, folder: Path) -> None:
        """Read nothing yet.

        Args:
            bus: Told what changed.
            store: Keeps the assistants; closed by its owner.
            folder: Where the included ones lie.
        """
        self._bus, self._store, self._folder = bus, store, folder
        self._stamps = Stamps()
        self._included: dict[str, Assistant] = {}
        self._rows: dict[str, AssistantRow] = {}
        self._removed: dict[str, AssistantRow] = {}
        self._is_read = False

    # --- what a face may ask for ---

    def start(self) -> None:
        """Read and announce the assistants."""
        self._store.post(self._tell)

    def save(self, assistant: Assistant) -> None:
        """Keep a new value of an assistant; one that is not there is added at the end."""
        self._store.post(partial(self._save, assistant))

    def create(self, name: str) -> str:
        """Add an assistant that is told nothing yet; return its id."""
        made = Assistant(self._new_id(), name)
        self._store.post(partial(self._add, made, ""))
        return made.id

    def duplicate(self, assistant: str) -> str:
        """Add a copy below an assistant; return the copy's id."""
        copy = self._new_id()
        self._store.post(partial(self._duplicate, assistant, copy))
        return copy

    def bring(self, path: str) -> str:
        """Take an assistant in from a file; return the id it will have."""
        new = self._new_id()
        self._store.post(partial(self._bring, Path(path), new))
        return new

    def hand_out(self, assistant: str, path: str) -> None:
        """Write an assistant into a file."""
        self._store.post(lambda: write_assistant(Path(path), self.get(assistant)))

    def remove(self, assistant: str) -> None:
        """Take an assistant off the list: an included one is hidden, another one deleted."""
        self._store.post(partial(self._remove, assistant))

    def restore(self, assistant: str) -> None:
        """Put a removed assistant back where it was."""
        self._store.post(partial(self._restore, assistant))

    def reset(self, assistant: str) -> None:
        """Take back what was changed of an included assistant."""
        self._store.post(partial(self._reset, assistant))

    def move(self, assistant: str, step: int) -> None:
        """Move an assistant up (-1) or down (1) among those that are not hidden."""
        self._store.post(partial(self._move, assistant, step))

    # --- on the store's worker ---

    def get(self, assistant: str) -> Assistant:
        """Return an assistant.

        Raises:
            NotFoundError: there is none of this id.
            StorageError: they cannot be read.
        """
        self._read()
        kept = self._rows.get(assistant)
        found = (kept.assistant if kept else None) or self._included.get(assistant)
        if found is None:
            raise NotFoundError(
                "This assistant is no longer there", "Choose another one.", assistant=assistant
            )
        return found

    def get_or_plain(self, assistant: str) -> Assistant:
        """Return an assistant, or the plain one if it is not there any more.

        Raises:
            StorageError: they cannot be read.
        """
        try:
            return self.get(assistant or PLAIN)
        except NotFoundError:
            return self.get(PLAIN)

    def _read(self) -> None:
        if self._is_read:
            return
        self._included = {each.id: each for each in read_included(self._folder)}
        rows = {each.id: each for each in self._kept().rows()}
        own = [each for each in rows.values() if self._is_usable(each)]
        usual = [
            AssistantRow(id_, None, place)
            for place, id_ in enumerate(self._included)
            if id_ not in rows
        ]
        self._rows = {each.id: each for each in sorted((*own, *usual), key=_place)}
        self._is_read = True

    def _is_usable(self, row: AssistantRow) -> bool:
        return row.assistant is not None or row.id in self._included

    def _kept(self) -> Assistants:
        # Made anew each time: the database may have been opened anew.
        return Assistants(self._store.database)

    def _tell(self) -> None:
        self._read()
        listed = tuple(map(self._listed, self._rows.values()))
        self._bus.publish(AssistantsChanged(listed))

    def _listed(self, row: AssistantRow) -> ListedAssistant:
        is_included = row.id in self._included
        is_changed = is_included and row.assistant is not None
        return ListedAssistant(self.get(row.id), is_included, is_changed, row.is_hidden)

    def _put(self, *rows: AssistantRow) -> None:
        self._kept().put(rows, self._stamps.now_ms())
        self._rows.update({each.id: each for each in rows})
        self._rows = {each.id: each for each in sorted(self._rows.values(), key=_place)}
        self._tell()

    def _save(self, assistant: Assistant) -> None:
        self._read()
        row = self._rows.get(assistant.id)
        if row is None:
            self._add(assistant, "")
            return
        is_ours = assistant == self._included.get(assistant.id)
        self._put(replace(row, assistant=None if is_ours else assistant))

    def _add(self, assistant: Assistant, above: str) -> None:
        """Add an assistant below another one, or at the end, under a name of its own."""
        self._read()
        taken = frozenset(self.get(each).name for each in self._rows)
        named = replace(assistant, name=next_free(assistant.name, taken))
        order = list(self._rows)
        order.insert(order.index(above) + 1 if above in order else len(order), named.id)
        self._rows[named.id] = AssistantRow(named.id, named, 0)
        self._arrange(order)

    def _arrange(self, order: list[str]) -> None:
        self._put(*(replace(self._rows[id_], position=n) for n, id_ in enumerate(order)))

    def _duplicate(self, assistant: str, copy: str) -> None:
        self._add(replace(self.get(assistant), id=copy), assistant)

    def _bring(self, path: Path, new: str) -> None:
        brought = read_assistant(path)
        about = " ".join(brought.about.split())[:MOST_ABOUT_CHARS]
        self._add(replace(brought, id=new, about=about), "")

    def _remove(self, assistant: str) -> None:
        self.get(assistant)
        if assistant == PLAIN:
            raise BadArgumentError("This assistant stays", "Change it, or choose another one.")
        row = self._rows[assistant]
        if assistant in self._included:
            self._put(replace(row, is_hidden=True))
            return
        self._kept().drop(assistant)
        self._removed[assistant] = self._rows.pop(assistant)
        self._tell()

    def _restore(self, assistant: str) -> None:
        self._read()
        row = self._removed.pop(assistant, None) or self._rows.get(assistant)
        if row is not None:
            self._put(replace(row, is_hidden=False))

    def _reset(self, assistant: str) -> None:
        self.get(assistant)
        if assistant in self._included:
            self._put(replace(self._rows[assistant], assistant=None))

    def _move(self, assistant: str, step: int) -> None:
        self.get(assistant)
        shown = [id_ for id_, row in self._rows.items() if not row.is_hidden]
        if assistant not in shown:
            return
        here = shown.index(assistant)
        there = min(max(here + step, 0), len(shown) - 1)
        shown.insert(there, shown.pop(here))
        hidden = [id_ for id_ in self._rows if id_ not in shown]
        self._arrange([*shown, *hidden])

    def _new_id(self) -> str:
        return Stamps().new_id()


def _place(row: AssistantRow) -> tuple[int, str]:
    return row.position, row.id
