"""The library: what is installed, whether it is as it was, and whose it is."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from inglenook.core.errors import (
    BadArgumentError,
    InglenookError,
    ModelFileError,
    NotFoundError,
)
from inglenook.core.units import MIB
from inglenook.hardware.modelfile import read_model_details, read_model_header
from inglenook.models.details import Details
from inglenook.models.name import plain_text
from inglenook.services.installed import InstalledModel
from inglenook.services.models import ModelService, known
from inglenook.services.provenance import Provenance
from inglenook.services.removals import Removals, Removed
from inglenook.services.shelved import Scanned, Shelved, Verified, trouble_of
from inglenook.services.store import Store
from inglenook.storage.files import disk_errors
from inglenook.storage.foreign import ForeignModel, find_foreign, find_in
from inglenook.storage.library import LibraryModel, parts_of

OnBytes = Callable[[int, int], None]
"""Told how many bytes are done, of how many."""


class LibraryService:
    """What a person has, with what is wrong with it.

    Threads: any; every method reads files and may take a moment, so the window does not call
    them.

    Attributes:
        removals: Brings back what was removed, or erases it.
    """

    def __init__(self, store: Store, models: ModelService, folder: Callable[[], Path]) -> None:
        """Know where to look; nothing is read yet.

        Args:
            store: Keeps the list.
            models: Knows what a file is.
            folder: Returns where our downloads go; only what is below it is ever deleted.
        """
        self._store, self._models, self._where = store, models, folder
        self.removals = Removals(store, models)

    @property
    def folder(self) -> Path:
        """Where our downloads go now."""
        return self._where()

    def shelf(self) -> tuple[Shelved, ...]:
        """Return all models, those that are not there any more as well.

        Raises:
            StorageError: the list cannot be read.
        """
        listed = tuple(map(self._shelved, self._listed()))
        shipped = (one for one in self._models.installed() if one.starter)
        return (*listed, *(Shelved(one) for one in shipped))

    def find(self, wanted: str) -> Shelved:
        """Return the model with this path, file name or name.

        Args:
            wanted: As a person types it; case does not matter for names.

        Raises:
            NotFoundError: there is none.
            BadArgumentError: there are several.
            StorageError: the list cannot be read.
        """
        shelf = self.shelf()
        by_path = [one for one in shelf if one.model.path == wanted]
        if not by_path and Path(wanted).is_absolute():
            by_path = [one for one in shelf if Path(one.model.path) == Path(wanted)]
        by_file = [one for one in shelf if Path(one.model.path).name == wanted]
        by_name = [one for one in shelf if one.model.name.casefold() == wanted.casefold()]
        found = by_path or by_file or by_name
        if len(found) == 1:
            return found[0]
        if found:
            raise BadArgumentError("Several models have this name", "Give the path of one.")
        raise NotFoundError(
            "There is no such model in the library", "See them all: inglenook models list."
        )

    def repositories(self) -> frozenset[str]:
        """Return the repositories of the Hub of which something is here.

        Raises:
            StorageError: the list cannot be read.
        """
        listed = (one for one in self._listed() if one.source and not one.missing)
        return frozenset(one.source.partition("@")[0] for one in listed)

    def details(self, path: str) -> Details:
        """Return everything that a file's header tells.

        Raises:
            ModelFileError: it is not a usable model.
        """
        return read_model_details(Path(path))

    def verify(self, path: str, on_bytes: OnBytes, stop: Callable[[], bool] = bool) -> Verified:
        """Read a model from end to end and compare its hash with what it must be.

        A file that is right is from then on the one that is expected.

        Args:
            path: Of a model on the list.
            on_bytes: Told how far it is, on this thread.
            stop: Asked while reading; True to give up.

        Raises:
            NotFoundError: it is not on the list.
            ModelFileError: it is not there, cut off, or no model file.
            StorageError: it cannot be read.
        """
        kept = next((one for one in self._listed() if one.path == path), None)
        if kept is None:
            raise NotFoundError("This file is not in the library", "Add it first.")
        files = parts_of(Path(path))
        for file in files:
            read_model_header(file)
        found = _hashes(files, on_bytes, stop)
        verified = Verified(known(kept), found, kept.sha256)
        if verified.is_right:
            self._accept(kept)
        return verified

    def remove(self, path: str) -> int:
        """Take a model off the list, and off the disk if we have put it there.

        Returns:
            How many bytes are free now; 0 for a file that stays: one that another program
            lent, or that the person added from elsewhere.

        Raises:
            NotFoundError: it is not on the list.
            StorageError: it could not be deleted.
        """
        removed = self.set_aside(path)
        self.removals.erase(removed)
        return removed.freed_bytes

    def set_aside(self, path: str) -> Removed:
        """Take a model off the list; ``removals`` brings it back or erases it.

        Raises:
            NotFoundError: it is not on the list.
            StorageError: it could not be moved aside.
        """
        kept = next((one for one in self._listed() if one.path == path), None)
        if kept is None:
            raise NotFoundError("This file is not in the library", "Nothing was removed.")
        is_ours = self._shelved(kept).is_ours
        return self.removals.take(kept, self.folder, is_ours=is_ours)

    def scan(
        self, folders: tuple[Path, ...] = (), stop: Callable[[], bool] = bool
    ) -> tuple[Scanned, ...]:
        """Look for models that other programs have; nothing of theirs is touched.

        Args:
            folders: Where to look; empty for the places of the programs we know.
            stop: Asked between files; True to give up.

        Raises:
            StorageError: the list cannot be read.
        """
        found = [one for folder in folders for one in find_in(folder)]
        ours = {one.path for one in self._listed()}
        return tuple(
            self._scanned(one, ours)
            for one in (found if folders else find_foreign())
            if not stop() and not _is_below(one.path, self.folder)
        )

    def borrow(self, scanned: Scanned) -> InstalledModel:
        """Put a found model on the list, to be used where it lies.

        Raises:
            ModelFileError: it is not a usable model.
            StorageError: the list cannot be written.
        """
        return self._models.keep(scanned.path, scanned.provenance)

    def _listed(self) -> tuple[LibraryModel, ...]:
        return self._store.ask(self._list_now)

    def _list_now(self) -> tuple[LibraryModel, ...]:
        return self._store.library.models()

    def _accept(self, kept: LibraryModel) -> None:
        file = Path(kept.path).stat()
        size = sum(each.stat().st_size for each in parts_of(Path(kept.path)))
        now = replace(
            kept, size_bytes=size, changed_ns=file.st_mtime_ns, missing=False, changed=False
        )
        self._store.ask(lambda: self._store.library.add(now))

    def _shelved(self, kept: LibraryModel) -> Shelved:
        return Shelved(
            model=known(kept),
            is_ours=not kept.is_borrowed and _is_below(Path(kept.path), self.folder),
            can_be_verified=bool(kept.sha256) and not kept.missing,
            trouble=trouble_of(kept),
            is_missing=kept.missing,
        )

    def _scanned(self, found: ForeignModel, ours: set[str]) -> Scanned:
        path = str(found.path)
        provenance = Provenance(
            plain_text(found.name),
            plain_text(found.origin),
            found.source,
            sha256=(found.sha256,) if found.sha256 else (),
        )
        model, problem = None, None
        try:
            model = self._models.describe(path)
            model = replace(
                model,
                name=provenance.name or model.name,
                origin=provenance.origin,
                source=provenance.source,
            )
        except ModelFileError as error:
            problem = error.problem
        return Scanned(path, provenance, model, path in ours, problem)


class VerifyStoppedError(InglenookError):
    """The person has stopped the reading of a file."""


def _hashes(
    files: tuple[Path, ...], on_bytes: OnBytes, stop: Callable[[], bool]
) -> tuple[str, ...]:
    with disk_errors(files[0]):
        whole, done = sum(file.stat().st_size for file in files), 0
        hashes = []
        for path in files:
            counted = hashlib.sha256()
            with path.open("rb", buffering=0) as file:
                while chunk := file.read(4 * MIB):
                    counted.update(chunk)
                    done += len(chunk)
                    on_bytes(done, whole)
                    if stop():
                        raise VerifyStoppedError(
                            "This was stopped", "The file is as it was; start again any time."
                        )
            hashes.append(counted.hexdigest())
    return tuple(hashes)


def _is_below(path: Path, folder: Path) -> bool:
    """Tell whether a path leads below a folder, links followed."""
    try:
        real, base = path.resolve(), folder.resolve()
    except (OSError, RuntimeError):
        return False
    return base in real.parents
