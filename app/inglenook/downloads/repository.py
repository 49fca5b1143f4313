"""A repository with its files, as the Hub describes one version of it."""

from dataclasses import dataclass

from inglenook.downloads.page import FoundModel
from inglenook.downloads.source import RemoteFile
from inglenook.models.listing import ListedFile


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository and its files at one version."""

    found: FoundModel
    files: tuple[ListedFile, ...]

    def remote(self, file: ListedFile) -> RemoteFile:
        """Return a file of it as transfers want it."""
        return RemoteFile(
            self.found.repo, file.name, self.found.commit, file.size_bytes, file.sha256
        )
