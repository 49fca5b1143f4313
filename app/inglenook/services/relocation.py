"""Our models brought to another folder: their files, the list, and the setting."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from inglenook.core.errors import BadArgumentError, BusyDatabaseError, StorageError
from inglenook.downloads.disk import require_room
from inglenook.downloads.limits import USUAL
from inglenook.downloads.lock import PartLock
from inglenook.downloads.place import LOCK, PART
from inglenook.services.downloads import DownloadService
from inglenook.services.models import ModelService
from inglenook.services.settings import SettingsService, is_path
from inglenook.services.store import Store
from inglenook.storage.files import disk_errors, shown
from inglenook.storage.library import LibraryModel, Moved
from inglenook.storage.lock import FileLock
from inglenook.storage.relocation import (
    MoveNote,
    Moving,
    OnBytes,
    Step,
    can_rename,
    copy_all,
    files_below,
    files_of_others,
    make_target,
    remove_copies,
    remove_moved,
    rename_all,
    rename_back,
)

_MOST_NAMED = 3


class Relocation:
    """Moves our models; at every moment each of them is whole in one of two folders.

    Threads: any but the store's worker; a move takes as long as copying does.
    """

    def __init__(
        self,
        store: Store,
        models: ModelService,
        settings: SettingsService,
        downloads: DownloadService,
        *,
        usual: Path,
        note: Path,
    ) -> None:
        """Move nothing yet.

        Args:
            store: Keeps the list.
            models: Told when it has changed.
            settings: Know the folder.
            downloads: Held meanwhile; what has come of them moves too.
            usual: The folder where nothing else is chosen.
            note: The file that says what is under way.
        """
        self._store, self._models = store, models
        self._settings, self._downloads = settings, downloads
        self._usual, self._note_path = usual, note
        self._note = MoveNote(note)

    @property
    def folder(self) -> Path:
        """Where our models are now."""
        return Path(self._settings.now.models_folder or self._usual)

    def run(self, folder: str, on_bytes: OnBytes, stop: Callable[[], bool] = bool) -> Path:
        """Move all to another folder.

        Args:
            folder: Its whole path; made if there is none.
            on_bytes: Told how far it is, on this thread.
            stop: Asked while copying; True to give up.

        Returns:
            The folder where they were.

        Raises:
            BadArgumentError: this folder cannot be it.
            StorageError: it cannot be written, has no room or has other files.
            MoveStoppedError: told to stop; all is where it was.
        """
        with self._alone():
            self._finish()
            source, target = self.folder, Path(folder)
            _require_other(source, folder)
            make_target(target)
            with self._downloads.held():
                _require_empty(target)
                _require_alone(source)
                with ExitStack() as undoing:
                    undoing.callback(self._undo, files_below(source), source, target)
                    self._bring(source, target, on_bytes, stop)
                    self._relist(source, target)
                    undoing.pop_all()
                self._leave(source, target)
            return source

    def recover(self) -> None:
        """Finish a move that a crash has ended, or undo it; nothing while one is under way.

        Raises:
            StorageError: that failed; the next start tries again.
        """
        if not self._note_path.exists():
            return
        lock = FileLock.take(self._lock_path)
        if lock is not None:
            try:
                self._finish()
            finally:
                lock.release(remove=True)

    @property
    def _lock_path(self) -> Path:
        return self._note_path.with_suffix(".lock")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock.take(self._lock_path)
        if lock is None:
            raise BusyDatabaseError(
                "The models are being moved already", "Wait until that is done."
            )
        try:
            yield
        finally:
            lock.release(remove=True)

    # --- the files ---

    def _bring(
        self, source: Path, target: Path, on_bytes: OnBytes, stop: Callable[[], bool]
    ) -> None:
        if can_rename(source, target):
            self._write(source, target, Step.RENAMING)
            rename_all(source, target)
            return
        require_room(target, _size_bytes(source), USUAL)
        self._write(source, target, Step.COPYING)
        copy_all(source, target, on_bytes, stop)

    def _undo(self, places: tuple[Path, ...], source: Path, target: Path) -> None:
        """Bring back what was renamed, and remove what was copied."""
        rename_back(places, source, target)
        remove_copies(source, target)
        self._note.clear()

    def _finish(self) -> None:
        """Go on with what a crash has ended, in the direction that loses nothing."""
        moving = self._note.read()
        if moving is None:
            return
        source, target = Path(moving.source), Path(moving.target)
        if moving.step is Step.COPYING:
            remove_copies(source, target)
            self._note.clear()
            return
        if moving.step is Step.RENAMING and source.is_dir():
            rename_all(source, target)
        self._relist(source, target)
        self._leave(source, target)

    def _relist(self, source: Path, target: Path) -> None:
        """Let the list name the new places."""
        self._write(source, target, Step.SWITCHING)
        self._store.ask(partial(self._move_listed, source, target))

    def _leave(self, source: Path, target: Path) -> None:
        """Let the settings name the new folder, then remove the old files."""
        last = elsewhere(Path(self._settings.now.last_model), source, target)
        if last is not None:
            self._settings.set_last_model(str(last))
        self._settings.set_models_folder("" if target == self._usual else str(target))
        if remove_moved(source, target):
            self._note.clear()
        self._models.refresh()

    def _write(self, source: Path, target: Path, step: Step) -> None:
        self._note.write(Moving(str(source), str(target), step))

    # --- on the store's worker ---

    def _move_listed(self, source: Path, target: Path) -> None:
        listed = self._store.library.models()
        moved = (_moved(one, source, target) for one in listed)
        self._store.library.move([one for one in moved if one is not None])


def _moved(model: LibraryModel, source: Path, target: Path) -> Moved | None:
    """Return the new place of a model; None for one that stays."""
    old = Path(model.path)
    new = elsewhere(old, source, target)
    if new is None or old.is_symlink() or (old.is_file() and not new.is_file()):
        return None
    changed_ns = model.changed_ns
    # Some disks keep times less exactly; a copy must not look changed for that.
    if changed_ns and old.is_file() and old.stat().st_mtime_ns == changed_ns:
        changed_ns = new.stat().st_mtime_ns
    return Moved(model.path, str(new), changed_ns)


def elsewhere(path: Path, source: Path, target: Path) -> Path | None:
    """Return where a path below the source leads in the target; None for any other."""
    if source in path.parents:
        return target / path.relative_to(source)
    real, base = path.resolve(), source.resolve()
    return target / real.relative_to(base) if base in real.parents else None


def _size_bytes(source: Path) -> int:
    places = files_below(source)
    with disk_errors(source):
        return sum((source / place).stat().st_size for place in places)


# --- what cannot be ---


def _require_other(source: Path, folder: str) -> None:
    if not is_path(folder) or not is_path(str(source)):
        raise BadArgumentError(
            "Models cannot be moved there", "Choose a folder by its whole path."
        )
    if not source.is_dir():
        raise StorageError(
            "The folder for models is gone", "Plug its disk in again, then move the models."
        )
    old, new = source.resolve(), Path(folder).resolve()
    if old == new:
        raise BadArgumentError("The models are there already", "Choose another folder.")
    if old in new.parents:
        raise BadArgumentError(
            "This folder is inside the present one", "Choose one beside or outside it."
        )


def _require_empty(target: Path) -> None:
    """Refuse a folder of something else: all that is in ours goes along with the next move."""
    others = files_of_others(target, _MOST_NAMED + 1)
    if others:
        named = ", ".join(shown(place) for place in others[:_MOST_NAMED])
        more = ", and more" if len(others) > _MOST_NAMED else ""
        raise StorageError(
            "This folder has other files in it",
            f"Make a new folder in it, and choose that one. There are: {named}{more}.",
        )


def _require_alone(source: Path) -> None:
    """Refuse parts that another program writes to."""
    for place in files_below(source):
        if place.name.endswith(PART):
            lock = PartLock.take(source / place.with_name(place.name.removesuffix(PART) + LOCK))
            if lock is None:
                raise StorageError(
                    "Another Inglenook is downloading",
                    f"Let it end or close it first; it writes to {shown(source)}.",
                )
            lock.release()
