"""Models taken off the list: for good, or so that they can be brought back for a while."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inglenook.core.errors import NotFoundError, StorageError
from inglenook.models.offers import is_projector_name
from inglenook.services.models import ModelService
from inglenook.services.store import Store
from inglenook.storage.aside import Aside, left_aside
from inglenook.storage.library import LibraryModel, parts_of

_WEIGHTS = (".gguf", ".gguf.part")


@dataclass(frozen=True, slots=True)
class Removed:
    """A model that is off the list.

    Attributes:
        aside: Its files; None where they stay in their place.
    """

    model: LibraryModel
    aside: Aside | None = None

    @property
    def freed_bytes(self) -> int:
        """What the disk has back once it is erased."""
        return self.aside.size_bytes if self.aside else 0


class Removals:
    """Takes models off the list, and their files off the disk if they are ours.

    Threads: any but the store's worker; one removal at a time.
    """

    def __init__(self, store: Store, models: ModelService) -> None:
        self._store, self._models = store, models

    def take(self, model: LibraryModel, folder: Path, *, is_ours: bool) -> Removed:
        """Take a model off the list; its files are moved aside if they are ours.

        Args:
            model: As listed.
            folder: Where our downloads go.
            is_ours: Its files are to go as well.

        Raises:
            NotFoundError: it is not on the list any more.
            StorageError: it stays where it is, on the list.
        """
        aside = None
        if is_ours:
            own = parts_of(Path(model.path))
            aside = Aside.take(folder, model, (*own, *_companions(own, model, folder)))
        try:
            was_there = self._store.ask(partial(self._unlist, model.path))
        except StorageError:
            if aside is not None:
                aside.put_back()
            raise
        if not was_there:
            if aside is not None:
                aside.put_back()
            raise NotFoundError("This file is not in the library", "Nothing was removed.")
        self._models.refresh()
        return Removed(model, aside)

    def restore(self, removed: Removed) -> None:
        """Put a model back on the list, and its files back to their places.

        Raises:
            StorageError: that failed; nothing is lost.
        """
        # On the list first: a crash in between must not find it removed.
        self._store.ask(partial(self._list, removed.model))
        if removed.aside is not None:
            removed.aside.put_back()
        self._models.refresh()

    def erase(self, removed: Removed) -> None:
        """Erase the files for good.

        Raises:
            StorageError: that failed; the next start tries again.
        """
        if removed.aside is not None:
            removed.aside.erase()

    def recover(self, folder: Path) -> None:
        """Decide what a crash has left undecided: what is still on the list comes back.

        Raises:
            StorageError: the list or a file cannot be read or written.
        """
        for aside in left_aside(folder):
            try:
                listed = {one.path for one in self._store.ask(self._listed)}
                if aside.model.path in listed:
                    aside.put_back()
                else:
                    aside.erase()
            finally:
                aside.leave()

    # --- on the store's worker ---

    def _unlist(self, path: str) -> bool:
        return self._store.library.remove(path)

    def _list(self, model: LibraryModel) -> None:
        self._store.library.add(model)

    def _listed(self) -> tuple[LibraryModel, ...]:
        return self._store.library.models()


def _companions(own: tuple[Path, ...], model: LibraryModel, folder: Path) -> tuple[Path, ...]:
    """Return what lets this model see and no other: the projectors of a repository of one."""
    home = folder / model.source.partition("@")[0]
    if not model.source or home not in own[0].parents:
        home = own[0].parent
    found = [
        path
        for path in home.rglob("*")
        if path.name.lower().endswith(_WEIGHTS) and path not in own
    ]
    eyes = [path for path in found if is_projector_name(path.name)]
    if len(eyes) < len(found):
        return ()
    return tuple(path for path in eyes if path.suffix.lower() == ".gguf")
