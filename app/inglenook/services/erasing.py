"""Deleting all chats, or everything: chats at once, the rest when nothing is open any more."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from inglenook.core.errors import StorageError
from inglenook.services import logs
from inglenook.services.library import LibraryService
from inglenook.services.organising import Organising
from inglenook.services.servingkey import KEY_NAME
from inglenook.services.settings import PUBLIC_ENDPOINT, SettingsService
from inglenook.services.store import Store
from inglenook.storage import erasure
from inglenook.storage.paths import Folders
from inglenook.storage.systemkeyring import SystemKeyring

log = logging.getLogger(__name__)


class Erasing:
    """Erases what a person wants gone.

    Threads: any but the store's worker.
    """

    def __init__(
        self,
        folders: Folders,
        store: Store,
        organising: Organising,
        library: LibraryService,
        settings: SettingsService,
        *,
        key_name: Callable[[], str] = str,
        key_names: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Erase nothing yet.

        Args:
            folders: Of the person.
            store: Has the chats.
            organising: Removes chats, and stops what is being written in them.
            library: Knows which models are ours.
            settings: Know the Hub whose token is kept.
            key_name: Returns the keyring's name of the key of the chats; "" for none.
            key_names: Returns those of the keys of engines elsewhere.
        """
        self._key_names = key_names
        self._folders, self._store, self._organising = folders, store, organising
        self._library, self._settings, self._key_name = library, settings, key_name

    def delete_chats(self) -> None:
        """Erase every chat with its folder, the archive and the trash; returns at once."""
        self._store.post(self._delete_chats)

    def ask_for_all(self, *, with_models: bool) -> None:
        """Have everything erased when the services are closed, or at the next start.

        Args:
            with_models: The models that were downloaded too.

        Raises:
            StorageError: that cannot be written down; nothing will be erased.
        """
        shelf = self._library.shelf() if with_models else ()
        models = tuple(each.model.path for each in shelf if each.is_ours)
        hubs = {PUBLIC_ENDPOINT, self._settings.endpoint}
        secrets = {urlsplit(hub).netloc.lower() for hub in hubs}
        secrets |= {self._key_name(), KEY_NAME, *self._key_names()}
        wanted = erasure.Erasure(models, tuple(sorted(secrets - {""})))
        erasure.ask(self._folders, wanted)

    # --- on the store's worker ---

    def _delete_chats(self) -> None:
        rows = self._store.conversations.summaries()
        self._organising.remove([row.id for row in rows])
        self._organising.empty_trash()
        for folder in self._store.folders.all():
            self._organising.delete_folder(folder.id)


def finish(folders: Folders, keyring: SystemKeyring | None = None) -> bool:
    """Erase everything if that was asked for; tell whether it was.

    Nothing of it may be open: it is called after the services are closed, and before they
    are opened. What cannot be removed is tried again by the next start.

    Args:
        folders: Of the person.
        keyring: Where the secrets are; None for the system's.
    """
    wanted = erasure.asked(folders)
    if wanted is None:
        return False
    logs.leave()
    secrets = keyring or SystemKeyring()
    for name in wanted.secrets:
        secrets.forget(name)
    try:
        erasure.carry_out(folders, wanted)
    except StorageError as error:
        log.warning("Not everything could be erased: %s", error.problem.title)
        return False
    return True
