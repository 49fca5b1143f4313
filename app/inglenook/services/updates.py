"""Whether there is a newer Inglenook: looked for only when a person asks, never by itself."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from inglenook import __version__
from inglenook.core.errors import Problem, ReleaseError
from inglenook.downloads.connections import Connection
from inglenook.services.bus import Bus
from inglenook.services.connections import ConnectionLog
from inglenook.services.releasenews import ReleaseChecked
from inglenook.services.settings import SettingsService
from inglenook.services.tasks import Worker
from inglenook.storage.connections import LineFile
from inglenook.storage.paths import find_folders, resources
from inglenook.storage.releases import (
    LONGEST_BYTES,
    numbers_of,
    public_keys,
    read_content,
    read_release,
)
from inglenook.storage.settings import SettingsFile

KEYS = "release"
"""Folder of the resources with the public keys."""


class UpdateService:
    """Checks release files: one on the disk, or one at an address that is asked once.

    Threads: any; ``look`` returns at once, and what was found is told.
    """

    def __init__(
        self,
        told: Callable[[ReleaseChecked], None],
        settings: SettingsService,
        keys: Path,
        tell: Callable[[Connection], None] | None = None,
        *,
        own: str = __version__,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Ask nobody.

        Args:
            told: Told what was found.
            settings: Say whether the network may be used, and through which proxy.
            keys: A folder with the public keys that are believed.
            tell: Told of the connection.
            own: The version that runs.
            today: Says what day it is.
        """
        self._told, self._settings, self._tell = told, settings, tell
        self._folder, self._own, self._today = keys, own, today
        self._lock = threading.Lock()
        self._worker: Worker | None = None  # guarded by the lock

    @classmethod
    def alone(cls) -> "UpdateService":
        """Return one that needs no other service: for the command line."""
        where = find_folders()
        log = ConnectionLog(LineFile(where.connections), _tell_nobody)
        settings = SettingsService(Bus(), SettingsFile(where.settings))
        return cls(_tell_nobody, settings, resources() / KEYS, log.add)

    @property
    def can_check(self) -> bool:
        """This build has a key; without one nothing can be believed."""
        return bool(public_keys(self._folder))

    def look(self, place: str) -> None:
        """Check a file by its path, or an address; what was found is told."""
        with self._lock:
            if self._worker is None:
                self._worker = Worker("updates", self._fail)
            self._worker.post(lambda: self._told(self.check(place)))

    def check(self, place: str) -> ReleaseChecked:
        """Return what a release file says.

        Args:
            place: A path, or an address with ``://`` in it, which is asked once.

        Raises:
            ReleaseError: it is none, not ours, too old, or of an older version than this.
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
            BadArgumentError: the address is none.
        """
        keys = public_keys(self._folder)
        if not keys:
            raise ReleaseError(
                "This build cannot check releases",
                "It was made without a key; look where you have it from.",
            )
        content = self._fetch(place) if "://" in place else read_content(Path(place))
        release = read_release(content, keys, self._today())
        ours, theirs = numbers_of(self._own), numbers_of(release.version)
        if theirs < ours:
            raise ReleaseError(
                "This release is older than what runs here",
                "Nothing is to be done; fetch a newer release file to look again.",
                told=release.version,
            )
        return ReleaseChecked(release, is_newer=theirs > ours)

    def close(self) -> None:
        """End the worker; a server that does not answer does not keep the process."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close(timeout_s=1.0)

    def _fetch(self, address: str) -> bytes:
        # With the HTTP client, which a start need not wait for.
        from inglenook.downloads.small import fetch_small  # noqa: PLC0415

        return fetch_small(
            address,
            LONGEST_BYTES,
            is_offline=lambda: self._settings.is_offline,
            proxy=self._settings.now.proxy,
            tell=self._tell,
        )

    def _fail(self, problem: Problem) -> None:
        self._told(ReleaseChecked(problem=problem))


def _tell_nobody(_event: object) -> None:
    """On the command line nobody listens to announcements."""
