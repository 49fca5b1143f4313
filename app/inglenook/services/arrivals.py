"""What joins downloads to everything else: the way to the Hub, and the library at the end."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook.downloads.disk import lost
from inglenook.downloads.job import Job
from inglenook.downloads.pace import Pace
from inglenook.models.offers import is_projector_name
from inglenook.services.downloads import DownloadWishes
from inglenook.services.hub import HubService
from inglenook.services.models import ModelService
from inglenook.services.provenance import Provenance
from inglenook.services.settings import SettingsService

if TYPE_CHECKING:
    from inglenook.downloads.line import Line


class Arrivals:
    """Where downloads come from and where they go.

    Threads: any.

    Attributes:
        pace: The speed that all downloads keep together.
    """

    def __init__(
        self,
        hub: HubService,
        models: ModelService,
        settings: SettingsService,
        folder: Callable[[], Path],
    ) -> None:
        self._hub, self._models, self._folder = hub, models, folder
        self._settings = settings
        self.pace = Pace(settings.now.download_limit_bytes_s)

    def wishes(self) -> DownloadWishes:
        """Return what the service of downloads asks."""
        return DownloadWishes(
            folder=self._folder,
            open_line=self.open_line,
            is_offline=lambda: self._hub.is_offline,
            keep=self.keep,
            at_once=self.heed,
        )

    def heed(self) -> int:
        """Take up what the settings say now; return how many jobs may run at once."""
        self.pace.set(self._settings.now.download_limit_bytes_s)
        return self._settings.now.downloads_at_once

    def open_line(self) -> "Line":
        """Return the way to the Hub.

        Raises:
            BadArgumentError: its address, or the proxy's, makes no sense.
            StorageError: the folder that was chosen is not there.
        """
        # Made anew, it would be on another disk than the one that is not plugged in.
        if self._settings.now.models_folder and not self._folder().is_dir():
            raise lost(self._folder())
        from inglenook.downloads.line import Line  # noqa: PLC0415 (with the HTTP client)
        from inglenook.downloads.network import open_client  # noqa: PLC0415

        client = open_client(self._settings.now.proxy, tell=self._hub.tell)
        return Line(self._hub.hub, client, self.pace)

    def keep(self, job: Job, path: Path) -> None:
        """Put a finished model on the list, with what the Hub says of it.

        What lets a model see is kept beside it and is no model by itself.

        Raises:
            ModelFileError: it is not a usable model.
            StorageError: the list cannot be written.
        """
        first = job.files[0]
        if is_projector_name(_last(first.name)):
            return
        own = [file for file in job.files if not is_projector_name(_last(file.name))]
        hashes = tuple(file.sha256 for file in own)
        provenance = Provenance(
            source=f"{first.repo}@{first.commit}",
            licence=job.licence,
            sha256=hashes if all(hashes) else (),
        )
        self._models.keep(str(path), provenance)


def _last(name: str) -> str:
    return name.rpartition("/")[2]
